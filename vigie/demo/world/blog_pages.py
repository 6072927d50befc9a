"""The pages of a WordPress blog in the theme Twenty Twenty-One: posts with threaded comments, Atom, comment feeds, sitemap."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from vigie.demo.world.items import Article, Comment
from vigie.demo.world.pages import Rendered, html, latest, robots, xml
from vigie.demo.world.places import Site

FEED_LENGTH = 10  # WordPress's own default


class BlogPages:
    """One blog."""

    def __init__(self, site: Site, articles: Sequence[Article], comments: Sequence[Comment] = ()) -> None:
        self._site, self._articles, self._comments = site, tuple(articles), tuple(comments)
        self._by_path = {article.path: article for article in articles}

    def page(self, path: str, query: Mapping[str, str], now: datetime) -> Rendered | None:
        posts = [article for article in reversed(self._articles) if article.published_at <= now]
        modified = latest([article.published_at for article in posts[:1]], now)
        if path == "/":
            return html("blog_home.html.j2", modified, site=self._site, recent=posts[:FEED_LENGTH])
        if path == "/feed/atom/":
            return self._atom(posts, _page_number(query))
        if path == "/comments/feed/":
            return self._comment_feed(None, _page_number(query), now)
        if path == "/wp-sitemap.xml":
            return xml("sitemap.xml.j2", modified, articles=posts, forbidden="")
        if path == "/robots.txt":
            return robots(f"http://{self._site.host}/wp-sitemap.xml")
        article = self._by_path.get(path.removesuffix("feed/"))
        if article is None or article.published_at > now:
            return None
        if path.endswith("/feed/"):
            return self._comment_feed(article, _page_number(query), now)
        return self._post(article, posts, now)

    def _atom(self, posts: Sequence[Article], page: int) -> Rendered | None:
        shown = posts[(page - 1) * FEED_LENGTH : page * FEED_LENGTH]
        if not shown:
            return None
        updated = shown[0].published_at
        more = len(posts) > page * FEED_LENGTH
        return xml("atom.xml.j2", updated, site=self._site, articles=shown, updated=updated, page=page, more=more)

    def _comment_feed(self, article: Article | None, page: int, now: datetime) -> Rendered:
        about = [one for one in reversed(self._comments) if one.published_at <= now and article in (None, one.article)]
        shown = about[(page - 1) * FEED_LENGTH : page * FEED_LENGTH]
        title = f"Commentaires sur : {article.title}" if article else f"Commentaires pour {self._site.name}"
        address = f"{article.url}feed/" if article else f"http://{self._site.host}/comments/feed/"
        modified = latest([one.published_at for one in about[:1]], now)
        return xml("comments_rss.xml.j2", modified, site=self._site, comments=shown, title=title, address=address)

    def _post(self, article: Article, posts: Sequence[Article], now: datetime) -> Rendered:
        below = [one for one in self._comments if one.article == article and one.published_at <= now]
        return html(
            "blog_post.html.j2",
            latest([one.published_at for one in below], article.published_at),
            site=self._site,
            article=article,
            recent=posts[:5],
            comments=below,
            parents={one.parent for one in below},
        )


def _page_number(query: Mapping[str, str]) -> int:
    written = query.get("paged", "1")
    return max(int(written), 1) if written.isdecimal() else 1
