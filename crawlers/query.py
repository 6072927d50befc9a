"""Parameters of an address, set by name."""

from urllib.parse import parse_qsl, urlencode, urlsplit

Parameters = dict[str, str | int | None]
"""Of a query; None is left out."""


def with_query(url: str, /, **changed: str | int | None) -> str:
    """The address with these parameters set; None removes one."""
    parts = urlsplit(url)
    kept = {name: value for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in changed}
    query = urlencode({**kept, **{name: value for name, value in changed.items() if value is not None}})
    return parts._replace(query=query).geturl()
