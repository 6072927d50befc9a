"""Spells out the forms of a French word: feminines, plurals, the usual forms of regular verbs. Serves the lexicon."""

from collections.abc import Iterator

_ER = (
    "e",
    "es",
    "ons",
    "ez",
    "ent",
    "er",
    "ais",
    "ait",
    "ions",
    "iez",
    "aient",
    "é",
    "ée",
    "és",
    "ées",
    "ant",
    "a",
    "ai",
    "èrent",
)
_ER_FUTURE = ("erai", "eras", "era", "erons", "erez", "eront", "erais", "erait", "eraient")
_IR = ("is", "it", "issons", "issez", "issent", "ir", "issais", "issait", "issaient", "i", "ie", "ies", "issant", "ira", "irait")
# Masculine ending, feminine ending; the first that fits is taken.
_FEMININES = (
    ("teur", ("teuse", "trice")),
    ("eur", ("euse", "eure")),
    ("eux", ("euse",)),
    ("oux", ("ouce", "ouse")),
    ("if", ("ive",)),
    ("er", ("ère",)),
    ("el", ("elle",)),
    ("eil", ("eille",)),
    ("ul", ("ulle",)),
    ("en", ("enne",)),
    ("on", ("onne",)),
    ("et", ("ète", "ette")),
    ("os", ("osse",)),
    ("as", ("asse",)),
    ("anc", ("anche",)),
    ("ec", ("èche",)),
    ("eau", ("elle",)),
    ("ou", ("olle",)),
)
_IRREGULAR = {
    "bel": ("bel",),
    "faux": ("faux", "fausse", "fausses"),
    "gentil": ("gentil", "gentils", "gentille", "gentilles"),
    "flou": ("flou", "flous", "floue", "floues"),
    "long": ("long", "longs", "longue", "longues"),
    "vieux": ("vieux", "vieil", "vieille", "vieilles"),
    "frais": ("frais", "fraîche", "fraîches"),
    "lourd": ("lourd", "lourds", "lourde", "lourdes"),
}


def forms(word: str, kind: str) -> Iterator[str]:
    """The forms of `word` (accents kept). `kind` is the class column of lexicon.tsv. Raises: ValueError on an unknown class."""
    match kind:
        case "word" | "verb":
            yield word
        case "noun":
            yield from (word, _plural(word))
        case "adj":
            yield from _IRREGULAR.get(word) or _adjective(word)
        case "er":
            yield from _regular(word)
        case "ir":
            yield from (word[:-2] + ending for ending in _IR)
        case _:
            raise ValueError(f"{word}: unknown class {kind!r}")


def _plural(word: str) -> str:
    if word.endswith(("s", "x", "z")):
        return word
    if word.endswith("al"):
        return word[:-2] + "aux"
    return word + ("x" if word.endswith(("eau", "eu")) else "s")


def _adjective(word: str) -> Iterator[str]:
    yield from (word, _plural(word))
    for feminine in _feminines(word):
        yield from (feminine, feminine + "s")


def _feminines(word: str) -> tuple[str, ...]:
    if word.endswith("e"):
        return ()
    for ending, others in _FEMININES:
        if word.endswith(ending):
            return tuple(word[: -len(ending)] + other for other in others)
    return (word + "e",)


def _regular(verb: str) -> Iterator[str]:
    """Forms of an -er verb; "g" keeps its sound before a and o, and -eler, -eter, -oyer take both their spellings."""
    stem = verb[:-2]
    soft = stem + "e" if stem.endswith("g") else stem
    for ending in _ER:
        yield (soft if ending[0] in "ao" else stem) + ending
    stressed = {stem}
    if stem.endswith(("el", "et")):
        stressed.add(stem + stem[-1])
    if stem.endswith(("oy", "uy")):
        stressed.add(stem[:-1] + "i")
    for shape in sorted(stressed):
        yield from (shape + ending for ending in ("e", "es", "ent", *_ER_FUTURE))
