"""What is kept of a person or of a page, found and erased wherever it is, over the contracts of `vigie.ports` only.

Beside the data's way: what `vigie erase` does. An author is looked for by reading everything: pseudonyms differ by site.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from vigie.model import Document, Mention, document_id, mention_id
from vigie.ports import EVERYTHING, InboxRecord, MentionStore, State
from vigie.store.transfer import in_order


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept: the mentions of each store, and the documents that wait or failed, with their texts."""

    places: tuple[tuple[MentionStore, tuple[Mention, ...]], ...]
    waiting: tuple[Document, ...]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        return tuple(mention for _, mentions in self.places for mention in mentions)

    @property
    def documents(self) -> tuple[Document, ...]:
        """Each once, also those that are in both."""
        return _distinct([*self.waiting, *(mention.document for mention in self.mentions)])


def kept_of_author(state: State, stores: Sequence[MentionStore], wrote: Callable[[Document], bool]) -> Kept:
    """Everything whose document `wrote` says is by the person. Raises: StoreUnavailable."""
    return Kept(
        tuple(
            (store, tuple(mention for some, _ in in_order(store) for mention in some if wrote(mention.document)))
            for store in stores
        ),
        tuple(document for document in _in_the_inbox(state) if wrote(document)),
    )


def kept_of_page(state: State, stores: Sequence[MentionStore], url: str) -> Kept:
    """Everything that was published at this canonical address. Raises: StoreUnavailable."""
    identity = document_id(url)
    return Kept(
        tuple((store, _mentions_of(store, identity)) for store in stores),
        tuple(document for document in _in_the_inbox(state) if document.id == identity),
    )


def erase(state: State, kept: Kept) -> None:
    """Erases it for good; none of it is taken in again, also when it changes. May be repeated. Raises: StoreUnavailable.

    The state comes first, so that nothing which waits becomes a mention behind the erasure.
    """
    state.erase(kept.documents)
    for store, mentions in kept.places:
        documents = _distinct([mention.document for mention in mentions])
        store.remove_documents([document.id for document in documents[1:]])
        for document in documents[:1]:
            store.erase_url(document.url)  # clears the words of all the others out of the index too: as much work as for one


def _mentions_of(store: MentionStore, document: str) -> tuple[Mention, ...]:
    store.refresh()
    found = (store.get(mention_id(document, brand)) for brand in store.share_of_voice(EVERYTHING))
    return tuple(mention for mention in found if mention)


def _in_the_inbox(state: State) -> Iterator[Document]:
    return (record.document for record in state.records() if isinstance(record, InboxRecord) and record.document)


def _distinct(documents: Sequence[Document]) -> tuple[Document, ...]:
    return tuple({document.id: document for document in documents}.values())
