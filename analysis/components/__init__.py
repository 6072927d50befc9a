"""The steps that understand a text, one file each. `analysis.assemble` declares their order.

`language` and `spam` belong to the gate and work on plain strings, so that a document that is dropped never pays for spaCy.
`brand_match`, `story` and `sentiment` are spaCy components: they read a `Doc` and write to `doc._.vigie`.
"""
