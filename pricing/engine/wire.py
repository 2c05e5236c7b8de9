"""Values to JSON and back, led by the type annotations: one reader and one writer for every document.

A wrong value is refused with the path of the field, such as `cart.lines[3].quantity`; unknown names are refused too.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from pricing.engine.errors import Refusal, WrongDocument
from pricing.engine.messages import N_
from pricing.engine.registry import code_of, dump_params, load_benefit, load_condition
from pricing.engine.rules import Benefit, Condition
from pricing.engine.texts import MAX_TEXT, shown, trouble_with

Value = TypeVar("Value")
RULE_NAMES = ("code", "params")
_HINTS: dict[type, dict[str, Any]] = {}


def read(kind: type[Value], document: Any, path: str) -> Value:
    """Return the value of this type that the document describes."""
    return cast(Value, _read(kind, document, path))


def written(value: Any, kind: Any = None) -> Any:
    """Return a value as JSON: sets sorted, times in ISO form, a mapping with keys of several names as rows."""
    if isinstance(value, (Benefit, Condition)):
        return {"code": code_of(value), "params": dump_params(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        hints = _hints(type(value))
        return {item.name: written(getattr(value, item.name), hints[item.name]) for item in fields(value)}
    if isinstance(value, Mapping):
        if _has_key_of_names(kind):
            return [[*key, written(found)] for key, found in sorted(value.items())]
        return {key: written(found) for key, found in sorted(value.items())}
    if isinstance(value, (set, frozenset)):
        return [written(item) for item in sorted(value)]
    if isinstance(value, (tuple, list)):
        return [written(item) for item in value]
    return value


def _hints(kind: type) -> dict[str, Any]:
    if kind not in _HINTS:
        _HINTS[kind] = get_type_hints(kind)
    return _HINTS[kind]


def _has_key_of_names(kind: Any) -> bool:
    """Tell whether a mapping's key is a tuple, which JSON cannot name."""
    return bool(get_args(kind)) and get_origin(get_args(kind)[0]) is tuple


