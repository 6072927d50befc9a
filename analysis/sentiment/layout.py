"""Where each token stands: sentence, clause, quotation, condition, question. Rules read this instead of the raw text."""

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.sentiment.grammar import AFTER_IF, CONTRASTS, DENIALS, OPENING_CONTRASTS
from analysis.sentiment.tokens import Token, TokenKind

_SENTENCE_ENDS = frozenset(".!?…\n")
_OPENING, _CLOSING = frozenset("«“"), frozenset("»”")
_CONTRASTS_BY_WORD = {first: [words for words in CONTRASTS if words[0] == first] for first, *_ in CONTRASTS}
_TURNING = OPENING_CONTRASTS | _CONTRASTS_BY_WORD.keys()


@dataclass(frozen=True, slots=True)
class Layout:
    """One value per token. Clauses and sentences are numbered from 0.

    `turns` are the indices of words that turn the text ("mais"). `questions` are the sentences that ask, `reproaches` those of
    them that deny something ("pourquoi personne ne répond ?"); `loud` those that end in an exclamation mark.
    """

    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    quoted: tuple[bool, ...]
    conditional: tuple[bool, ...]
    turns: tuple[int, ...]
    questions: frozenset[int]
    reproaches: frozenset[int]
    loud: frozenset[int]


def layout(row: Sequence[Token]) -> Layout:
    """The layout of a whole text's tokens."""
    turns = tuple(at for at, token in enumerate(row) if token.folded in _TURNING and _turns(row, at))
    sentence, clause = _numbers(row, frozenset(turns))
    ends = [(sentence[at], token.folded) for at, token in enumerate(row) if token.kind is TokenKind.MARK]
    questions = frozenset(number for number, mark in ends if mark == "?")
    denied = frozenset(sentence[at] for at, token in enumerate(row) if token.folded in DENIALS)
    return Layout(
        sentence=sentence,
        clause=clause,
        quoted=_quoted(row),
        conditional=_conditional(row, clause),
        turns=turns,
        questions=questions,
        reproaches=questions & denied,
        loud=frozenset(number for number, mark in ends if mark[0] == "!"),
    )


def _turns(row: Sequence[Token], at: int) -> bool:
    if row[at].folded in OPENING_CONTRASTS:
        return at > 0 and row[at - 1].kind is TokenKind.MARK and row[at - 1].folded[0] in _SENTENCE_ENDS
    return any(
        tuple(token.folded for token in row[at : at + len(words)]) == words
        and not (words == ("mais",) and at + 1 < len(row) and row[at + 1].folded == "aussi")
        for words in _CONTRASTS_BY_WORD.get(row[at].folded, ())
    )


def _numbers(row: Sequence[Token], turns: frozenset[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    sentences, clauses = [], []
    sentence = clause = 0
    for at, token in enumerate(row):
        clause += at in turns
        sentences.append(sentence)
        clauses.append(clause)
        if token.kind is TokenKind.MARK:
            clause += 1
            sentence += token.folded[0] in _SENTENCE_ENDS
    return tuple(sentences), tuple(clauses)


def _quoted(row: Sequence[Token]) -> tuple[bool, ...]:
    """Inside « », “ ” or " ". A quotation that is never closed is none."""
    quoted, opened = [False] * len(row), None
    for at, token in enumerate(row):
        mark = token.folded
        if opened is None and (mark in _OPENING or mark == '"'):
            opened = at
        elif opened is not None and (mark in _CLOSING or mark == '"'):
            quoted[opened:at] = [True] * (at - opened)
            opened = None
    return tuple(quoted)


def _conditional(row: Sequence[Token], clause: Sequence[int]) -> tuple[bool, ...]:
    """From "si" and a subject to the end of the clause; "si bon" is a degree, not a condition."""
    conditional, current = [False] * len(row), -1
    for at, token in enumerate(row):
        if token.folded in ("si", "s") and at + 1 < len(row) and row[at + 1].folded in AFTER_IF:
            starts_clause = at == 0 or clause[at - 1] != clause[at]
            current = clause[at] if starts_clause or token.folded == "si" else current
        conditional[at] = clause[at] == current
    return tuple(conditional)
