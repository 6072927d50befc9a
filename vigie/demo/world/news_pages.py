"""The pages of a news site: front page, articles, RSS, sitemap, robots.txt, and the page that robots.txt forbids."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from vigie.demo.world.items import Article
from vigie.demo.world.pages import Rendered, html, latest, robots, xml
from vigie.demo.world.places import Site
from vigie.demo.world.stock import PARIS

FEED_LENGTH = 20
FORBIDDEN_PATH = "/prive/note-interne.html"


class NewsPages:
    """One news site. `feed` says whether its RSS is well-formed, `canary` is the word of its forbidden page, if it has one.

    A site with a forbidden page also tells its articles in JSON-LD and lists them in a sitemap; the small ones use meta tags.
    """

    def __init__(
        self, site: Site, articles: Sequence[Article], *, feed: Literal["good", "broken"] = "good", canary: str = ""
    ) -> None:
        self._site, self._articles, self._canary = site, tuple(articles), canary
        self._by_path = {article.path: article for article in articles}
        self._feed = "rss.xml.j2" if feed == "good" else "broken_rss.xml.j2"

    def page(self, path: str, query: Mapping[str, str], now: datetime) -> Rendered | None:
        shown = [article for article in reversed(self._articles) if article.published_at <= now]
        modified = latest([article.published_at for article in shown[:1]], now)
        if path == "/":
            return html("front.html.j2", modified, site=self._site, articles=shown[:FEED_LENGTH], forbidden=self._forbidden)
        if path == "/rss.xml":
            return xml(self._feed, modified, site=self._site, articles=shown[:FEED_LENGTH])
        if path == "/robots.txt":
            return robots(f"http://{self._site.host}/sitemap.xml" if self._canary else "")
        if self._canary and path == "/sitemap.xml":
            return xml("sitemap.xml.j2", modified, articles=shown, forbidden=self._forbidden)
        if self._canary and path == FORBIDDEN_PATH:
            return html("forbidden.html.j2", modified, site=self._site, canary=self._canary)
        return self._article_page(self._by_path.get(path), now)

    @property
    def _forbidden(self) -> str:
        return f"http://{self._site.host}{FORBIDDEN_PATH}" if self._canary else ""

    def _article_page(self, article: Article | None, now: datetime) -> Rendered | None:
        if article is None or article.published_at > now:
            return None
        earlier = [other for other in self._articles if other.published_at < article.published_at][-4:]
        return html(
            "article.html.j2",
            article.published_at,
            site=self._site,
            article=article,
            summary=article.body[0][:150],
            related=earlier,
            structured=_structured(article, self._site) if self._canary else "",
        )


def _structured(article: Article, site: Site) -> Markup:
    """schema.org's NewsArticle, as JSON that may stand in a script element."""
    published = article.published_at.astimezone(PARIS).isoformat()
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": article.url,
        "headline": article.title,
        "datePublished": published,
        "dateModified": published,
        "author": {"@type": "Person", "name": article.author},
        "publisher": {"@type": "Organization", "name": site.name},
        "articleSection": article.rubric,
    }
    return Markup(json.dumps(told, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - our own JSON, `<` escaped
