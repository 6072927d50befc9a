"""How the invented web is served: through a proxy, as of now, with validators."""

import tomllib
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from xml.etree import ElementTree

import pytest

from config.schema import AlertsFile, BrandsFile, Settings, SourcesFile
from crawlers.kinds import KINDS
from vigie.clock import SimulatedClock
from vigie.demo.world import World, WorldServer, build_world, demo_files
from vigie.demo.world.news_pages import FORBIDDEN_PATH
from vigie.demo.world.pages import forum_date
from vigie.demo.world.places import BLOG, FORUM, GAZETTE, OUTLETS, SILENT_BLOG, TRADE

FORBIDDEN = f"http://{GAZETTE.host}{FORBIDDEN_PATH}"
FEEDS = (
    f"http://{GAZETTE.host}/rss.xml",
    f"http://{GAZETTE.host}/sitemap.xml",
    f"http://{BLOG.host}/feed/atom/",
    f"http://{BLOG.host}/comments/feed/",
    f"http://{BLOG.host}/wp-sitemap.xml",
    f"http://{SILENT_BLOG.host}/feed/atom/?paged=2",
    *(f"http://{site.host}/rss.xml" for site in OUTLETS),
)


class Client:
    """A client of the proxy, with one kept-alive connection."""

    def __init__(self, server: WorldServer) -> None:
        self.server = server
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=10)

    def ask(self, url: str, method: str = "GET", **headers: str) -> tuple[int, str, dict[str, str]]:
        self._connection.request(method, url, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())

    def text(self, url: str) -> str:
        status, body, _ = self.ask(url)
        assert status == 200, url
        return body

    def close(self) -> None:
        self._connection.close()


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(1)


@pytest.fixture
def clock(world: World) -> SimulatedClock:
    return SimulatedClock(world.onset + timedelta(hours=2))


@pytest.fixture
def client(world: World, clock: SimulatedClock) -> Iterator[Client]:
    with WorldServer(world, clock.now) as server:
        client = Client(server)
        yield client
        client.close()


def test_nothing_of_the_future_is_shown(client: Client, clock: SimulatedClock, world: World) -> None:
    now = clock.now()
    later = [article for article in world.articles if article.published_at > now]
    assert later
    assert {client.ask(article.url)[0] for article in later} == {404}
    shown = "".join(client.text(url) for url in FEEDS)
    assert not any(article.url in shown for article in later)


def test_an_article_appears_at_its_minute(client: Client, clock: SimulatedClock, world: World) -> None:
    article = next(article for article in world.articles if article.published_at > clock.now())
    clock.advance_to(article.published_at)
    assert article.title[:10] in client.text(article.url)


def test_a_topic_shows_only_the_posts_written_by_now(client: Client, clock: SimulatedClock, world: World) -> None:
    crisis = next(post.topic for post in world.posts if post.published_at >= world.onset and "ce matin ???" in post.topic.title)
    url = f"http://{FORUM.host}/viewtopic.php?t={crisis.number}"
    written = sum(post.topic == crisis and post.published_at <= clock.now() for post in world.posts)
    assert f"{written} messages" in client.text(url)
    assert client.text(url).count('class="post has-profile') == min(written, 10)


@pytest.mark.parametrize("url", [*FEEDS, f"http://{TRADE.host}/rss.xml"])
def test_an_unchanged_feed_is_not_sent_again(client: Client, url: str) -> None:
    _, _, headers = client.ask(url)
    assert client.ask(url, If_None_Match=headers["ETag"])[:2] == (304, "")
    assert client.ask(url, If_Modified_Since=headers["Last-Modified"])[:2] == (304, "")
    assert client.ask(url, If_None_Match='"another"')[0] == 200
    assert client.ask(url, If_Modified_Since="yesterday")[0] == 200


def test_a_feed_with_something_new_is_sent_again(client: Client, clock: SimulatedClock, world: World) -> None:
    url = f"http://{BLOG.host}/comments/feed/"
    _, _, headers = client.ask(url)
    clock.advance(timedelta(minutes=30))
    assert client.ask(url, If_None_Match=headers["ETag"])[0] == 200
    assert client.ask(url, If_Modified_Since=headers["Last-Modified"])[0] == 200


@pytest.mark.parametrize("url", FEEDS)
def test_feeds_and_sitemaps_are_well_formed(client: Client, url: str) -> None:
    ElementTree.fromstring(client.text(url))


def test_one_feed_is_broken_xml(client: Client) -> None:
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(client.text(f"http://{TRADE.host}/rss.xml"))


