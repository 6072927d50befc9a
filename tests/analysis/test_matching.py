from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.matching import BrandMatch, BrandMatcher
from config.schema import Brand
from vigie.errors import QueryError
from vigie.model import DateSource, Document, DocumentKind, PublicationDate, Span

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def brand(query: str, **settings: object) -> Brand:
    return Brand.model_validate({"id": "marque", "name": query.strip('="'), "query": query, **settings})


def document(text: str, *, title: str = "", url: str, kind: DocumentKind = DocumentKind.NEWS) -> Document:
    published = PublicationDate(NOON, DateSource.META, 1.0)
    return Document("d", "journal", kind, url, title, text, "Dupont", published, NOON, "fr-FR")


def match(wanted: Brand, text: str, title: str = "") -> BrandMatch | None:
    return next(iter(BrandMatcher([wanted]).match(title, text)), None)


def found(wanted: Brand, text: str) -> list[str]:
    """The surface forms of the brand in `text`."""
    matched = match(wanted, text)
    return [text[span.start : span.end] for span in matched.spans] if matched else []


@pytest.mark.parametrize(
    ("query", "text", "words"),
    [
        ("orange", "ORANGE a annoncé", ["ORANGE"]),
        ("nestle", "chez Nestlé", ["Nestlé"]),
        ("Nestlé", "NESTLE recule", ["NESTLE"]),
        ("sœur", "la SOEUR", ["SOEUR"]),
        ("orange", "d’Orange, l'Orange, qu'Orange, jusqu’Orange, lorsqu'Orange", ["Orange"] * 5),
        ("renault", "deux Renaults", ["Renaults"]),
        ("orange", "Orange's new plan", ["Orange"]),
        ("orange", "'Orange' et « Orange »", ["Orange", "Orange"]),
        ("C&A", "chez C&A, ou C & A", ["C&A", "C & A"]),
        ("Canal+", "sur Canal+ et Canal +, Canal", ["Canal+", "Canal +"]),
        ("7up", "un 7UP frais", ["7UP"]),
        ("M6", "sur M6 ce soir", ["M6"]),
        ("Yahoo!", "Yahoo! et Yahoo", ["Yahoo!", "Yahoo"]),
        ("booking.com", "sur Booking.com hier", ["Booking.com"]),
        ('"crédit du nord"', "le Credit  du Nord, CREDIT-DU-NORD", ["Credit  du Nord", "CREDIT-DU-NORD"]),
        ("Coca-Cola", "un coca cola, un Coca-Cola", ["coca cola", "Coca-Cola"]),
        ("L'Oréal", "L’Oréal, loreal, l oreal", ["L’Oréal", "loreal", "l oreal"]),
        ("McDonald's", "chez McDonald’s et McDonalds", ["McDonald’s", "McDonalds"]),
        ("=Lu", "des LU, un Lu, il a lu", ["Lu"]),
        ("orang*", "l'orangerie et Orange", ["orangerie", "Orange"]),
        ("=Orang*", "l'Orangerie, une orangerie", ["Orangerie"]),
        ("🍎", "j'aime🍎!", ["🍎"]),
        ("❤️", "je ❤️ ça", ["❤️"]),
        ("orange", "#Orange @orange", ["Orange", "orange"]),
        ('"air france"', "#AirFrance @air_france", ["#AirFrance", "@air_france"]),
        ("orange", "#BoycottOrange #OrangeGate #MerciOrangeMerci", ["Orange"] * 3),
        ("sncf", "#GreveSNCF #SNCFGreve", ["SNCF", "SNCF"]),
        ("orange", "Oran\u00adge", ["Oran\u00adge"]),
    ],
)
def test_a_brand_is_found_as_french_writes_it(query: str, text: str, words: list[str]) -> None:
    assert found(brand(query), text) == words


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("orange", "l'orangerie, une orangée, blorange, orange2, orange_bleue"),
        ("orange", "aujourd'orange"),
        ("hui", "aujourd'hui"),
        ("lu", "plus, lundi, lus"),
        ("M6", "M62, AM6"),
        ("renault", "une renaulte"),
        ('"crédit du nord"', "crédit du nordique"),
        ('"crédit du nord"', "crédit\ndu nord"),
        ("orange", "https://orange.fr/panne www.orange.fr/orange aide@orange.fr exemple.fr/orange"),
        ("orange", "#orangerie #blorange"),
        ('"c a"', "#ca suffit"),
        ("🍎", "👩\u200d🍎"),
        ("=Lu", "LU lu"),
        ("=Nestlé", "Nestle nestlé"),
        ("orange", ""),
    ],
)
def test_what_is_not_the_word_itself_is_not_a_hit(query: str, text: str) -> None:
    assert match(brand(query), text) is None


@given(st.text(alphabet="abtzéèàçœŒÉZS3_", min_size=1, max_size=8))
def test_a_brand_glued_to_letters_is_never_a_hit(letters: str) -> None:
    assert match(brand("qwzk"), f"qwzk{letters}x{letters}") is None
    assert match(brand("qwzk"), f"{letters}qwzk") is None


@given(st.text(max_size=40), st.text(max_size=40))
def test_a_brand_between_blanks_is_always_found_where_it_stands(before: str, after: str) -> None:
    text = f"{before} Zénith-Qwzk {after}"
    matched = match(brand('"zenith qwzk"'), text)
    assert matched is not None
    assert Span("text", len(before) + 1, len(before) + 12) in matched.spans


@given(st.text(), st.text())
def test_no_text_breaks_the_matcher(title: str, text: str) -> None:
    wanted = brand('orange OR 🍎 OR "c a" OR l* -site:x.fr', handles=["orange"], exclude=["vitamine c"])
    for matched in BrandMatcher([wanted]).match(title, text):
        for span in matched.spans:
            assert 0 <= span.start < span.end <= len({"title": title, "text": text}[span.field_name])


