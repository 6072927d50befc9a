"""Turns documents into mentions: which brand, in which language, spam or not, which story, what tone.

`assemble.build_analyser` puts it together; the rest of Vigie knows it as `vigie.ports.Analyser`.
"""
