"""How a story is told: by its first document, with the words that made it negative. Pure; shared by the mention stores."""

from vigie.model import Mention, Story

_EXCERPT = 200  # characters


def story_of(first: Mention, documents: int, sites: int, negatives: int, negative: Mention | None) -> Story:
    """The story that `first` began. `documents`, `sites` and `negatives` are counts, `negative` is the first negative mention."""
    document = first.document
    return Story(
        id=first.story_id,
        title=document.title,
        url=document.url,
        first_published_at=document.published.at,
        documents=documents,
        sites=sites,
        negative=negatives,
        excerpt=excerpt(document.text),
        evidence=negative.sentiment.evidence if negative else (),
    )


def excerpt(text: str) -> str:
    """The first words of `text`, at most 200 characters, with `…` where it goes on."""
    start = " ".join(text[: 2 * _EXCERPT].split())
    if len(start) <= _EXCERPT and len(text) <= 2 * _EXCERPT:
        return start
    return start[: _EXCERPT - 1].rsplit(" ", 1)[0] + "…"
