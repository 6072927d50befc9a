"""What stands where an article is looked for: a list, a log-in form, an error page, a cookie wall, or only its beginning."""

import re
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from crawlers.structured import StructuredArticle
from crawlers.tree import first

_LIST_PATH = re.compile(  # below /archives/, Serendipity and Canalblog keep their articles
    r"/(?:tags?|category|categorie|categories|author|auteur|auteurs|page|search|recherche|rubrique|theme|themes|topic|label)(?:/|$)"
    r"|/archives?(?:/(?:\d{4}(?:[/-]\d{1,2}){0,2}|p\d+)?(?:\.html?)?/?)?$"
    r"|/(?:page|p)/?\d+/?$|^/\d{4}(?:/\d{1,2}){0,2}/?$",
    re.IGNORECASE,
)
_LIST_CLASSES = frozenset(("home", "blog", "archive", "search", "category", "tag", "author", "search-results"))
_LOGIN_TITLE = re.compile(
    r"\b(?:connexion|connectez|s'identifier|identifiez|se connecter|log ?in|sign ?in|protégé|accès (?:refusé|réservé))", re.I
)
_LOGIN_FORMS = "//form[not(ancestor::header or ancestor::nav or ancestor::aside or ancestor::footer)][.//input[@type='password']]"
_BESIDE = " or ".join(f"ancestor::{tag}" for tag in ("form", "header", "nav", "aside", "footer", "script", "style"))
_TEXT_BESIDE_FORMS = f"/descendant::body/descendant::text()[not({_BESIDE})]"
_LITTLE_TEXT = 250
_MUCH_TEXT = 600
_ERROR_TITLE = re.compile(
    r"^(?:oups|oops)?\W*(?:erreur|error)?\s*(?:404|410)\b|\bn['’](?:existe (?:pas|plus)|a pas été trouvée?|est plus disponible)"
    r"|\b(?:page|article|contenu|document)s? (?:non trouvée?|introuvable|not found)\b|\bpage (?:does not|doesn['’]t) exist\b"
    r"|^not found$|\bseite nicht gefunden\b|\bpágina no encontrada\b|\bpagina n(?:on trovata|iet gevonden)\b",
    re.IGNORECASE,
)
_CONSENT_WORDS = re.compile(
    r"\b(?:cookies?|traceurs?|consente?ments?|consent|partenaires?|partners|données personnelles|personal data|vendors|purposes"
    r"|finalités?|accept(?:er|ez|ation)?|refus(?:er|ez)|reject|retirer|publicités? personnalisées?|personali[sz]ed ads"
    r"|confidentialité|privacy)\b",
    re.IGNORECASE,
)
_CONSENT_SHARE = 0.06  # an article about cookies has half of that
_CONSENT_KINDS = 4
_PAYWALL = re.compile(
    r"réservée?s? (?:aux|à nos) (?:abonné|membre|adhérent)|abonnez-vous pour (?:lire|continuer|accéder|profiter|découvrir)"
    r"|il vous reste \d+ ?% de |pour (?:lire|accéder à) (?:la suite|l['’]intégralité|cet article)|(?:article|contenu) payant\b"
    r"|subscribe (?:now )?to (?:read|continue|keep reading)"
    r"|(?:article|content|story|post|page) is (?:reserved )?for (?:our |paying )?(?:subscribers|members)"
    r"|nur für abonnenten|solo para suscriptores|riservato agli abbonati|alleen voor abonnees",
    re.IGNORECASE,
)
_ELSEWHERE = " or ".join(
    f"ancestor::{tag}" for tag in ("a", "li", "aside", "nav", "footer", "figure")
)  # badges of other articles
_TAGS = " or ".join(f"self::{tag}" for tag in ("p", "div", "span", "a", "button", "strong", "h2", "h3", "h4"))
_PAYWALL_LINES = f"/descendant::body/descendant::*[({_TAGS}) and (not(*) or self::p)][not({_ELSEWHERE})]"
_LONGEST_LINE = 200
_MOST_WORDS = 0.8
_STUB = 2500  # letters: what French newspapers show before the wall is a lead and two paragraphs, some 400 to 1,800


def looks_like_list(root: HtmlElement, url: str) -> bool:
    """Whether a page is a home, a section, an archive or the result of a search, by its address or the theme's class."""
    parts = urlsplit(url)
    body = first(root, "//body")
    classes = frozenset((body.get("class") or "").split()) if body is not None else frozenset()
    if "single" in classes or "single-post" in classes:
        return False
    is_home = parts.path == "/" and not parts.query
    return is_home or bool(_LIST_PATH.search(parts.path)) or not _LIST_CLASSES.isdisjoint(classes)


def only_asks_to_log_in(root: HtmlElement, title: str) -> bool:
    """Whether a page holds a password form and little besides, or by its title is there for that form."""
    if not root.xpath(_LOGIN_FORMS):
        return False
    beside = sum(len(text.strip()) for text in root.xpath(_TEXT_BESIDE_FORMS))
    return beside < _LITTLE_TEXT or (beside < _MUCH_TEXT and _LOGIN_TITLE.search(title) is not None)


def says_reserved(root: HtmlElement) -> bool:
    """Whether anything on the page says that it is for subscribers; the badge of another article may say it too."""
    return any(_PAYWALL.search(line) for line in root.xpath("/descendant::body/descendant::text()") if len(line) <= _LONGEST_LINE)


def is_error_page(root: HtmlElement, titles: tuple[str, ...], text: str) -> bool:
    """Whether a page that came with status 200 says that there is none (a soft 404). One with much text speaks of such pages."""
    body = first(root, "//body")
    if body is not None and "error404" in (body.get("class") or "").split():
        return True
    return len(text) < _MUCH_TEXT and any(_ERROR_TITLE.search(title) for title in titles)


def is_cookie_wall(text: str) -> bool:
    """Whether all that was found to read is the question for consent."""
    words = len(text.split())
    found = [match[0].lower() for match in _CONSENT_WORDS.finditer(text)]
    return len(set(found)) >= _CONSENT_KINDS and len(found) >= _CONSENT_SHARE * words


def is_excerpt(root: HtmlElement, own: StructuredArticle | None, text: str) -> bool:
    """Whether `text` is the beginning of an article that is kept for subscribers.

    So it is when the page declares that the article is not free (schema.org `isAccessibleForFree`, `article:content_tier`) or
    says so in a line, and the text is short, or far shorter than the declared number of words.
    """
    is_short = len(text.split()) < _MOST_WORDS * own.words if own and own.words else len(text) < _STUB
    return is_short and _is_for_subscribers(root, own)


def _is_for_subscribers(root: HtmlElement, own: StructuredArticle | None) -> bool:
    if own and own.is_free is not None:
        return not own.is_free
    if root.xpath("//meta[@property='article:content_tier'][@content='locked']"):
        return True
    lines = (" ".join(node.itertext()) for node in root.xpath(_PAYWALL_LINES))
    return any(len(line) <= _LONGEST_LINE and _PAYWALL.search(" ".join(line.split())) for line in lines)
