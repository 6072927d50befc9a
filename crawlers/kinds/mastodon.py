"""Mastodon and what speaks its API (Pleroma, GoToSocial, Friendica…): hashtags, accounts and public timelines of one server.

Shapes: docs.joinmastodon.org, methods `timelines` and `accounts`, entity `Status`. Boosts are others' words and not read; the
posts of accounts that ask not to be indexed (`noindex`) are left alone.
"""

from collections.abc import Sequence
from typing import Literal
from urllib.parse import quote, urlsplit

from pydantic import Field

from crawlers.json_answer import Node, at, json_in, rows_at, text_at
from crawlers.place import Place
from crawlers.query import Parameters, with_query
from crawlers.text import plain_text
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, hashtags, with_token
from crawlers.visit import Page, Visit
from vigie.errors import FetchError

_PAGE = 40  # the most that servers give
_HEADERS = {"Authorization": "Bearer {token}"}
_OWN: Parameters = {"exclude_reblogs": "true", "limit": _PAGE}


class MastodonOptions(TimelineOptions):
    """Options of kind `mastodon`."""

    hashtags: list[str] = Field([], description="Hashtags, without #; empty: the brands' handles and names.")
    accounts: list[str] = Field([], description="Accounts as the server writes them: `presse` or `presse@autre.exemple`.")
    timeline: Literal["", "local", "federated"] = Field("", description="Also read a public timeline of the server.")


def connector(options: MastodonOptions) -> Timeline:
    """`source.url` is the server, or the address of a hashtag (`/tags/orange`) or an account (`/@presse`) on it."""

    async def starts(visit: Visit) -> Sequence[str]:
        tags, accounts = _named_by(visit.source.url)
        tags, accounts = [*tags, *options.hashtags], [*accounts, *options.accounts]
        found = [below(visit.source, f"/api/v1/accounts/{await _id_of(visit, one)}/statuses", **_OWN) for one in accounts]
        if options.timeline:
            local = "true" if options.timeline == "local" else None
            found.append(below(visit.source, "/api/v1/timelines/public", local=local, limit=_PAGE))
        if not found or tags:
            found += [
                below(visit.source, f"/api/v1/timelines/tag/{quote(tag, safe='')}", limit=_PAGE) for tag in hashtags(tags, visit)
            ]
        return found

    return Timeline(starts, read_statuses, options.pages, headers=_HEADERS)


def read_statuses(page: Page, place: Place) -> Answer:
    """The statuses of a timeline, newest first."""
    rows = rows_at({"statuses": json_in(page)}, "statuses")
    known = {text_at(row, "id"): _address(row, place) for row in rows}
    posts = [_post(row, place, known) for row in rows if _address(row, place) and _may_be_read(row)]
    following = with_query(place.url, max_id=text_at(rows[-1], "id")) if rows else None
    return Answer(posts, following)


def _address(row: Node, place: Place) -> str:
    return place.address(text_at(row, "url")) or place.address(text_at(row, "uri"))


def _may_be_read(row: Node) -> bool:
    is_public = text_at(row, "visibility") in ("public", "unlisted", "")
    return is_public and not at(row, "reblog") and at(row, "account", "noindex") is not True


def _post(row: Node, place: Place, known: dict[str, str]) -> Post:
    return Post(
        url=_address(row, place),
        text="\n".join(part for part in (text_at(row, "spoiler_text"), plain_text(text_at(row, "content"))) if part),
        author=text_at(row, "account", "acct") or None,
        published=place.date(text_at(row, "created_at")),
        parent_url=known.get(text_at(row, "in_reply_to_id")),
        language=text_at(row, "language") or None,
    )


def _named_by(url: str) -> tuple[list[str], list[str]]:
    """The hashtag or the account that an address names."""
    parts = urlsplit(url).path.strip("/").split("/")
    if len(parts) == 2 and parts[0] == "tags":
        return [parts[1]], []
    return [], [parts[0][1:]] if len(parts[0]) > 1 and parts[0].startswith("@") else []


async def _id_of(visit: Visit, account: str) -> str:
    """The number of an account, asked for once. Raises: FetchError."""
    key = f"account:{account}"
    known = visit.memory.get(key)
    if known is None:
        lookup = below(visit.source, "/api/v1/accounts/lookup", acct=account.lstrip("@"))
        page = await visit.get(lookup, headers=with_token(_HEADERS, visit.source))
        with visit.reading(page.url):
            known = text_at(json_in(page), "id")
            if not known:
                raise FetchError(page.url, "no_account", f"the server knows no account {account}")
        visit.memory.set(key, known)
    return known
