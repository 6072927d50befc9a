"""What a page hides from its readers: never part of a mention, and a sign of a break-in on the brand's own site."""

from dataclasses import replace
from datetime import UTC, datetime

from analysis.gate import Admitted, Gate
from config.schema import Brand
from vigie.model import Analysis, DateSource, Document, DocumentKind, Outcome, PublicationDate, document_id

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
GATE = Gate([Brand(id="marelle", name="Marelle", query="marelle", site="https://marelle.example/")], ["fr"])
SPAM = "Acheter viagra sans ordonnance, livraison discrète, cliquez ici, avec Marelle"
PAGE = Document(
    id=document_id("https://journal.example/a"),
    source_id="journal",
    kind=DocumentKind.NEWS,
    url="https://journal.example/a",
    title="La grève continue",
    text="Les magasins de Marelle sont restés fermés hier dans toute la région, et la direction ne répond pas.",
    author=None,
    published=PublicationDate(NOON, DateSource.META, 1.0),
    seen_at=NOON,
    language="fr",
    hidden=(SPAM,),
)


def test_a_mention_holds_nothing_that_was_hidden() -> None:
    admitted = GATE.admit(PAGE)
    assert isinstance(admitted, Admitted)
    assert (admitted.document.text, admitted.document.hidden) == (PAGE.text, ())


def test_a_brand_that_only_hidden_words_name_is_not_named() -> None:
    refused = GATE.admit(replace(PAGE, text="Les magasins sont restés fermés hier dans toute la région."))
    assert isinstance(refused, Analysis)
    assert (refused.outcome, refused.reason) == (Outcome.OFF_TOPIC, "no_brand")


def test_spam_hidden_on_the_brands_own_site_is_a_break_in() -> None:
    own = replace(PAGE, url="https://marelle.example/a")
    assert GATE.admit(own).compromised == ("marelle",)
    assert GATE.admit(replace(own, hidden=("Voir toutes les rubriques du site",))).compromised == ()
