"""Our way into textblob-fr gives its figures, without what its package brings along."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textblob_fr import PatternAnalyzer

from analysis.sentiment.polarity import analyzer

CORPUS = Path(__file__).resolve().parents[2] / "analysis" / "corpus" / "fr_comment.tsv"
BY_TEXTBLOB: Callable[[str], tuple[float, float]] = PatternAnalyzer().analyze
# What its cutting of words turns on: elisions, signs and smileys, abbreviations, blanks, words of tone and of negation.
WORDS = """
    l’ L’ qu’ Qu’ QU’ n' bon pas très vraiment excellent nul mauvais horrible absolument jamais M. a.b. Mr. T. ex. @x #y 0.5 3,2
    ! (!) ( ) :) :-) : ;) :D x D XD o.O o. O . ... .... &rsquo; d&rsquo; END-OF-SENTENCE “ ” ’ ‘ " ' - _ 8) <3 ♥ >.> :-. ? a e Σ İ
"""
PIECES = [*WORDS.split(), " ", "\n", "\n\n", "\r\n\r\n", "\xa0", "\u2028", "\x85"]


def test_texts_of_the_corpus_have_the_figures_of_textblob() -> None:
    with CORPUS.open(encoding="utf-8", newline="") as file:
        texts = [row["text"].replace("\\n", "\n") for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)]
    assert [analyzer()(text) for text in texts] == [tuple(BY_TEXTBLOB(text)) for text in texts]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25).map("".join))
def test_any_text_has_the_figures_of_textblob(text: str) -> None:
    assert analyzer()(text) == tuple(BY_TEXTBLOB(text))


@pytest.mark.parametrize("brought", ["nltk", "textblob", "scipy", "sklearn"])
def test_nothing_else_is_imported_with_it(brought: str) -> None:
    script = (
        f"import sys; from analysis.sentiment.polarity import analyzer; analyzer()('bon'); sys.exit({brought!r} in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