def test_the_canary_is_only_on_the_forbidden_page(client: Client, clock: SimulatedClock, world: World) -> None:
    clock.advance_to(world.end)
    assert world.canary in client.text(FORBIDDEN)
    pages = (f"http://{GAZETTE.host}/", *FEEDS, *(item.url for item in world.items))
    assert not any(world.canary in client.text(url) for url in pages)


def test_robots_txt_forbids_what_the_sitemap_names(client: Client) -> None:
    assert "Disallow: /prive/" in client.text(f"http://{GAZETTE.host}/robots.txt")
    assert FORBIDDEN in client.text(f"http://{GAZETTE.host}/sitemap.xml")


def test_the_hacked_page_shows_the_injected_paragraph_within_the_article(client: Client, world: World) -> None:
    (article,) = (article for article in world.articles if article.hacked)
    body = client.text(article.url)
    assert body.index(article.body[0][:20]) < body.index("Casino en ligne") < body.index("</article>")


def test_answers_stand_below_what_they_answer(client: Client, clock: SimulatedClock, world: World) -> None:
    answer = next(comment for comment in world.comments if comment.parent and comment.published_at < clock.now())
    body = client.text(answer.article.url)
    between = body[body.index(f'id="comment-{answer.parent}"') : body.index(f'id="comment-{answer.number}"')]
    assert '<ol class="children">' in between


def test_old_posts_are_reached_page_by_page(client: Client, clock: SimulatedClock, world: World) -> None:
    clock.advance_to(world.end)
    topic = max({post.topic for post in world.posts}, key=lambda one: sum(post.topic == one for post in world.posts))
    last = [post for post in world.posts if post.topic == topic][-1]
    start = (sum(post.topic == topic for post in world.posts) - 1) // 10 * 10
    page = client.text(f"http://{FORUM.host}/viewtopic.php?t={topic.number}&start={start}")
    assert start >= 10
    assert f'id="p{last.number}"' in page


def test_recent_posts_are_dated_in_words(world: World) -> None:
    assert forum_date(world.onset, world.onset) == "Aujourd’hui, 12:00"
    assert forum_date(world.onset - timedelta(hours=13), world.onset) == "Hier, 23:00"
    assert forum_date(world.onset - timedelta(days=7), world.onset) == "Mar 03 Mars 2026, 12:00"


def test_a_head_request_has_no_body(client: Client) -> None:
    status, body, headers = client.ask(f"http://{GAZETTE.host}/rss.xml", method="HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) > 1000


@pytest.mark.parametrize(("method", "status"), [("POST", 405), ("DELETE", 405), ("CONNECT", 501)])
def test_other_methods_are_refused_politely(client: Client, method: str, status: int) -> None:
    assert client.ask(f"{GAZETTE.host}:443" if method == "CONNECT" else f"http://{GAZETTE.host}/", method=method)[0] == status
    assert client.ask(f"http://{GAZETTE.host}/")[0] == 200


def test_unknown_hosts_pages_and_numbers_are_not_found(client: Client) -> None:
    for url in ("http://ailleurs.example/", f"http://{FORUM.host}/viewtopic.php?t=999999", f"http://{GAZETTE.host}/rien"):
        assert client.ask(url)[0] == 404


def test_requests_are_counted(client: Client) -> None:
    url = f"http://{GAZETTE.host}/rss.xml"
    _, _, headers = client.ask(url)
    client.ask(url, If_None_Match=headers["ETag"])
    requests = client.server.requests
    assert (requests.total, requests.not_modified, requests.by_host, requests.by_url) == (2, 1, {GAZETTE.host: 2}, {url: 2})


def test_the_demo_files_are_valid() -> None:
    read = {name: tomllib.loads(text) for name, text in demo_files(8123, 2525).items()}
    settings = Settings.model_validate(read["vigie.toml"])
    assert (settings.crawl.proxy, settings.mail.port) == ("http://127.0.0.1:8123", 2525)
    brands = BrandsFile.model_validate(read["brands.toml"]).brand
    rules = AlertsFile.model_validate(read["alerts.toml"]).rule
    assert {brand for rule in rules for brand in rule.brands} <= {brand.id for brand in brands}


def test_every_demo_source_is_served_and_its_options_fit_its_kind(client: Client) -> None:
    sources = SourcesFile.model_validate(tomllib.loads(demo_files(8123, 2525)["sources.toml"])).source
    assert len(sources) == 14
    for source in sources:
        KINDS[source.kind].options.model_validate(source.options)
        assert client.ask(str(source.url))[0] == 200
