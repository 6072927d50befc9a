"""What a robots.txt allows, by RFC 9309. Pure: fetching and caching are in `middlewares/robots.py`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

MAX_BYTES = 500 * 1024  # RFC 9309, 2.5: a crawler reads at least 500 KiB
_MAX_LINE = 8 * 2083 - 1  # what Google's reader keeps of a line; no address is as long
_KEYS = {
    # what owners write and cannot mean otherwise; Google's reader takes the same spellings
    "useragent": "user-agent", "user agent": "user-agent", "dissallow": "disallow", "dissalow": "disallow", "disalow": "disallow",
    "diasllow": "disallow", "disallaw": "disallow", "site-map": "sitemap",
}  # fmt: skip

_TOKEN = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_FREE_IN_QUERY = _UNRESERVED | frozenset(":/?@")  # RFC 3986, 3.4; RFC 9309's own example writes them either way
_KEPT = "%/:?#[]@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """Whether an address may be asked for; `rule` is the line that decides, empty when none matches."""

    allowed: bool
    rule: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    allow: bool
    pattern: str  # compared form
    line: str

    def matches(self, path: str) -> bool:
        return _matches(self.pattern, path)


@dataclass(slots=True)
class _Group:
    agents: list[str] = field(default_factory=list)
    rules: list[_Rule] = field(default_factory=list)
    delay_s: float | None = None


@dataclass(frozen=True, slots=True)
class Closure:
    """Why the rules of an origin cannot be known, in the words of a `FetchError`: nothing may be asked then."""

    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt, read, or the reason why it could not be. `sitemaps` are in the order of the file.

    `reserved` are the reservations that the site declares beside it, see `optouts.py`.
    """

    groups: tuple[_Group, ...] = ()
    sitemaps: tuple[str, ...] = ()
    closed: Closure | None = None
    reserved: "Robots | None" = None

    def decide(self, agent: str, url: str) -> RobotsDecision:
        """The longest matching rule of the agent's groups wins, Allow in a tie; /robots.txt itself is always allowed."""
        if self.closed:
            return RobotsDecision(False, self.closed.reason)
        path = _compared_url(url)
        if path == "/robots.txt":
            return RobotsDecision(True)
        matching = [rule for group in self._of(agent) for rule in group.rules if rule.matches(path)]
        if not matching:
            return RobotsDecision(True)
        best = max(matching, key=lambda rule: (len(rule.pattern), rule.allow))
        return RobotsDecision(best.allow, best.line)

    def delay_s(self, agent: str) -> float | None:
        """The longest Crawl-delay of the agent's groups, in seconds; None when there is none."""
        return max((group.delay_s for group in self._of(agent) if group.delay_s is not None), default=None)

    def _of(self, agent: str) -> list[_Group]:
        """Every group that names the agent; failing that, every group for `*` (RFC 9309, 2.2.1).

        The agent is what stands before its version; a name of two words is no product token, and no group means it.
        """
        name = agent.partition("/")[0].strip()
        token = name.lower() if _TOKEN.fullmatch(name) else ""
        named = [group for group in self.groups if token and token in group.agents]
        return named or [group for group in self.groups if "*" in group.agents]


OPEN = Robots()


def decide(robots_txt: str, agent: str, url: str) -> RobotsDecision:
    """Whether `agent` (a product token or a whole user agent) may ask for `url` under this robots.txt."""
    return read_robots(robots_txt).decide(agent, url)


def robots_text(body: bytes) -> str:
    """The text of a robots.txt, whatever charset its server claims: UTF-8, UTF-16 by its mark, else Windows-1252."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(body) > MAX_BYTES and len(body) - error.start < 4  # in the middle of a character
        return body[: error.start].decode("utf-8") if cut else body.decode("cp1252", "replace")


def read_robots(text: str) -> Robots:
    """The rules of a robots.txt; lines that mean nothing are passed over, what follows the first 500 KiB too."""
    groups: list[_Group] = []
    sitemaps: list[str] = []
    in_rules = False
    for key, value in _records(text):
        if key == "user-agent":
            if not groups or in_rules:
                groups.append(_Group())
                in_rules = False
            groups[-1].agents.append("*" if value.startswith("*") else _product_token(value))
        elif key in ("allow", "disallow"):
            in_rules = bool(groups)
            if groups and value:
                groups[-1].rules.extend(_rules(key == "allow", value))
        elif key == "crawl-delay" and groups:
            groups[-1].delay_s = _seconds(value)
        elif key == "sitemap" and value:
            sitemaps.append(value)
    return Robots(tuple(groups), tuple(sitemaps))


def _rules(allow: bool, value: str) -> Iterator[_Rule]:
    """The rule of a line. Who allows /x/index.html allows /x/, which is the same page: Google's reader takes it so."""
    line = f"{'Allow' if allow else 'Disallow'}: {value}"
    yield _Rule(allow, _compared(value), line)
    folder, index, _ = value.partition("/index.htm")
    if allow and index:
        yield _Rule(True, _compared(f"{folder}/$"), line)


def _records(text: str) -> Iterator[tuple[str, str]]:
    for line in _lines(text):
        content = line[:_MAX_LINE].split("#", 1)[0].strip()
        key, colon, value = content.partition(":")
        if not colon and len(words := content.split()) == 2:  # "disallow /", which owners write
            key, value = words
        key = key.strip().lower()
        yield _KEYS.get(key, key), value.strip()


def _lines(text: str) -> Iterable[str]:
    raw = text.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    kept = raw[:MAX_BYTES].decode("utf-8", "ignore")
    lines = re.split(r"\r\n|\r|\n", kept)
    return lines[:-1] if len(raw) > MAX_BYTES else lines  # the line that was cut in two says something else


def _product_token(agent: str) -> str:
    found = _TOKEN.match(agent.strip())
    return found.group().lower() if found else ""


def _seconds(value: str) -> float | None:
    try:
        seconds = float(value.replace(",", "."))
    except ValueError:
        return None
    return seconds if 0 <= seconds < float("inf") else None


def _compared_url(url: str) -> str:
    """Path and query of a URL in compared form; its own `*` and `$` are literal characters."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query or url.partition("#")[0].endswith("?") else "")
    return _compared(path).replace("*", "%2A").replace("$", "%24")


def _compared(path: str) -> str:
    """Percent-encoding made uniform: non-ASCII encoded, hex upper case, unreserved characters in clear (RFC 9309, 2.2.2)."""
    quoted = quote(path, safe=_KEPT, errors="replace")
    place, question, query = quoted.partition("?")
    return _unescape(place, _UNRESERVED) + question + _unescape(query, _FREE_IN_QUERY)


def _unescape(text: str, free: frozenset[str]) -> str:
    def shown(found: re.Match[str]) -> str:
        character = chr(int(found.group(1), 16))
        return character if character in free else found.group().upper()

    return _ESCAPE.sub(shown, text)


def _matches(pattern: str, path: str) -> bool:
    """`*` is any run of characters, a final `$` the end. Linear: the parts between stars are looked for from left to right."""
    anchored = pattern.endswith("$")
    first, *rest = (pattern[:-1] if anchored else pattern).replace("$", "%24").split("*")
    if not path.startswith(first):
        return False
    if not rest:
        return not anchored or path == first
    position = len(first)
    *middle, last = rest
    for part in middle:
        found = path.find(part, position)
        if found < 0:
            return False
        position = found + len(part)
    if anchored:
        return len(path) - len(last) >= position and path.endswith(last)
    return path.find(last, position) >= 0
