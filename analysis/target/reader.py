"""Tells the part a brand plays in a text and the tone towards it, with the sentence that shows it.

Last step on a matched mention: `analysis.matching` gives the places of the name, the tone of the text comes from its scorer.
"""

from collections.abc import Sequence

import numpy as np

from analysis.folding import fold
from analysis.sentiment.passage import Passage
from analysis.target import model
from analysis.target.features import features
from analysis.target.scene import Scene, Sentence, scene_of
from analysis.target.words import words
from vigie.model import Role, Sentiment, SentimentLabel, Span, Target

ROLE_OF_PART = {part: Role.COMPARED if part in ("won", "lost", "even") else Role(part) for part in model.PARTS}


def read_target(title: str, text: str, spans: Sequence[Span], text_tone: Sentiment, passage: Passage | None = None) -> Target:
    """The role of the brand named at `spans` and the tone towards it, where `text_tone` is that of title and text together.

    A brand that only the thread's title names is the subject, and has the tone of the text. Only the first 20,000 characters
    of title and text are read. `passage` is that of both together, where it is known already.
    """
    scene = scene_of(title, text, spans)
    if not scene.naming:
        return Target(Role.SUBJECT, text_tone.label, text_tone.negative)
    of_text = chances_of(text_tone)
    figures = figures_of(title, text, spans, scene, passage)
    fitted = model.load()
    parts, tones = fitted.chances(np.array([figures]), np.array([of_text]), fitted.said(words(scene)))
    proof = _proof(scene, text_tone.evidence).span
    negative = float(tones[0, model.TONES.index(SentimentLabel.NEGATIVE)])
    return Target(_role(parts[0].tolist()), _tone(tones[0].tolist(), of_text, text_tone), negative, proof)


def figures_of(title: str, text: str, spans: Sequence[Span], scene: Scene, passage: Passage | None = None) -> tuple[float, ...]:
    """What the model sees of a text whose `scene` names the brand."""
    whole = f"{title}\n{text}"
    cut = len(whole) - len(whole.lstrip())
    starts = {"title": -cut, "text": len(title) + 1 - cut}
    named = [(starts[span.field_name] + span.start, starts[span.field_name] + span.end) for span in spans]
    return features(scene, passage or Passage(whole.strip()), named)


def chances_of(tone: Sentiment) -> tuple[float, float, float]:
    """The probabilities of negative, neutral and positive behind the tone of a text."""
    positive = min(1.0 - tone.negative, max(0.0, tone.score + tone.negative))
    return tone.negative, 1.0 - tone.negative - positive, positive


def _role(parts: Sequence[float]) -> Role:
    """The likeliest role; the three outcomes of a comparison count together."""
    chances = dict.fromkeys(Role, 0.0)
    for part, chance in zip(model.PARTS, parts, strict=True):
        chances[ROLE_OF_PART[part]] += chance
    return max(chances, key=lambda role: chances[role])


def _tone(tones: Sequence[float], of_text: Sequence[float], text_tone: Sentiment) -> SentimentLabel:
    """The tone of the text, as its scorer calls it, unless the part the brand plays changes which tone is likeliest."""
    likeliest = tones.index(max(tones))
    return text_tone.label if likeliest == of_text.index(max(of_text)) else model.TONES[likeliest]


def _proof(scene: Scene, evidence: Sequence[str]) -> Sentence:
    """Of the sentences that name the brand the one with most of the words that decided the tone; the first of equals."""
    words = [fold(word) for word in evidence]
    return max(scene.naming, key=lambda sentence: sum(word in sentence.words for word in words))
