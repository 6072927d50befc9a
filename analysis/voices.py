"""The kinds of documents in which people speak for themselves, as against articles that are copied and quoted."""

from vigie.model import DocumentKind

VOICES = frozenset({DocumentKind.COMMENT, DocumentKind.FORUM_POST, DocumentKind.REVIEW, DocumentKind.SOCIAL})
