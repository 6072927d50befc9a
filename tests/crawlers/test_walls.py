"""Where a redirection leads to something else than the page that was asked for."""

import pytest

from crawlers.walls import wall_behind

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
