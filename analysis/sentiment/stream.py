"""`vigie sentiment`: one text a line in, one tone a line out."""

import re
from collections.abc import Iterable, Iterator

from analysis.sentiment.model import Profile
from analysis.sentiment.scorer import SentimentScorer
from vigie.model import DocumentKind

_ESCAPES = {"\\n": "\n", "\\r": "\r", "\\t": "\t", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[nrt\\]")


def score_lines(lines: Iterable[str], kind: DocumentKind | None = None, profile: Profile = Profile.QUALITY) -> Iterator[str]:
    """For each line `label<TAB>score<TAB>probability of negative`, without a line end, in order and as soon as it is read.

    In a line a backslash is written `\\\\` and a newline `\\n`.
    """
    scorer = SentimentScorer(profile)
    for line in lines:
        tone = scorer.score(_unescaped(line.rstrip("\r\n")), kind)
        yield f"{tone.label}\t{tone.score:.4f}\t{tone.negative:.4f}"


def _unescaped(line: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], line)
