"""Redirections that lead to something else than the page that was asked for: a login, a consent banner, the front page. Pure."""

import re
from urllib.parse import SplitResult, parse_qs, urlsplit

_LOGIN = frozenset((
    "login", "log-in", "signin", "sign-in", "sign_in", "logon", "connexion", "se-connecter", "identification", "authentification",
    "auth", "sso", "oauth", "oauth2", "wp-login.php", "login.php", "login.aspx", "login.html",
))  # fmt: skip
_CONSENT = frozenset((
    "consent", "collectconsent", "cookie-consent", "cookieconsent", "cookie-wall", "cookiewall", "consentement", "gdpr-consent",
    "privacy-wall", "privacy-gate",
))  # fmt: skip
_LOGIN_HOST = re.compile(r"(?:login|signin|sso|auth|accounts?|connexion|idp?)\.")
_CONSENT_HOST = re.compile(r"(?:consent|guce|cmp)\.")


def wall_behind(asked: str, found: str) -> str | None:
    """`login_wall`, `consent_wall` or `soft_404`: what stands at `found` instead of the page `asked` for; None if nothing does.

    A page that was asked for as such is itself: who names a login page as his source means it.
    """
    before, after = urlsplit(asked), urlsplit(found)
    if _asks_for_login(after.query) and not _asks_for_login(before.query):
        return "login_wall"
    if (before.netloc, before.path) == (after.netloc, after.path):
        return None
    if _leads_to(_LOGIN, _LOGIN_HOST, before, after):
        return "login_wall"
    if _leads_to(_CONSENT, _CONSENT_HOST, before, after):
        return "consent_wall"
    place = before.path.strip("/")
    deep = "/" in place or bool(place and before.query)
    return "soft_404" if deep and after.path in ("", "/") and not after.query else None


def is_challenge(mitigated: str, body: bytes) -> bool:
    """Whether an answer is a check against robots in place of the page: Cloudflare's header, Imperva's frame.

    `body` alone may tell; the scripts of both stand on ordinary pages too, and tell nothing.
    """
    if mitigated == "challenge" or b"<title>Just a moment...</title>" in body[:3000]:
        return True
    return len(body) < 5000 and b"_Incapsula_Resource" in body and b'id="main-iframe"' in body


def _leads_to(words: frozenset[str], hosts: re.Pattern[str], before: SplitResult, after: SplitResult) -> bool:
    """Whether the address behind the redirection has such a word or host, and the one before it has not."""
    return _speaks(words, hosts, after) and not _speaks(words, hosts, before)


def _speaks(words: frozenset[str], hosts: re.Pattern[str], parts: SplitResult) -> bool:
    return hosts.match(parts.netloc) is not None or not words.isdisjoint(parts.path.lower().split("/"))


def _asks_for_login(query: str) -> bool:
    """phpBB's `ucp.php?mode=login`, SMF's `action=login`, and their like."""
    return "login" in query and any("login" in values for values in parse_qs(query).values())
