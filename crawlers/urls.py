"""One address for one page: links, feeds and permalinks meet here before anything is compared, asked for or stored."""

import re
from functools import lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit

import idna

from crawlers.tracking import is_tracking

_SESSION = frozenset(
    ("sid", "phpsessid", "jsessionid", "aspsessionid", "sessionid", "session_id", "cfid", "cftoken", "zenid", "oscsid")
)
_SESSION_VALUE = re.compile(r"[0-9A-Za-z,-]{26,64}")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?#;]*", re.IGNORECASE)
_ASPNET_SESSION = re.compile(r"/\([SAF]\([0-9A-Za-z_-]{20,}\)\)(?=/)")
# Fragments that name one comment or post end with its number, whatever an engine writes before it (#comment-12, #p1234, #r5, #42,
# #li-comment-3), or with a long identity (#ghost-comments-6b021126a2241153706a857a, Remark42's). Others number parts of one text.
_NAMES_A_POST = re.compile(
    r"(?!(?:sections?|parts?|partie|chap(?:itre|ter)?|pages?|h|tab|fig(?:ure)?|note|fn|ref|cite|slides?|images?|img|photos?|gallery"
    r"|video|step|etape|toc|xtor)[-_=]?\d)"
    r"(?:[a-z][a-z_-]{0,40}[-_]|[a-z]{0,20})\d{1,20}|ghost-comments-[0-9a-f]{24}|remark42__comment-[0-9a-f-]{36}",
    re.IGNORECASE,
)
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_UNSAFE = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
_IGNORED = re.compile(r"[\t\n\r\x00]")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ASCII_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]*[a-z0-9_])?\.?|\[[0-9a-f:.]+\]")
MAX_URL_LENGTH = 2083


def canonicalise_url(url: str, base: str | None = None, *, keep_fragment: bool = False) -> str:
    """The one spelling of an http(s) address: RFC 3986 section 6 without changing what it names. Idempotent.

    Host in lower case and ASCII, no default port, no dot segments, no tracking or session parameters, no empty query.
    Parameters keep their order: no standard says that it means nothing. `base` resolves a relative address. `keep_fragment` keeps
    a fragment that names a comment or a post. Raises: ValueError for what is not an http(s) address.
    """
    address = _IGNORED.sub("", url).strip()
    if base is not None and not address.lower().startswith(("http:", "https:")):
        address = urljoin(base, address)
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    if scheme not in _DEFAULT_PORTS or not parts.netloc or "\\" in parts.netloc:  # browsers take \\ for /
        raise ValueError(f"not an http(s) address: {url[:200]!r}")
    query = f"?{kept}" if (kept := _clean_query(parts.query, parts.hostname or "")) else ""
    fragment = f"#{parts.fragment}" if keep_fragment and names_a_post(parts.fragment) else ""
    result = f"{scheme}://{_clean_authority(parts, scheme)}{_clean_path(parts.path)}{query}{fragment}"
    if len(result) > MAX_URL_LENGTH:
        raise ValueError(f"address of {len(result)} characters: {result[:80]!r}...")
    return result


def names_a_post(fragment: str) -> bool:
    """Whether a fragment names one comment or post of a page."""
    return _NAMES_A_POST.fullmatch(fragment) is not None


def _clean_authority(parts: SplitResult, scheme: str) -> str:
    host, port = _ascii_host(parts.hostname or ""), parts.port
    return host if port is None or port == _DEFAULT_PORTS[scheme] else f"{host}:{port}"


@lru_cache(maxsize=4096)
def _ascii_host(host: str) -> str:
    if ":" in host:
        host = f"[{host}]"
    if not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"not a host: {host!r}") from error
    host = host.rstrip(".")
    if not _ASCII_HOST.fullmatch(host):
        raise ValueError(f"not a host: {host!r}")
    return host


def _clean_path(path: str) -> str:
    if ";" in path:
        path = _SESSION_IN_PATH.sub("", path)
    if "/(" in path:
        path = _ASPNET_SESSION.sub("", path)
    path = _normalise_escapes(path)
    if "/." in path:
        path = _without_dot_segments(path)
    return path or "/"


def _without_dot_segments(path: str) -> str:
    """RFC 3986 section 5.2.4, for a path that starts with a slash."""
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            del kept[-1:]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _clean_query(query: str, host: str) -> str:
    if not query:
        return ""
    kept = [pair for pair in query.split("&") if pair and not _is_noise(pair, host)]
    return _normalise_escapes("&".join(kept))


def _is_noise(pair: str, host: str) -> bool:
    name, _, value = pair.partition("=")
    if is_tracking(name, host):
        return True
    name = name.lower().removeprefix("amp;")
    return name in _SESSION and (len(name) > 4 or not value or _SESSION_VALUE.fullmatch(value) is not None)


def _normalise_escapes(text: str) -> str:
    """Escapes in upper case, none for unreserved characters, all others where RFC 3986 asks for one."""
    if "%" in text:
        text = _ESCAPED.sub(_normal_escape, text)
    return _UNSAFE.sub(_escape, text)


def _normal_escape(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


def _escape(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "replace"))