def _under(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _read(kind: Any, document: Any, path: str) -> Any:
    origin = get_origin(kind)
    if origin in READERS:
        return READERS[origin](kind, document, path)
    if kind in (Benefit, Condition):
        return _rule(kind, document, path)
    if is_dataclass(kind):
        return _record(cast(type, kind), document, path)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return _one_of(kind, [member.value for member in kind], document, path)
    return SIMPLE[kind](document, path)


def _refused(msgid: str, path: str, **figures: Any) -> WrongDocument:
    return WrongDocument(msgid, field=path, **figures)


def _text(document: Any, path: str) -> str:
    if trouble := trouble_with(document):
        raise _refused(trouble, path, most=MAX_TEXT)
    return str(document)


def _integer(document: Any, path: str) -> int:
    if isinstance(document, bool) or not isinstance(document, int):
        raise _refused(N_("A whole number is needed."), path)
    return document


def _boolean(document: Any, path: str) -> bool:
    if not isinstance(document, bool):
        raise _refused(N_("Say true or false."), path)
    return document


def _moment(document: Any, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(document)
    except (TypeError, ValueError):
        raise _refused(N_("A time such as 2026-11-11T00:00:00+08:00 is needed."), path) from None
    if moment.tzinfo is None:
        raise _refused(N_("The time needs a time zone."), path)
    return moment


def _one_of(make: Callable[[Any], Any], known: list[Any], document: Any, path: str) -> Any:
    if not any(document == value and type(document) is type(value) for value in known):
        raise _refused(N_("One of %(known)s is needed."), path, known=", ".join(known))
    return make(document)


def _literal(kind: Any, document: Any, path: str) -> Any:
    return _one_of(str, list(get_args(kind)), document, path)


def _optional(kind: Any, document: Any, path: str) -> Any:
    if document is None:
        return None
    return _read(next(part for part in get_args(kind) if part is not NoneType), document, path)


def _list(document: Any, path: str) -> list[Any]:
    if not isinstance(document, list):
        raise _refused(N_("A list is needed."), path)
    return document


def _tuple(kind: Any, document: Any, path: str) -> tuple[Any, ...]:
    kinds = get_args(kind)
    items = _list(document, path)
    if kinds[-1] is Ellipsis:
        return tuple(_read(kinds[0], item, f"{path}[{place}]") for place, item in enumerate(items))
    if len(items) != len(kinds):
        raise _refused(N_("A list of %(length)s is needed."), path, length=len(kinds))
    pairs = zip(kinds, items, strict=True)
    return tuple(_read(part, item, f"{path}[{place}]") for place, (part, item) in enumerate(pairs))


def _set(kind: Any, document: Any, path: str) -> frozenset[Any]:
    items = enumerate(_list(document, path))
    return frozenset(_read(get_args(kind)[0], item, f"{path}[{place}]") for place, item in items)


def _mapping(kind: Any, document: Any, path: str) -> dict[Any, Any]:
    """Read an object, or rows [name, name, value] where a key has several names; a key stands once only."""
    key_kind, value_kind = get_args(kind)
    if not _has_key_of_names(kind):
        if not isinstance(document, dict):
            raise _refused(N_("A mapping of names to values is needed."), path)
        return {_text(name, path): _read(value_kind, value, _under(path, name)) for name, value in document.items()}
    found: dict[Any, Any] = {}
    for place, row in enumerate(_list(document, path)):
        at = f"{path}[{place}]"
        if len(_list(row, at)) != len(get_args(key_kind)) + 1:
            raise _refused(N_("A list of %(length)s is needed."), at, length=len(get_args(key_kind)) + 1)
        key = _read(key_kind, row[:-1], at)
        if key in found:
            raise _refused(N_("This stands here twice."), at)
        found[key] = _read(value_kind, row[-1], f"{at}[{len(row) - 1}]")
    return found


def _rule(kind: Any, document: Any, path: str) -> Any:
    if not isinstance(document, dict):
        raise _refused(N_("A rule has a code and params."), path)
    _check_names(document, path, known=RULE_NAMES, needed=RULE_NAMES)
    load = load_benefit if kind is Benefit else load_condition
    try:
        return load(_text(document["code"], f"{path}.code"), document["params"])
    except WrongDocument:
        raise
    except Refusal as refusal:
        inside = path if refusal.field in RULE_NAMES else f"{path}.params"
        raise _refused(refusal.msgid, f"{inside}.{refusal.field}", **refusal.figures) from refusal


def _record(kind: type, document: Any, path: str) -> Any:
    if not isinstance(document, dict):
        raise _refused(N_("A mapping of names to values is needed."), path)
    hints = _hints(kind)
    needed = [item.name for item in fields(kind) if item.default is MISSING and item.default_factory is MISSING]
    _check_names(document, path, known=hints, needed=needed)
    values = {name: _read(hints[name], value, _under(path, name)) for name, value in document.items()}
    try:
        return kind(**values)
    except Refusal as refusal:
        raise _refused(refusal.msgid, _under(path, refusal.field or ""), **refusal.figures) from refusal


def _check_names(document: Mapping[str, Any], path: str, *, known: Container[str], needed: Iterable[str]) -> None:
    for name in document:
        if name not in known:
            raise _refused(N_("There is no such field."), _under(path, shown(name)))
    for name in needed:
        if name not in document:
            raise _refused(N_("This is needed."), _under(path, name))


READERS: dict[Any, Callable[[Any, Any, str], Any]] = {
    Literal: _literal,
    Union: _optional,
    UnionType: _optional,
    tuple: _tuple,
    frozenset: _set,
    cast(Any, get_origin(Mapping[str, str])): _mapping,
}
SIMPLE: dict[Any, Callable[[Any, str], Any]] = {
    str: _text,
    int: _integer,
    bool: _boolean,
    datetime: _moment,
}
