"""Where a redirection leads to something else than the page that was asked for."""

import pytest

from crawlers.walls import is_challenge, wall_behind

SITE = "https://www.gazette.example"


@pytest.mark.parametrize(
    ("asked", "found", "wall"),
    [
        ("/2026/article", "/login?next=/2026/article", "login_wall"),
        ("/2026/article", "https://sso.gazette.example/x", "login_wall"),
        ("/viewtopic.php?t=3", "/ucp.php?mode=login&redirect=x", "login_wall"),
        ("/index.php?topic=3", "/index.php?action=login", "login_wall"),
        ("/wp-admin/post", "/wp-login.php?redirect_to=x", "login_wall"),
        ("/2026/article", "https://consent.yahoo.example/v2/collectConsent?s=1", "consent_wall"),
        ("/2026/article", "/cookie-wall?back=x", "consent_wall"),
        ("/2026/article", "/", "soft_404"),
        ("/?p=12", "/", None),
        ("/viewtopic.php?t=3", "/", "soft_404"),
        ("/?p=12", "/2026/article", None),
        ("/article", "/article/", None),
        ("/blog", "/", None),
        ("/login", "/login/", None),
        ("/comment-se-connecter", "/aide/comment-se-connecter", None),
        ("/recherche?q=login", "/search?q=login", None),
        ("/2026/article", "https://m.gazette.example/2026/article", None),
    ],
)
def test_a_redirection_is_told_by_where_it_leads(asked: str, found: str, wall: str | None) -> None:
    assert wall_behind(SITE + asked, found if found.startswith("http") else SITE + found) == wall


@pytest.mark.parametrize(
    ("mitigated", "body", "checks"),
    [
        ("challenge", b"", True),
        ("", b"<html><head><title>Just a moment...</title></head></html>", True),
        ("", b'<html><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31"></iframe></html>', True),
        ("", b'<html><script src="/_Incapsula_Resource?x"></script><p>Un article.</p></html>', False),
        ("", b'<html><script src="/cdn-cgi/challenge-platform/scripts/jsd/main.js"></script></html>', False),
    ],
)
def test_a_check_against_robots_is_known_and_the_scripts_of_ordinary_pages_are_none(
    mitigated: str, body: bytes, checks: bool
) -> None:
    assert is_challenge(mitigated, body) is checks


async def test_a_site_that_checks_for_robots_says_so(web, reader):
    report = await reader.read("feed", web.page("/feed", "x", status=503, headers={"cf-mitigated": "challenge"}))
    assert (report.ok, report.reason) == (False, "captcha")