def test_spans_count_in_title_and_text_apart() -> None:
    matched = match(brand("orange"), "Chez Orange.", title="Panne d'Orange")
    assert matched is not None
    assert matched.spans == (Span("title", 8, 14), Span("text", 5, 11))


@pytest.mark.parametrize(
    ("query", "text", "fulfilled"),
    [
        ("orange AND panne", "panne chez Orange", True),
        ("orange AND panne", "Orange recrute", False),
        ("orange (panne OU grève)", "grève chez Orange", True),
        ("orange SAUF vitamine", "orange vitamine", False),
        ("orange SAUF vitamine", "Orange recrute", True),
        ("panne (orange OR NOT vitamine)", "rien à voir", False),
        ("panne (orange OR NOT vitamine)", "panne et vitamine chez Orange", True),
    ],
)
def test_operators_hold_for_the_whole_document(query: str, text: str, fulfilled: bool) -> None:
    assert (match(brand(query, name="Orange"), text) is not None) == fulfilled


def test_a_query_is_fulfilled_by_title_and_text_together() -> None:
    assert match(brand("orange AND panne", name="Orange"), "Le réseau est en panne.", title="Orange") is not None


def test_context_words_are_no_spans_of_the_brand() -> None:
    assert found(brand("orange AND panne", name="Orange"), "panne chez Orange") == ["Orange"]


@pytest.mark.parametrize(
    ("query", "fulfilled"),
    [
        ("orange site:exemple.fr", True),
        ("orange site:www.exemple.fr", True),
        ("orange site:autre.fr", False),
        ("orange -site:exemple.fr", False),
        ("orange lang:fr", True),
        ("orange lang:en", False),
        ("orange author:dupont", True),
        ("orange kind:news", True),
        ("orange kind:blog", False),
        ("orange source:journal", True),
        ("orange title:panne", True),
        ("orange title:recrute", False),
        ("site:exemple.fr", True),
    ],
)
def test_fields_are_asked_of_the_document(query: str, fulfilled: bool) -> None:
    about = document("Orange recrute", title="La panne", url="https://blog.exemple.fr/a")
    matched = BrandMatcher([brand(query, name="Orange")]).match(about.title, about.text, document=about)
    assert bool(matched) == fulfilled


def test_a_handle_stands_for_the_whole_query_and_only_with_its_sign() -> None:
    wanted = brand("free AND mobile", name="Free", handles=["@free_1337", "free"])
    assert found(wanted, "merci @Free_1337") == ["@Free_1337"]
    assert found(wanted, "#FreeMobile") == ["#Free"]
    assert match(wanted, "free_1337 is free") is None


def test_what_the_query_takes_away_is_away_for_handles_too() -> None:
    assert match(brand("orange NOT vitamine", handles=["orange"]), "#orange vitamine") is None


@pytest.mark.parametrize(
    "text",
    [
        "Une orange pleine de vitamine.",
        "J'ai acheté une orange. Riche en vitamine.",
        "Un jus d'orange frais",
    ],
)
def test_a_hit_near_an_exclusion_means_something_else_and_says_so(text: str) -> None:
    matched = match(brand("orange", exclude=["vitamine", "jus d'orange"]), text)
    assert matched is not None
    assert not matched.is_relevant
    assert "exclu" in matched.reason


@pytest.mark.parametrize(
    ("exclusion", "text", "relevant"),
    [
        ("vitamin*", "chez Orange, vitaminée", False),
        ("vitamin", "chez Orange, vitaminée", True),
        ("=Prince", "le Prince Guillaume d'Orange", False),
        ("=Prince", "le prince chez Orange", True),
    ],
)
def test_an_exclusion_takes_the_signs_of_queries(exclusion: str, text: str, relevant: bool) -> None:
    matched = match(brand("orange", exclude=[exclusion]), text)
    assert matched is not None
    assert matched.is_relevant == relevant


def test_an_exclusion_takes_away_near_hits_only() -> None:
    far = "Voici un paragraphe de plus qui parle de tout autre chose et qui compte bien assez de mots. "
    text = f"Une orange pleine de vitamine. {far}Orange est en panne."
    assert found(brand("orange", exclude=["vitamine"]), text) == ["Orange"]


def test_an_exclusion_that_contains_the_name_spares_the_hits_beside_it() -> None:
    assert found(brand("orange", exclude=["Orange Vélodrome"]), "Orange quitte l'Orange Vélodrome") == ["Orange"]


def test_the_brands_own_site_is_no_mention_but_its_customers_are() -> None:
    matcher = BrandMatcher([brand("orange", site="https://www.orange.fr")])
    own = document("Orange annonce", url="https://corporate.orange.fr/a")
    customer = document("Orange en panne", url="https://communaute.orange.fr/t/1", kind=DocumentKind.FORUM_POST)
    other = document("Orange annonce", url="https://pas-orange.fr/a")
    assert [
        matcher.match("", about.text, document=about)[0].is_relevant for about in (own, customer, other)
    ] == [False, True, True]  # fmt: skip


def test_brands_share_one_pass_and_come_in_the_order_of_the_configuration() -> None:
    brands = [Brand(id=name, name=name, query=name) for name in ("sfr", "orange", "free")]
    assert [matched.brand_id for matched in BrandMatcher(brands).match("Orange et SFR", "")] == ["sfr", "orange"]


def test_a_query_that_cannot_be_read_is_refused_at_once() -> None:
    with pytest.raises(QueryError):
        BrandMatcher([Brand.model_construct(id="a", name="a", query="(", handles=[], exclude=[], site="")])
