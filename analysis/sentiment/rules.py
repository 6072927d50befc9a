"""Weighs hits by what stands around them: negation, degree, emphasis, quotation, condition, contrast, irony.

Each rule is a function from a hit (or all of them) to weighed hits; `weigh` applies them in order.
"""

from collections.abc import Sequence
from itertools import pairwise

from analysis.sentiment.grammar import (
    CURES,
    CUT_SHORT,
    DIMINISHERS,
    INTENSIFIERS,
    LIGHT,
    NEGATORS,
    NEGATORS_AFTER_VERB,
    NOMINAL_ENDS,
    NOMINAL_NEGATORS,
    OPENERS,
    POLITE,
    SCOPE_ENDS,
    UNDO_NEGATION,
    WINKS,
)
from analysis.sentiment.hits import Hit
from analysis.sentiment.layout import Layout
from analysis.sentiment.lexicon import Field
from analysis.sentiment.tokens import Token, TokenKind

_REACH = 2  # full words between a negation and what it negates
_SHOWN = 4  # a negation further off is left out of the evidence


def weigh(hits: Sequence[Hit], row: Sequence[Token], where: Layout) -> list[Hit]:
    """The hits with their final values, in order."""
    return _irony(_contrast(_cured(weigh_each(hits, row, where), where), where), row, where)


def weigh_each(hits: Sequence[Hit], row: Sequence[Token], where: Layout) -> list[Hit]:
    """The hits weighed one by one: degree, emphasis, quotation, condition, question; negation turns the sign of a value."""
    taken = frozenset(at for hit in hits for at in range(hit.start, hit.end))
    return [_weigh_one(hit, row, where, taken) for hit in hits]


def _weigh_one(hit: Hit, row: Sequence[Token], where: Layout, taken: frozenset[int]) -> Hit:
    if hit.field is Field.RATING or not hit.value:
        return hit
    if hit.field is not Field.SIGN:
        hit = _degree(hit, row, where)
        negator = _negator(hit, row, where, taken)
        if negator is not None:
            hit = _negate(hit, negator)
    return _worth(hit, hit.value * _emphasis(hit, row, where) * _distance(hit, where))


def _worth(hit: Hit, value: float) -> Hit:
    return hit if value == hit.value else hit._replace(value=value)


def _negator(hit: Hit, row: Sequence[Token], where: Layout, taken: frozenset[int]) -> int | None:
    """The index of the word that negates `hit`, if any: right after a verb, or up to two full words before it."""
    clause = where.clause[hit.start]
    if hit.verb:
        for at in range(hit.end, min(hit.end + 2, len(row))):
            if where.clause[at] != clause or at in taken:
                break
            if row[at].folded in NEGATORS_AFTER_VERB and _negates(row, at):
                return at
    spent = 0
    for at in range(hit.start - 1, -1, -1):
        if where.clause[at] != clause or spent > _REACH:
            return None
        if row[at].folded in NEGATORS and at not in taken and _negates(row, at):
            return at if _in_scope(row, at, hit.start) else None
        spent += row[at].folded not in LIGHT
    return None


def _in_scope(row: Sequence[Token], negator: int, at: int) -> bool:
    """False beyond a word that opens another thought; "sans" and "aucun" end at the verb; "jamais vu aussi propre" is praise."""
    between = {token.folded for token in row[negator + 1 : at]}
    if row[negator].folded in NOMINAL_NEGATORS and between & NOMINAL_ENDS:
        return False
    return not between & SCOPE_ENDS and not (row[negator].folded == "jamais" and "aussi" in between)


def _negates(row: Sequence[Token], at: int) -> bool:
    """False for "ne … que", "pas seulement", "un peu", "une personne", "un don", and "plus" without "ne" or "du tout"."""
    word = row[at].folded
    following = row[at + 1] if at + 1 < len(row) else None
    if following is not None and following.folded in UNDO_NEGATION:
        return False
    if word == "personne":
        return following is not None and following.folded in ("n", "ne")
    if word in CUT_SHORT:
        return following is not None and following.folded == "t"
    before = [token.folded for token in row[max(0, at - 4) : at]]
    if word == "plus":
        after = [token.folded for token in row[at + 1 : at + 5]]
        utterly = any(pair == ("du", "tout") for pair in pairwise(after))
        return utterly or "ne" in before or "n" in before or following is None or following.kind is TokenKind.MARK
    return word != "peu" or not before or before[-1] not in ("un", "ti")


def _negate(hit: Hit, negator: int) -> Hit:
    """Praise negated is blame, a little weaker; blame negated is faint praise, and an absent fault ("aucune panne") good news.

    What news deny ("aucun blessé") is hardly praise: it tells of an accident all the same.
    """
    if hit.value > 0:
        turned = -0.8 * hit.value
    elif hit.field is Field.CRISIS:
        turned = -0.2 * hit.value
    elif hit.field is Field.FEELING:
        turned = max(0.0, 1.2 + 0.3 * hit.value) if hit.value < -2 else -0.5 * hit.value
    else:
        turned = -0.6 * hit.value
    start = negator if hit.start - _SHOWN <= negator < hit.start else hit.start
    end = negator + 1 if hit.end <= negator else hit.end
    return hit._replace(value=turned, negated=True, start=start, end=end)


