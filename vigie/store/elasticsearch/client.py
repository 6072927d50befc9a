"""The connection to Elasticsearch: opened from the configuration, and its errors in Vigie's own terms.

Below everything else of this package. No message holds a user, a password, a key or a text: what a server answers is cut down to
the kind of its refusal and the reason it gives for it.
"""

import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from config.schema import Config
from config.secrets import secret
from vigie.errors import ConfigError, StoreError, StoreUnavailable

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

T = TypeVar("T")

BACK_OFF_S = (0.25, 0.5, 1.0, 2.0, 4.0)
"""Pauses before an answer "too many requests" is given up; eight seconds in all, a tick of the watch lasts minutes."""

_LONGEST_REASON = 300
_LATER = {404, 408, 409, 429, 502, 503, 504}  # 404: an index that was taken away; 409: changed by others meanwhile
_BLOCKED = "cluster_block_exception"
_CLOSED = "index_closed_exception"
_UNKNOWN_FIELD = "strict_dynamic_mapping_exception"
_WRITE_BLOCK = "FORBIDDEN/8/"  # what a migration closes an index with


def open_client(config: Config, environment: Mapping[str, str]) -> "Elasticsearch":
    """A client for the servers of `[store]`; connects at its first request.

    VIGIE_ES_API_KEY, or VIGIE_ES_USER and VIGIE_ES_PASSWORD (each also as `…_FILE`), say who asks. Raises: ConfigError for a
    secret or a certificate that cannot be read, or a user without a password.
    """
    from elasticsearch import Elasticsearch

    store = config.settings.store
    options: dict[str, Any] = {
        "request_timeout": store.timeout_s,
        "max_retries": len(store.hosts),  # the next host at once; waiting is the caller's
        "retry_on_timeout": False,
        "http_compress": any("127.0.0.1" not in host and "localhost" not in host for host in store.hosts),
        **_credentials(environment),
    }
    if store.ca_certificate is not None and any(host.startswith("https:") for host in store.hosts):
        options["ssl_context"] = _trusting(config.folder / store.ca_certificate)
    return Elasticsearch(store.hosts, **options)


def _trusting(certificate: Path) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=certificate)
    except OSError as error:
        raise ConfigError([f"vigie.toml: store.ca_certificate: cannot read {certificate}: {error.strerror or error}"]) from error


def _credentials(environment: Mapping[str, str]) -> dict[str, Any]:
    key = secret("VIGIE_ES_API_KEY", environment)
    user, password = secret("VIGIE_ES_USER", environment), secret("VIGIE_ES_PASSWORD", environment)
    if key:
        return {"api_key": key}
    if user and password:
        in_utf8 = b64encode(f"{user}:{password}".encode()).decode("ascii")  # the client itself knows Latin letters only
        return {"basic_auth": in_utf8}
    if user or password:
        raise ConfigError(["VIGIE_ES_USER and VIGIE_ES_PASSWORD go together: one of them is missing"])
    return {}


@contextmanager
def translated() -> Iterator[None]:
    """Raises what the client raises as StoreUnavailable (try again later: down, full, read-only, refused) or StoreError."""
    from elasticsearch import ApiError, TransportError

    try:
        yield
    except ApiError as error:
        raise _answer_error(error.status_code, *_kind_and_reason(error.body)) from error
    except TransportError as error:  # no answer at all
        raise StoreUnavailable(
            f"Elasticsearch does not answer ({type(error).__name__}); is it running, is store.hosts right? {_cut(error.message)}"
        ) from error


def patiently(request: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """What `request` gives, asked again after a pause while the server has too much to do. Raises: what `request` raises last."""
    from elasticsearch import ApiError

    for pause_s in BACK_OFF_S:
        try:
            return request()
        except ApiError as error:
            if error.status_code != 429 or _kind_and_reason(error.body)[0] == _BLOCKED:
                raise
        sleep(pause_s)
    return request()


def refusal(status: int, error: Mapping[str, Any]) -> StoreError:
    """The error that one item of a bulk answer holds, in the terms of `translated`."""
    return _answer_error(status, str(error.get("type", "")), str(error.get("reason", "")))


def _answer_error(status: int, kind: str, reason: str) -> StoreError:
    says = f"{status} {kind}: {_cut(reason)}".rstrip(": ")
    if kind == _BLOCKED and _WRITE_BLOCK in reason:
        return StoreUnavailable(
            f"Elasticsearch takes no writes ({says}); a migration runs, or was interrupted: run `vigie store migrate`"
        )
    if kind == _BLOCKED:
        return StoreUnavailable(f"Elasticsearch takes no writes ({says}); is its disk full?")
    if status == 401:
        return StoreUnavailable(
            "Elasticsearch refuses who asks (401); check VIGIE_ES_API_KEY, or VIGIE_ES_USER and VIGIE_ES_PASSWORD"
        )
    if status == 403:
        return StoreUnavailable(
            f"Elasticsearch does not allow this user or key to do it (403 {kind}); give it the rights on the indexes"
        )
    if status in _LATER or kind == _CLOSED:
        return StoreUnavailable(f"Elasticsearch cannot do it now ({says})")
    if kind == _UNKNOWN_FIELD:
        return StoreError(f"Elasticsearch refused ({says}); is the index of an older Vigie? Run `vigie store migrate`")
    return StoreError(f"Elasticsearch refused ({says})")


def _kind_and_reason(body: Any) -> tuple[str, str]:
    """The kind and the reason of an error answer; the root cause's reason, where there is one, says more."""
    error = body.get("error") if isinstance(body, Mapping) else None
    if not isinstance(error, Mapping):
        return "", str(error or "")
    cause = next(iter(error.get("root_cause") or ()), error)
    return str(error.get("type", "")), str(cause.get("reason") or error.get("reason", ""))


def _cut(text: str) -> str:
    plain = " ".join(str(text).split()).split(" Preview of field's value", 1)[0]  # which is somebody's text
    return plain if len(plain) <= _LONGEST_REASON else plain[: _LONGEST_REASON - 1] + "…"
