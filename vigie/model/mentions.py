"""What the analysis makes of a document: mentions with their tone, and what people decided about them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vigie.model.documents import Document, fingerprint


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of `field_name`, which is `title` or `text`."""

    field_name: str
    start: int
    end: int


class SentimentLabel(StrEnum):
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The tone of a text. `score` is in [-1, 1]; `negative` is the probability, in [0, 1], that a reader calls it negative.

    `evidence` holds the words that decided, as they stand in the text, strongest first. `uncertain`: the label is the likeliest
    one, but not likely enough to be relied on.
    """

    label: SentimentLabel
    score: float
    negative: float
    evidence: tuple[str, ...] = ()
    uncertain: bool = False


class Role(StrEnum):
    """The part a brand plays in a text.

    SUBJECT: the text is about it. COMPARED: named beside another. PASSING: named by the way, as a place, an employer, a sponsor.
    OWN: it speaks itself. VICTIM: a fraud in its name, a fire, an attack.
    """

    SUBJECT = "subject"
    COMPARED = "compared"
    PASSING = "passing"
    OWN = "own"
    VICTIM = "victim"


@dataclass(frozen=True, slots=True)
class Target:
    """What a text says of one of its brands: the part it plays, and the tone towards it, which may differ from that of the text.

    `negative` is the probability, in [0, 1], that the tone towards the brand is negative. `proof` is the sentence that shows it,
    None when only the thread's title names the brand.
    """

    role: Role
    tone: SentimentLabel
    negative: float
    proof: Span | None = None


class Emotion(StrEnum):
    """The emotion that prevails in a text: the six of Ekman (1992)."""

    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    JOY = "joy"
    SADNESS = "sadness"
    SURPRISE = "surprise"


class Toxicity(StrEnum):
    """What a moderator should look at; it deletes nothing."""

    INSULT = "insult"
    THREAT = "threat"
    RACISM = "racism"
    SEXUAL = "sexual"


@dataclass(frozen=True, slots=True)
class Enrichment:
    """What else was read in a text. Empty where nothing was found, or the component is switched off or failed.

    `themes` are ids of the team's complaint themes. `key_phrases` stand most telling first; `places` and `entities` (people and
    organisations) as they are written, in the order of the text, each once.
    """

    emotion: Emotion | None = None
    themes: tuple[str, ...] = ()
    key_phrases: tuple[str, ...] = ()
    toxicity: tuple[Toxicity, ...] = ()
    places: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()


class WorkflowState(StrEnum):
    """What the team did with a mention."""

    NEW = "new"
    HANDLED = "handled"
    NOT_RELEVANT = "not_relevant"


@dataclass(frozen=True, slots=True)
class Workflow:
    """What people decided about a mention; a new analysis never overwrites it.

    `assignee` is who takes care of it, as the team writes that name, empty when nobody does; `due_at` is until when. `confirmed`:
    somebody said that the brand is meant.
    """

    state: WorkflowState = WorkflowState.NEW
    note: str = ""
    corrected_label: SentimentLabel | None = None
    assignee: str = ""
    due_at: datetime | None = None
    confirmed: bool = False

    def is_overdue(self, now: datetime) -> bool:
        """Whether it is still to be done although its time is over."""
        return self.state is WorkflowState.NEW and self.due_at is not None and self.due_at < now


@dataclass(frozen=True, slots=True)
class Mention:
    """One brand in one document: the record that is stored, counted and searched.

    `relevance`, in [0, 1], is how sure it is that the brand is meant, `reason` what decided that, in the team's language.
    `doubtful`: the name more likely means something else, but a person should look. `target` is None where it was not read.
    """

    id: str
    brand_id: str
    document: Document
    spans: tuple[Span, ...]
    language: str
    relevance: float
    sentiment: Sentiment
    story_id: str
    workflow: Workflow = Workflow()
    target: Target | None = None
    enrichment: Enrichment = Enrichment()
    reason: str = ""
    doubtful: bool = False

    @property
    def label(self) -> SentimentLabel:
        """The tone that counts: the person's correction, else the machine's."""
        return self.workflow.corrected_label or self.machine_label

    @property
    def machine_label(self) -> SentimentLabel:
        """The machine's tone, whatever a person says: that towards the brand, else that of the text."""
        return self.target.tone if self.target else self.sentiment.label

    @property
    def is_set_aside(self) -> bool:
        """Whether it is neither counted nor alerted on: doubtful, and nobody has confirmed or handled it."""
        return self.doubtful and not (self.workflow.confirmed or self.workflow.state is WorkflowState.HANDLED)

    @property
    def negative(self) -> float:
        """The machine's probability, in [0, 1], that the tone which counts is negative."""
        return self.target.negative if self.target else self.sentiment.negative


def mention_id(document: str, brand: str) -> str:
    """The identity of `brand` in the document of id `document`: the same on every run."""
    return fingerprint("mention", document, brand)


@dataclass(frozen=True, slots=True)
class Story:
    """Near-duplicate mentions of a brand, told once. `copies` = documents - distinct texts written apart; `sites` are hosts."""

    id: str
    title: str
    url: str
    first_published_at: datetime
    documents: int
    sites: int
    negative: int
    excerpt: str = ""
    evidence: tuple[str, ...] = ()

    @property
    def copies(self) -> int:
        """How many documents repeat the first one."""
        return self.documents - 1


class Outcome(StrEnum):
    """The one counted end of every document that entered: the first is the sum of the others."""

    STORED = "stored"
    KNOWN = "known"
    OFF_TOPIC = "off_topic"
    SPAM = "spam"
    FAILED = "failed"


WITHOUT = "without_"
"""Begins the name of what a document lost, a field or broken characters, in the reason of its analysis."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the analysis says of one document: `outcome` is stored (then `mentions` is not empty), off_topic, spam or failed.

    The reason of a stored one is what it lost, each behind `WITHOUT`, between ", ".

    `compromised` are the ids of the brands whose own site published it, with spam that somebody put there.
    """

    document_id: str
    outcome: Outcome
    mentions: tuple[Mention, ...] = ()
    reason: str = ""
    compromised: tuple[str, ...] = ()