def _degree(hit: Hit, row: Sequence[Token], where: Layout) -> Hit:
    factor = 1.0
    for at in range(max(0, hit.start - 2), hit.start):
        if where.clause[at] != where.clause[hit.start]:
            continue
        word = row[at].folded
        if word in INTENSIFIERS:
            factor *= 1.3
        elif word in DIMINISHERS:
            factor *= 0.6
    return _worth(hit, hit.value * factor)


def _emphasis(hit: Hit, row: Sequence[Token], where: Layout) -> float:
    words = row[hit.start : hit.end]
    factor = 1.25 if any(token.shouted or token.stretched for token in words) else 1.0
    return factor * (1.15 if where.sentence[hit.start] in where.loud else 1.0)


def _distance(hit: Hit, where: Layout) -> float:
    """How much of the tone is the writer's own, and about what happened."""
    if where.quoted[hit.start]:
        return 0.5
    if where.conditional[hit.start]:
        return 0.4
    if where.sentence[hit.start] in where.questions:
        phrase = hit.field is Field.FEELING and hit.end - hit.start > 1  # "vous n'avez pas honte ?" is no question
        reproach = hit.value < 0 and where.sentence[hit.start] in where.reproaches
        return 0.7 if phrase or reproach else 0.3
    return 1.0


def _cured(hits: Sequence[Hit], where: Layout) -> list[Hit]:
    """A fault told with its cure in one sentence ("a réglé ma panne") is half forgiven."""
    cured = {where.sentence[hit.start] for hit in hits if hit.field is Field.SERVICE and hit.value > 0 and not hit.negated}
    fault = [hit.field is Field.SERVICE and hit.value < 0 and where.sentence[hit.start] in cured for hit in hits]
    return [hit._replace(value=0.4 * hit.value) if at_fault else hit for hit, at_fault in zip(hits, fault, strict=True)]


def _contrast(hits: Sequence[Hit], where: Layout) -> list[Hit]:
    """What follows "mais" counts more than what stands before it in the sentence, or before the sentence it opens."""
    if not where.turns:
        return list(hits)
    last = where.turns[-1]
    here = where.sentence[last]
    opens = last == 0 or where.sentence[last - 1] != here
    weighed = []
    for hit in hits:
        sentence = where.sentence[hit.start]
        if hit.start >= last and sentence == here:
            factor = 1.2
        elif hit.start < last and (sentence == here or opens):
            factor = 0.55
        else:
            factor = 1.0
        weighed.append(_worth(hit, hit.value * factor))
    return weighed


def _irony(hits: Sequence[Hit], row: Sequence[Token], where: Layout) -> list[Hit]:
    """Turns praise in a sentence that thanks for a fault ("Merci pour les 3 h de retard"), and all praise beside a wink (🙄)."""
    if any(token.folded in WINKS for token in row):
        return [_turned(hit) if hit.value > 0 and hit.field is not Field.RATING else hit for hit in hits]
    hits = [_closing(hit, hits, row, where) for hit in hits]
    mocked = {where.sentence[hit.start] for hit in hits if _opens_blame(hit, hits, row, where)}
    return [_turned(hit) if where.sentence[hit.start] in mocked and _sincere(hit) else hit for hit in hits]


def _closing(hit: Hit, hits: Sequence[Hit], row: Sequence[Token], where: Layout) -> Hit:
    """A last sentence of one or two words after blame alone: "Bravo." mocks, "Merci." is only polite."""
    last = where.sentence[-1]
    alone = _sincere(hit) and where.sentence[hit.start] == last > 0 and where.sentence.count(last) <= 3
    if not alone or row[hit.start].folded not in OPENERS:
        return hit
    before = [other.value for other in hits if other.end <= hit.start]
    if not before or max(before) > 0 or sum(before) > -1.5:
        return hit
    return hit._replace(value=0.0) if row[hit.start].folded in POLITE else _turned(hit)


def _turned(hit: Hit) -> Hit:
    return hit._replace(value=-0.8 * hit.value, ironic=True)


def _sincere(hit: Hit) -> bool:
    """Plain praise of the writer's own."""
    return hit.value > 0 and not hit.negated and hit.field is Field.FEELING


def _opens_blame(hit: Hit, hits: Sequence[Hit], row: Sequence[Token], where: Layout) -> bool:
    if not _sincere(hit) or row[hit.start].folded not in OPENERS:
        return False
    sentence = where.sentence[hit.start]
    rest = [at for at in range(hit.end, len(row)) if where.sentence[at] <= sentence + 1]
    if any(hit.end <= turn and where.sentence[turn] == sentence for turn in where.turns):
        return False
    if any(row[at].folded.startswith(CURES) for at in rest):
        return False
    blame = [other for other in hits if other.start >= hit.end and where.sentence[other.start] == sentence and other.value < 0]
    return sum(other.value for other in blame) <= -1.5
