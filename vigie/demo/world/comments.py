"""What readers write below the articles of the blog, on ordinary days and in the crisis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from vigie.demo.world.articles import newest
from vigie.demo.world.items import Article, Comment
from vigie.demo.world.places import BLOG, brands_in
from vigie.demo.world.rhythm import talk_times
from vigie.demo.world.stock import Blanks, Draft, untitled
from vigie.demo.world.voices import crisis_messages, local_hour

_FIRST_NUMBER = 9120
_ANSWERS = 0.35  # share of comments that answer an earlier one
_DEEPEST = 3
_FRESH = timedelta(days=7)  # readers rarely comment what is older


@dataclass(frozen=True, slots=True)
class _Planned:
    article: Article
    draft: Draft
    at: datetime
    careless: bool


class CommentWriter:
    """Makes the comments from the stock, below the articles given."""

    def __init__(self, articles: Sequence[Article], blanks: Blanks, rng: Random) -> None:
        self._articles, self._blanks, self._rng = articles, blanks, rng

    def all(self, extra: Sequence[Draft]) -> tuple[Comment, ...]:
        """Every comment, in order; `extra` are ordinary ones beyond those of the comments' own file."""
        planned = [*self._ordinary(extra), *self._crisis()]
        planned.sort(key=lambda plan: plan.at)
        comments: list[Comment] = []
        depths: dict[int, int] = {}
        for number, plan in enumerate(planned, _FIRST_NUMBER):
            parent = self._parent(plan, comments, depths)
            depths[number] = depths.get(parent, 0) + 1 if parent else 1
            comments.append(self._comment(number, plan, parent))
        return tuple(comments)

    def _ordinary(self, extra: Sequence[Draft]) -> Iterator[_Planned]:
        drafts = [*untitled("comments"), *extra]
        self._rng.shuffle(drafts)
        for at, draft in zip(talk_times(len(drafts), self._rng), drafts, strict=True):
            if articles := self._fitting(draft, at):
                yield _Planned(self._rng.choice(articles[:2]), self._blanks.fill(draft), at, careless=False)

    def _fitting(self, draft: Draft, at: datetime) -> list[Article]:
        """The articles that a reader would comment so, newest first; any recent one where none is on the subject."""
        there = newest(self._articles, BLOG, at)
        recent = [article for article in there if at - article.published_at < _FRESH]
        return [article for article in recent if article.rubric == draft.theme] or recent or there

    def _crisis(self) -> Iterator[_Planned]:
        for at, draft in crisis_messages("comment", self._rng):
            about_bills = [article for article in newest(self._articles, BLOG, at) if article.rubric == "facture"]
            yield _Planned(about_bills[0], self._blanks.fill(draft, heure=local_hour(at)), at, careless=True)

    def _parent(self, plan: _Planned, comments: Sequence[Comment], depths: dict[int, int]) -> int | None:
        above = [comment.number for comment in comments if comment.article is plan.article and depths[comment.number] < _DEEPEST]
        return self._rng.choice(above[-4:]) if above and self._rng.random() < _ANSWERS else None

    def _comment(self, number: int, plan: _Planned, parent: int | None) -> Comment:
        return Comment(
            number=number,
            article=plan.article,
            author=self._blanks.next("pseudo"),
            text=plan.draft.text,
            published_at=plan.at,
            brands=brands_in(plan.draft.text, careless=plan.careless),
            mood=plan.draft.mood,
            parent=parent,
        )
