"""The whole invented web from one seed: the same seed makes the same world, byte for byte."""

from random import Random

from vigie.demo.world.articles import ArticleWriter
from vigie.demo.world.comments import CommentWriter
from vigie.demo.world.forum import ForumWriter
from vigie.demo.world.items import World
from vigie.demo.world.rhythm import END, ONSET, START, TICKS_START
from vigie.demo.world.stock import Blanks, composed, names

CANARY = "zarbolune"
_COMPOSED_ROUNDS = 7
_COMPOSED_COMMENTS = 0.25  # share of the composed messages that become comments; the rest are replies on the forum


def build_world(seed: int) -> World:
    """The world of `seed`. Another seed varies choices, places, prices and times, never the story."""
    rng = Random(seed)  # noqa: S311 - a reproducible story, not a secret
    blanks = Blanks(names(), rng)
    messages = composed("composed", _COMPOSED_ROUNDS, rng)
    rng.shuffle(messages)
    kept = int(len(messages) * _COMPOSED_COMMENTS)
    articles = ArticleWriter(blanks, rng).all()
    comments = CommentWriter(articles, blanks, rng).all(messages[:kept])
    posts = ForumWriter(blanks, rng).all(messages[kept:])
    return World(
        seed=seed,
        start=START,
        ticks_start=TICKS_START,
        onset=ONSET,
        end=END,
        canary=CANARY,
        articles=articles,
        comments=comments,
        posts=posts,
    )
