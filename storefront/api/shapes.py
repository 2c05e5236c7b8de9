"""JSON Schema of the engine's values, made from their types: the API's description cannot fall behind them."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

Shape = dict[str, Any]

SIMPLE: Mapping[Any, Shape] = {
    str: {"type": "string"},
    int: {"type": "integer", "format": "int64"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}


def shape_of(kind: Any) -> Shape:
    """Return the schema of a type as pricing.engine.wire reads and writes it."""
    if kind in SIMPLE:
        return dict(SIMPLE[kind])
    if is_dataclass(kind):
        return _record(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"type": "string", "enum": [member.value for member in kind]}
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _either(parts)
    if origin is Literal:
        return {"type": "string", "enum": list(parts)}
    if origin is tuple and parts[-1] is not Ellipsis:
        return {"type": "array", "items": {"oneOf": [shape_of(part) for part in parts]}, "minItems": len(parts)}
    if origin in (tuple, frozenset):
        return {"type": "array", "items": shape_of(parts[0])}
    return {"type": "object", "additionalProperties": shape_of(parts[1])}


def _record(kind: Any) -> Shape:
    hints = get_type_hints(kind)
    return {
        "type": "object",
        "properties": {item.name: shape_of(hints[item.name]) for item in fields(kind)},
        "required": [item.name for item in fields(kind) if _is_needed(item)],
    }


def _is_needed(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _either(parts: tuple[Any, ...]) -> Shape:
    kinds = [part for part in parts if part is not NoneType]
    found = shape_of(kinds[0]) if len(kinds) == 1 else {"oneOf": [shape_of(part) for part in kinds]}
    return {**found, "nullable": True} if NoneType in parts else found


def with_texts(shape: Shape, *names: str) -> Shape:
    """Return the schema of an object that holds these texts too."""
    texts = {name: {"type": "string"} for name in names}
    return {**shape, "properties": {**shape["properties"], **texts}, "required": [*shape["required"], *names]}


REFUSAL: Shape = {
    "type": "object",
    "properties": {"field": {"type": "string", "nullable": True}, "message": {"type": "string"}},
    "required": ["field", "message"],
}
REFUSALS: Mapping[int, Shape] = dict.fromkeys((400, 401, 403, 413, 415, 422, 429), REFUSAL)
