"""The steps that understand a text, one file each. `registry` names them, declares their order and holds their options.

`language` and `spam` belong to the gate and work on plain strings, so that a document that is dropped never pays for spaCy. The
others are spaCy components: each reads a `Doc` and writes one attribute of it (`doc._.relevance`, `doc._.sentiment`…), or counts
its failure in `doc._.failures`.
"""
