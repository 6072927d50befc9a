"""A biscuit maker's month as French sites and forums tell it: the material of the mail tests, and of a look at the mails.

To look at the six mails:  python -m tests.alerts.sample_mails FOLDER [fr|en]
"""

import random
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.gather_digest import gather_digest
from alerts.gather_incident import gather_incident
from alerts.mail import compose_digest, compose_incident
from alerts.views import Period
from config.schema import Brand, Config, DigestRow, RuleRow, Settings, SourceRow, Team
from tests.alerts.fake_store import FakeState, FakeStore
from vigie.model import (
    DateSource,
    Document,
    DocumentKind,
    Incident,
    IncidentState,
    Mention,
    PublicationDate,
    Sentiment,
    SentimentLabel,
    Signal,
    SignalKind,
    SourceHealth,
    SourceState,
    document_id,
    mention_id,
)

NOW = datetime(2026, 11, 19, 9, 5, tzinfo=UTC)  # a Thursday, 10 h 05 in Paris
ONSET = datetime(2026, 11, 19, 7, 40, tzinfo=UTC)
TEAM = "com@kerlann.example"
MORNING = datetime(2026, 11, 19, 7, 0, tzinfo=UTC)  # 8 h in Paris

_SOURCES = [
    ("ouest-matin", DocumentKind.NEWS, "Ouest Matin", "www.ouest-matin.example"),
    ("le-relais", DocumentKind.NEWS, "Le Relais de l’Armor", "lerelais.example"),
    ("conso-info", DocumentKind.NEWS, "Conso Info", "conso-info.example"),
    ("gouter-maison", DocumentKind.BLOG, "Le goûter maison", "gouter-maison.example"),
    ("forum-parents", DocumentKind.FORUM_POST, "Forum des parents", "forum-parents.example"),
    ("forum-conso", DocumentKind.FORUM_POST, "Forum Conso", "forum.conso.example"),
    ("avis-courses", DocumentKind.REVIEW, "Avis de courses", "avis-courses.example"),
    ("ouest-matin-commentaires", DocumentKind.COMMENT, "Ouest Matin, commentaires", "www.ouest-matin.example"),
]

_EVERYDAY = [
    ("positive", "Les palets bretons de Kerlann, toujours aussi bons avec le café du matin.", ("toujours aussi bons",)),
    ("neutral", "Kerlann ouvre une boutique à Vannes, rue Saint-Vincent, à partir de samedi.", ()),
    ("neutral", "Quelqu’un sait si les galettes Kerlann existent en format familial ?", ()),
    ("neutral", "Pour la base du cheesecake, j’ai pris des sablés Kerlann passés au mixeur.", ()),
    ("positive", "Reçu mon colis Kerlann en deux jours, rien de cassé, bravo pour l’emballage.", ("bravo", "rien de cassé")),
    ("negative", "Encore une augmentation sur les Kerlann, 3,20 € le paquet, ça devient exagéré.", ("exagéré",)),
    ("neutral", "La biscuiterie Kerlann emploie 140 personnes dans le Morbihan.", ()),
]

_DISPATCH = (
    "Du métal dans des petits-beurre Kerlann : plusieurs parents alertent",
    "Des parents du Morbihan et du Finistère disent avoir trouvé des éclats de métal dans des paquets de petits-beurre Kerlann. "
    "La biscuiterie n’a pas encore réagi. Une réponse « dangereusement tardive », estime une association de consommateurs.",
    ("dangereusement tardive", "éclats de métal"),
)
_FINDS = [
    "Ma fille de 4 ans a croqué dans un petit-beurre Kerlann et il y avait un bout de métal dedans.",
    "Pareil chez nous, lot du 12 octobre : un morceau de fil de fer dans le paquet.",
    "Un éclat gros comme un ongle dans les petits-beurre Kerlann de ma mère, 82 ans.",
    "Deux paquets Kerlann achetés hier, une agrafe dans le second.",
    "Mon fils s’est coupé la lèvre sur un biscuit Kerlann au goûter de l’école.",
    "Encore un paquet de Kerlann avec de la limaille au fond, le troisième du quartier.",
]
_REACTIONS = [
    ("Le service client me répond d’envoyer un mail, c’est scandaleux.", ("scandaleux",)),
    ("J’ai tout jeté et je ne suis pas près d’en racheter.", ("tout jeté", "pas près d’en racheter")),
    ("Et pas un mot sur leur site à 9 h du matin… Inadmissible.", ("Inadmissible",)),
    ("Le magasin refuse de rembourser. Déçue et en colère.", ("Déçue", "en colère")),
    ("Honteux pour une marque qui se dit artisanale !", ("Honteux",)),
    ("On attend qu’un gosse finisse aux urgences ?", ("urgences",)),
    ("J’ai les photos, je les envoie à la répression des fraudes.", ("répression des fraudes",)),
]


