"""The shape of `sources.toml`: the places that are read."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pydantic import Field, HttpUrl

from config.schema.brands import Brand
from config.schema.fields import Slug, Strict, Zone
from vigie.model import DocumentKind, Source


class SourceRow(Strict):
    """A row of `sources.toml`: a place that is read."""

    id: Slug = Field(description="Stable identity; documents are filed under it.")
    kind: str = Field(description="How the place is read; the kinds are listed below with their options.")
    url: HttpUrl = Field(description="Address of the feed, the site, the blog or the board.")
    name: str = Field("", description="Name shown in the mails; the host when empty.")
    document_kind: DocumentKind | None = Field(
        None, description="What it publishes: news, blog, forum_post, comment, review, social, list."
    )
    language: str = Field("fr", description="Language of the texts when the page does not say.")
    zone: Zone = Field("Europe/Paris", description="Time zone of dates written without one.")
    tier: int = Field(2, ge=1, le=3, description="1 national outlet, 2 ordinary, 3 small.")
    interval: timedelta = Field(
        timedelta(minutes=15), ge=timedelta(minutes=1), description="Time between two readings, as `PT15M` or seconds."
    )
    enabled: bool = Field(True, description="false: keep the row, do not read the source.")
    options: dict[str, Any] = Field({}, description="Settings of the kind, see the kind's own table.")


class SourcesFile(Strict):
    """`sources.toml`."""

    source: list[SourceRow] = Field([])


USUAL_DOCUMENT_KIND = {  # of the other kinds: news
    "comments": DocumentKind.COMMENT,
    "forum": DocumentKind.FORUM_POST,
    "stackexchange": DocumentKind.FORUM_POST,
    "mailing_list": DocumentKind.LIST,
    "reviews": DocumentKind.REVIEW,
    **dict.fromkeys(("mastodon", "bluesky", "hackernews", "lemmy", "reddit", "youtube"), DocumentKind.SOCIAL),
}


def source_of(row: SourceRow, brands: Sequence[Brand] = ()) -> Source:
    """The source that a row of `sources.toml` declares; `brands` are what it looks for where its options do not say."""
    return Source(
        id=row.id,
        kind=row.kind,
        url=str(row.url),
        name=row.name or (row.url.host or row.id),
        document_kind=row.document_kind or USUAL_DOCUMENT_KIND.get(row.kind, DocumentKind.NEWS),
        language=row.language,
        zone=row.zone,
        tier=row.tier,
        interval=row.interval,
        options=row.options,
        brand_names=tuple(brand.name for brand in brands),
        brand_handles=tuple(handle for brand in brands for handle in brand.handles),
    )
