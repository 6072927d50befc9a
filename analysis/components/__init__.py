"""The steps that understand a text, one file each. `analysis.assemble` declares their order.

`language` and `spam` belong to the gate and work on plain strings, so that a document that is dropped never pays for spaCy.
`brand_match`, `story` and `sentiment` are spaCy components: each reads a `Doc` and writes one attribute of it
(`doc._.relevance`, `doc._.story_id`, `doc._.sentiment`), or counts its failure in `doc._.failures`.
"""