def config(language: str = "fr") -> Config:
    """Two own-or-rival brands, eight sources, one rule, one digest."""
    return Config(
        folder=Path("/tmp"),  # nothing is read or written there
        settings=Settings(team=Team(name="Équipe communication", language=language)),
        brands=[
            Brand(id="kerlann", name="Kerlann", query="Kerlann"),
            Brand(id="saint-brevin", name="Biscuits Saint-Brévin", query="Saint-Brévin", role="competitor"),
            Brand(id="la-doree", name="La Dorée", query='"La Dorée"', role="competitor"),
        ],
        sources=[
            SourceRow(id=id_, kind="feed", url=f"https://{host}/flux", name=name, document_kind=kind)
            for id_, kind, name, host in _SOURCES
        ],
        rules=[RuleRow(id="kerlann-alerte", brands=["kerlann"], recipients=[TEAM], options={"sensitivity": "normal"})],
        digests=[DigestRow(id="matin", recipients=[TEAM, "direction@kerlann.example"])],
    )


def mention(
    at: datetime,
    text: str,
    *,
    source: str = "forum-parents",
    title: str = "",
    label: str = "negative",
    evidence: tuple[str, ...] = (),
    brand: str = "kerlann",
    story: str = "",
    number: int = 0,
) -> Mention:
    """A mention published at `at`, seen seven minutes later."""
    kind, host = next((kind, host) for id_, kind, _, host in _SOURCES if id_ == source)
    url = f"https://{host}/{at:%Y/%m/%d}/{brand}-{at:%H%M%S}-{number}"
    document = Document(
        id=document_id(url),
        source_id=source,
        kind=kind,
        url=url,
        title=title,
        text=text,
        author="a1b2c3",
        published=PublicationDate(at, DateSource.FEED, 0.9),
        seen_at=at + timedelta(minutes=7),
    )
    negative = {"negative": 0.9, "neutral": 0.3, "positive": 0.05}[label]
    sentiment = Sentiment(SentimentLabel(label), 0.5 - negative, negative, evidence)
    return Mention(
        id=mention_id(document.id, brand),
        brand_id=brand,
        document=document,
        spans=(),
        language="fr",
        relevance=0.9,
        sentiment=sentiment,
        story_id=story or document.id,
    )


def ordinary_month(end: datetime = NOW, seed: int = 7) -> list[Mention]:
    """Four weeks of everyday mentions until `end`: some thirty on a working day, half of that on a weekend day, few at night."""
    chance = random.Random(seed)
    mentions = []
    for hour in range(24 * 30):
        at = end - timedelta(hours=hour + 1)
        rate = 0.2 if at.hour < 6 else 1.9
        rate *= 0.5 if at.weekday() >= 5 else 1.0
        for number in range(round(chance.uniform(0, 2 * rate))):
            label, text, evidence = chance.choice(_EVERYDAY)
            source = chance.choice(_SOURCES)[0]
            brand = chance.choices(["kerlann", "saint-brevin", "la-doree"], [6, 4, 2])[0]
            moment = at + timedelta(minutes=chance.randrange(60))
            story = f"{text[:12]}-{moment:%m%d}" if chance.random() < 0.3 else ""
            made = mention(
                moment, text, source=source, title=text.split(",")[0] if number % 2 else "", label=label, evidence=evidence,
                brand=brand, story=story, number=number,
            )  # fmt: skip
            mentions.append(made)
    return mentions


