"""Stack Exchange: questions by search or tag, and their answers. Shapes: api.stackexchange.com/docs, version 2.3.

`backoff` is honoured; an answer that says `throttle_violation` ends the pass. An own key raises the daily quota: it is the
source's token.
"""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from pydantic import Field

from crawlers.json_answer import Node, at, json_in, rows_at, text_at
from crawlers.place import Place
from crawlers.query import Parameters, with_query
from crawlers.text import clean_line, plain_text
from crawlers.timeline import Answer, Post, Timeline, TimelineOptions, below, wanted
from crawlers.tokens import token_of
from crawlers.visit import Page, Visit
from vigie.errors import FetchError

_PAGE = 50


class StackExchangeOptions(TimelineOptions):
    """Options of kind `stackexchange`."""

    site: str = Field("stackoverflow", description="Site of the network, as `stackoverflow` or `french`.")
    queries: list[str] = Field([], description="Searches; empty, and no tags: the brands' names.")
    tags: list[str] = Field([], description="Tags whose questions are read.")
    answers: bool = Field(True, description="Also read the answers to the questions.")


def connector(options: StackExchangeOptions) -> Timeline:
    """`source.url` is https://api.stackexchange.com."""

    async def starts(visit: Visit) -> Sequence[str]:
        query: Parameters = {"site": options.site, "order": "desc", "sort": "activity", "filter": "withbody", "pagesize": _PAGE}
        query["key"] = token_of(visit.source)
        found = [below(visit.source, "/2.3/questions", tagged=one, **query) for one in options.tags]
        if options.queries or not found:
            found += [below(visit.source, "/2.3/search/advanced", q=one, **query) for one in wanted(options.queries, visit)]
        return found

    def read(page: Page, place: Place) -> Answer:
        return read_items(page, place, answers=options.answers)

    return Timeline(starts, read, options.pages)


def read_items(page: Page, place: Place, *, answers: bool) -> Answer:
    """Questions by activity, with the address of their answers; or those answers. Raises: FetchError for the API's errors."""
    body = json_in(page)
    if at(body, "error_id"):
        raise FetchError(page.url, text_at(body, "error_name") or "api_error", text_at(body, "error_message"))
    rows = rows_at(body, "items")
    questions = [row for row in rows if "answer_id" not in row]
    answered = [text_at(row, "question_id") for row in questions if at(row, "answer_count")] if answers else []
    number = int(next(iter(parse_qs(urlsplit(place.url).query).get("page", ["1"])), "1"))
    pause = at(body, "backoff")
    return Answer(
        posts=[_post(row, place) for row in rows],
        next_url=with_query(place.url, page=number + 1) if at(body, "has_more") is True and questions else None,
        threads=[_answers(place, answered)] if answered else (),
        pause=timedelta(seconds=pause) if isinstance(pause, int) and pause > 0 else timedelta(0),
    )


def _answers(place: Place, questions: Sequence[str]) -> str:
    address = place.address(f"/2.3/questions/{';'.join(questions)}/answers")
    kept = {name: values[0] for name, values in parse_qs(urlsplit(place.url).query).items() if name in ("site", "filter", "key")}
    return with_query(address, **kept, order="desc", sort="activity", pagesize=100)


def _post(row: Node, place: Place) -> Post:
    question = place.address(text_at(row, "link"))
    own = text_at(row, "answer_id")
    if own:  # an answer has no link of its own unless the filter asks for it; the short form is the site's own
        site = next(iter(parse_qs(urlsplit(place.url).query).get("site", [])), "stackoverflow")
        question = _on_site(site, f"/questions/{text_at(row, 'question_id')}")
    return Post(
        url=_on_site(site, f"/a/{own}") if own else question,
        text=plain_text(text_at(row, "body")),
        title="" if own else clean_line(plain_text(text_at(row, "title"))),
        author=clean_line(plain_text(text_at(row, "owner", "display_name"))) or None,
        published=place.date(at(row, "creation_date")),
        parent_url=question if own else None,
        thread_url=question,
        thread_title=clean_line(plain_text(text_at(row, "title"))),
    )


def _on_site(site: str, path: str) -> str:
    own_domain = site in ("stackoverflow", "serverfault", "superuser", "askubuntu", "stackapps")
    return f"https://{site}.{'com' if own_domain else 'stackexchange.com'}{path}"
