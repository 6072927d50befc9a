"""The forum's conversations: topics, replies and quotes, on ordinary days and in the crisis."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from vigie.demo.world.crisis import after_onset
from vigie.demo.world.items import Board, Post, Quote, Topic
from vigie.demo.world.places import BOARDS, FORUM, brands_in
from vigie.demo.world.rhythm import talk_times
from vigie.demo.world.stock import Blanks, Draft, sections, titled, untitled
from vigie.demo.world.voices import crisis_messages, local_hour
from vigie.model import SentimentLabel

_FIRST_POST, _FIRST_TOPIC = 18211, 2304
_OPEN_TOPICS = 4  # conversations that go on at the same time on a board
_QUOTES = 0.25  # share of replies that quote the message before
_QUOTED_WORDS = 12
_BILLS = next(board for board in BOARDS if board.theme == "facture")


@dataclass(slots=True, eq=False)
class _Conversation:
    """A topic while it is being written."""

    board: Board
    title: str
    mood: SentimentLabel
    started_at: datetime


@dataclass(frozen=True, slots=True)
class _Planned:
    conversation: _Conversation
    draft: Draft
    at: datetime
    careless: bool = False


class ForumWriter:
    """Makes the forum's posts from the stock."""

    def __init__(self, blanks: Blanks, rng: Random) -> None:
        self._blanks, self._rng = blanks, rng

    def all(self, extra: Sequence[Draft]) -> tuple[Post, ...]:
        """Every post, in order; `extra` are ordinary replies beyond those of the replies' own file."""
        planned = list(self._crisis())
        for board in BOARDS:
            planned += self._board(board, extra)
        planned.sort(key=lambda plan: (plan.at, plan.draft.title == "", plan.conversation.title))
        return tuple(self._numbered(planned))

    def _board(self, board: Board, extra: Sequence[Draft]) -> Iterator[_Planned]:
        """A board's month: topics open at even distances, and each reply goes to one that is still warm."""
        openings = [draft for draft in titled("forum_topics") if draft.theme == board.theme]
        replies = [draft for draft in (*untitled("forum_replies"), *extra) if draft.theme == board.theme]
        self._rng.shuffle(openings)
        openings.sort(key=lambda draft: draft.pinned_at is None)  # taken from the end: a fixed date never opens the board
        self._rng.shuffle(replies)
        times = talk_times(len(openings) + len(replies), self._rng)
        every = len(times) / len(openings)
        opened: list[_Conversation] = []
        for number, at in enumerate(times):
            if number >= len(opened) * every and openings:
                draft = self._blanks.fill(openings.pop())
                started = draft.pinned_at or at
                conversation = _Conversation(board, draft.title, draft.mood, started)
                opened.append(conversation)
                yield _Planned(conversation, draft, started)
            else:
                draft = self._blanks.fill(replies.pop())
                yield _Planned(self._warm(opened, draft, at), draft, at)

    def _warm(self, opened: Sequence[_Conversation], draft: Draft, at: datetime) -> _Conversation:
        """A recent conversation in which such a reply has its place: nobody is pleased in a thread of complaints."""
        recent = [conversation for conversation in opened if conversation.started_at < at][-_OPEN_TOPICS:] or opened[:1]
        fitting = [one for one in recent if SentimentLabel.NEUTRAL in (one.mood, draft.mood) or one.mood is draft.mood]
        return self._rng.choice(fitting or recent)

    def _crisis(self) -> Iterator[_Planned]:
        opened: list[_Conversation] = []
        for section in sections("crisis_topics"):
            at = after_onset(int(section.words[0]) + self._rng.randrange(3))
            title, *lines = section.blocks[0]
            draft = Draft(_BILLS.theme, SentimentLabel.NEGATIVE, title, tuple(lines))
            opened.append(_Conversation(_BILLS, title, draft.mood, at))
            yield _Planned(opened[-1], self._blanks.fill(draft, heure=local_hour(at)), at, careless=True)
        for at, draft in crisis_messages("forum", self._rng):
            there = [conversation for conversation in opened if conversation.started_at < at] or opened[:1]
            chosen = self._rng.choice((there[0], there[-1]))
            filled = self._blanks.fill(draft, heure=local_hour(at))
            yield _Planned(chosen, filled, max(at, chosen.started_at), careless=True)

    def _numbered(self, planned: Sequence[_Planned]) -> Iterator[Post]:
        topics: dict[_Conversation, Topic] = {}
        last: dict[_Conversation, Post] = {}
        for number, plan in enumerate(planned, _FIRST_POST):
            one = plan.conversation
            topic = topics.setdefault(one, Topic(_FIRST_TOPIC + len(topics), one.board, one.title))
            last[one] = self._post(number, topic, plan, last.get(one))
            yield last[one]

    def _post(self, number: int, topic: Topic, plan: _Planned, before: Post | None) -> Post:
        quoting = before is not None and self._rng.random() < _QUOTES
        named = plan.draft.text if before else f"{topic.title}\n{plan.draft.text}"
        return Post(
            number=number,
            host=FORUM.host,
            topic=topic,
            author=self._blanks.next("pseudo"),
            text=plan.draft.text,
            published_at=plan.at,
            brands=brands_in(named, careless=plan.careless),
            mood=plan.draft.mood,
            quote=_quote(before) if before and quoting else None,
        )


def _quote(post: Post) -> Quote:
    sentence = re.split(r"(?<=[.!?…])\s", post.text)[0].split()
    cut = " ".join(sentence[:_QUOTED_WORDS]) + (" (...)" if len(sentence) > _QUOTED_WORDS else "")
    return Quote(post.number, post.author, cut)