def crisis(start: datetime = ONSET, until: datetime = NOW) -> list[Mention]:
    """Parents find metal in the biscuits: distinct complaints that come faster and faster, and one dispatch that is copied."""
    complaints = ["forum-parents", "forum-conso", "ouest-matin-commentaires", "avis-courses", "forum-parents"]
    mentions = []
    for number in range(46):
        at = start + (until - start) * (number / 46) ** 0.6
        if number % 5 == 2:
            title, text, evidence = _DISPATCH
            source = ("ouest-matin", "le-relais", "conso-info")[number % 3]
            made = mention(at, text, source=source, title=title, evidence=evidence, story="metal-depeche", number=number)
        else:
            reaction, evidence = _REACTIONS[number % 7]
            text = f"{_FINDS[number % 6]} {reaction}"
            made = mention(at, text, source=complaints[number % 5], evidence=evidence, number=number)
        mentions.append(made)
    return mentions


def signal(at: datetime = NOW, seen: int = 38, negatives: int = 36) -> Signal:
    return Signal(
        at=at,
        brand_id="kerlann",
        kind=SignalKind.BAD_BUZZ,
        evidence=11.3,
        window=timedelta(hours=2),
        seen=seen,
        expected=3.4,
        expected_high=8.0,
        negatives=negatives,
        expected_negatives=0.5,
        usual_negative_share=0.14,
        stories=seen,
        sites=7,
        copies=9,
        onset=ONSET,
    )


def incident(state: IncidentState = IncidentState.OPEN) -> Incident:
    first = signal()
    peak = signal(NOW + timedelta(hours=1), 74, 69) if state is not IncidentState.OPEN else first
    return Incident(
        id="kerlann-20261119",
        brand_id="kerlann",
        rule_id="kerlann-alerte",
        kind=SignalKind.BAD_BUZZ,
        state=state,
        opened_at=NOW,
        onset=ONSET,
        updated_at=peak.at,
        first=first,
        peak=peak,
        last=peak,
        closed_at=NOW + timedelta(hours=9) if state is IncidentState.CLOSED else None,
    )


def healthy(unseen: int = 0) -> list[SourceState]:
    """All sources read well, but the last `unseen`: one silent, one never read, the others failing."""
    states = [SourceState(id_, SourceHealth.OK, last_ok_at=NOW) for id_, *_ in _SOURCES]
    healths = [SourceHealth.SILENT, SourceHealth.NEVER] + [SourceHealth.LATE] * 8
    for place in range(unseen):
        since = NOW - timedelta(hours=9 + place)
        states[-1 - place] = replace(states[-1 - place], health=healths[place], last_ok_at=since, last_item_at=since)
    return states


def sample_mails(language: str = "fr") -> dict[str, bytes]:
    """The six mails by name, composed from the month above."""
    settings = config(language)
    second_wave = crisis(NOW, NOW + timedelta(hours=1))
    store = FakeStore([*ordinary_month(), *crisis(), *second_wave])
    mails = {}
    for purpose, state, later in (
        ("incident_opened", IncidentState.OPEN, 0),
        ("incident_worse", IncidentState.WORSE, 1),
        ("incident_closed", IncidentState.CLOSED, 9),
    ):
        now = NOW + timedelta(hours=later)
        view = gather_incident(store, FakeState(healthy(2)), settings, incident(state), now)
        mails[purpose] = compose_incident(view, purpose=purpose, recipient=TEAM, config=settings, key=f"{purpose}:1", now=now)
    period = Period(MORNING - timedelta(days=1), MORNING)
    quiet = FakeStore([m for m in store.mentions if m.document.published.at < period.start])
    handled = replace(incident(IncidentState.CLOSED), opened_at=period.start + timedelta(hours=3), closed_at=period.end)
    for name, mentions, state in (
        ("digest", store, FakeState(healthy(), [handled])),
        ("digest_calm", quiet, FakeState(healthy())),
        ("digest_blind", quiet, FakeState(healthy(5))),
    ):
        view = gather_digest(mentions, state, settings, settings.digests[0], period, MORNING)
        mails[name] = compose_digest(view, recipient=TEAM, config=settings, key=f"{name}:1", now=MORNING)
    return mails


if __name__ == "__main__":
    for name, mail in sample_mails(*sys.argv[2:]).items():
        (Path(sys.argv[1]) / f"{name}.eml").write_bytes(mail)
