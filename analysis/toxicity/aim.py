"""Whether a rude word is thrown at somebody, and whether the writer says it or only tells of it."""

from collections.abc import Sequence

from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import Layout
from analysis.sentiment.tokens import Token, TokenKind


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NEAR = 4  # words before a word that can aim it
_PARTICLES = _words("de d l")
_THROWN = _words("espece especes bande sale sales sombre pauvre pauvres gros grosse grosses sacre sacree tas ramassis equipe")
_ADDRESS = _words("tu t vous toi ils elles eux")
_BEING = _words("es etes sont etais etiez etaient seras serez restez restes resterez resteras")
_ARTICLES = _words("""
    un une des le la les ce cet cette ces quel quelle quels quelles ton votre vos leur leurs l d de
""")
_ADVERBS = _words(
    "vraiment tous toutes bien juste que qu trop tellement tres si aussi completement carrement franchement un peu quand meme"
)
_COPULAS = _words("est es etes sont etait etaient serait")
_PERSONS = _words("""
    t tu vous il elle ils elles on type mec gars meuf fille dame monsieur vendeur vendeuse serveur serveuse conseiller conseillere
    patron patronne chauffeur conducteur livreur employe employee caissier caissiere directeur president ministre maire
""")
_TOLD = _words(
    "traite traites traitee traitees traiter traitait traitant insulte insulter qualifie qualifier appelle insultes mot terme"
)
_LIKENED = _words("comme pour")
_LAUGHTER = _words("mdr mdrr ptdr lol haha hahaha xd")
_PRIDE = _words("fier fiere fiers fieres fierte fiertes militant militante collectif reapproprier revendique assumee assume")
_LITERARY = _words("litteraire litteraires ecrivain edition livre plume")


def is_thrown(hit: Hit, row: Sequence[Token]) -> bool:
    """« espèce de X », « sale X », « vous êtes des X »."""
    before = _before(hit, row)
    call = _stripped(before, _PARTICLES)
    if call and call[-1] in _THROWN:
        return True
    rest = _stripped(before, _ARTICLES | _ADVERBS)
    return bool(rest) and rest[-1] in _BEING and bool(set(before) & _ADDRESS)


def is_named(hit: Hit, row: Sequence[Token]) -> bool:
    """Whether the word names somebody: « un con », « Idiots ! », « il est con », not « c'est con »."""
    if is_thrown(hit, row):
        return True
    before = _before(hit, row)
    if before and before[-1] in _ARTICLES - _PARTICLES:
        return True
    if not before and hit.end < len(row) and row[hit.end].folded.startswith("!"):
        return True
    rest = _stripped(before, _ADVERBS)
    return len(rest) > 1 and rest[-1] in _COPULAS and rest[-2] in _PERSONS


def is_told(hit: Hit, row: Sequence[Token], where: Layout) -> bool:
    """Whether the writer only reports the word, says it of himself, or wears it with pride."""
    before = _before(hit, row)
    if where.quoted[hit.start] or set(before) & _TOLD:
        return True
    rest = _stripped(before, _ARTICLES | _ADVERBS)
    is_of_self = rest[-1:] == ["suis"] or rest[-2:] in (["j", "etais"], ["nous", "sommes"], ["moi", "en"])
    return is_of_self or bool(rest and rest[-1] in _LIKENED)


def is_reclaimed(hit: Hit, row: Sequence[Token], where: Layout) -> bool:
    """A word of hate that those it is meant for wear themselves, or an older sense of it (« nègre littéraire »)."""
    sentence = {token.folded for at, token in enumerate(row) if where.sentence[at] == where.sentence[hit.start]}
    following = row[hit.end].folded if hit.end < len(row) else ""
    return bool(sentence & _PRIDE) or following in _LITERARY


def is_joke(hit: Hit, row: Sequence[Token]) -> bool:
    """Whether somebody laughs nearby: « je vais te tuer mdr »."""
    near = row[max(0, hit.start - 8) : hit.end + 8]
    return any(token.folded in _LAUGHTER or token.folded in "😂🤣😆😅" for token in near)


def _before(hit: Hit, row: Sequence[Token]) -> list[str]:
    """The words before a hit, up to a mark."""
    words: list[str] = []
    for at in range(hit.start - 1, max(-1, hit.start - 1 - 2 * _NEAR), -1):
        if row[at].kind is TokenKind.MARK:
            break
        words.insert(0, row[at].folded)
    return words


def _stripped(words: Sequence[str], of: frozenset[str]) -> list[str]:
    """`words` without those at the end that are in `of`."""
    last = len(words)
    while last and words[last - 1] in of:
        last -= 1
    return list(words[:last])
