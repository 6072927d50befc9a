"""Values of `vigie.model` as JSON bytes and back, exactly: what the store keeps of them.

The type hints of the dataclasses are the schema. A field that an older record lacks takes its default; a field that is gone is
ignored. Times are microseconds since 1970 UTC, durations microseconds, bytes base64. Strings may hold anything, half surrogate
pairs too.
"""

import base64
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

T = TypeVar("T")

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_AS_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
_Converter = Callable[[Any], Any]


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC. Raises: TypeError on a naive datetime."""
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(count: int) -> datetime:
    """The aware UTC datetime `count` microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=count)


def encode(value: object) -> bytes:
    """`value`, a dataclass of the model, as JSON in UTF-8."""
    kind: Any = type(value)
    return _AS_JSON(_writer(kind)(value)).encode("utf-8", "surrogatepass")


def decode(kind: type[T], record: bytes) -> T:
    """The value of type `kind` that `encode` wrote."""
    return revived(kind, plain_of(record))


def plain_of(record: bytes) -> Any:
    """The plain JSON that `encode` wrote."""
    return json.loads(record.decode("utf-8", "surrogatepass"))


def revived(kind: type[T], plain: Any) -> T:
    """The value of type `kind` from the plain JSON that `encode` wrote."""
    hint: Any = kind
    value: T = _reader(hint)(plain)
    return value


def is_well_typed(value: object, hint: Any) -> bool:
    """Whether `value` and all inside it are what the type hints say. `decode` trusts its record; a file from outside may lie."""
    optional = _optional_part(hint)
    if optional is not None:
        return value is None or is_well_typed(value, optional)
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is tuple:
        return isinstance(value, tuple) and all(is_well_typed(one, arguments[0]) for one in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and all(
            is_well_typed(key, arguments[0]) and is_well_typed(one, arguments[1]) for key, one in value.items()
        )
    if is_dataclass(hint):
        return isinstance(value, typing.cast(type, hint)) and all(
            is_well_typed(getattr(value, name), part) for name, part in _hints(typing.cast(type, hint)).items()
        )
    return isinstance(value, (int, float) if hint is float else hint)


def storable(text: str) -> str | bytes:
    """`text` as a column can hold and compare it: itself, or its bytes where half a surrogate pair keeps it from being UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def restored(value: str | bytes) -> str:
    """The text that `storable` made a column value of."""
    return value.decode("utf-8", "surrogatepass") if isinstance(value, bytes) else value


def _same(value: Any) -> Any:
    return value


@cache
def _writer(hint: Any) -> _Converter:
    """How a value of type `hint` becomes plain JSON."""
    if is_dataclass(hint):
        return _record_writer(hint)
    if hint is datetime:
        return microseconds
    if hint is timedelta:
        return lambda value: value // _MICROSECOND
    if hint is bytes:
        return lambda value: base64.b64encode(value).decode()
    optional = _optional_part(hint)
    if optional is not None:
        inner = _writer(optional)
        return lambda value: None if value is None else inner(value)
    if typing.get_origin(hint) is tuple:
        item = _writer(typing.get_args(hint)[0])
        return lambda value: [item(one) for one in value]
    if typing.get_origin(hint) is Mapping:
        return dict
    return _same


@cache
def _reader(hint: Any) -> _Converter:
    """How plain JSON becomes a value of type `hint`: the inverse of `_writer`."""
    if is_dataclass(hint):
        return _record_reader(hint)
    if hint is datetime:
        return moment_of
    if hint is timedelta:
        return lambda count: timedelta(microseconds=count)
    if hint is bytes:
        return base64.b64decode
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    optional = _optional_part(hint)
    if optional is not None:
        inner = _reader(optional)
        return lambda value: None if value is None else inner(value)
    if typing.get_origin(hint) is tuple:
        item = _reader(typing.get_args(hint)[0])
        return lambda values: tuple(item(one) for one in values)
    return _same


def _record_writer(kind: Any) -> _Converter:
    names = [field.name for field in fields(kind)]
    parts = [(name, writer) for name in names if (writer := _writer(_hints(kind)[name])) is not _same]
    values = attrgetter(*names) if len(names) > 1 else lambda value: [getattr(value, name) for name in names]

    def write(value: Any) -> dict[str, Any]:
        plain = dict(zip(names, values(value), strict=True))
        for name, writer in parts:
            plain[name] = writer(plain[name])
        return plain

    return write


def _record_reader(kind: Any) -> _Converter:
    parts = {field.name: _reader(_hints(kind)[field.name]) for field in fields(kind)}
    return lambda record: kind(**{name: parts[name](value) for name, value in record.items() if name in parts})


def _optional_part(hint: Any) -> Any:
    """X of `X | None`, else None."""
    if typing.get_origin(hint) not in (types.UnionType, typing.Union):
        return None
    return next(part for part in typing.get_args(hint) if part is not types.NoneType)


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)
