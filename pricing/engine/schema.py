"""JSON Schema (draft 2020-12) of the documents, made from the annotations that read and write them.

What the reader refuses only in comparing values (a second line with one key, a line's amount out of range) no schema
says; so whatever the reader accepts is valid here, but not the other way round.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from pricing.engine.answer import NotApplied, Quote
from pricing.engine.document import CartDocument
from pricing.engine.params import Param, params_of
from pricing.engine.registry import BENEFITS, CONDITIONS, label_of
from pricing.engine.rules import Benefit, Condition
from pricing.engine.texts import MAX_TEXT
from pricing.engine.wire import written

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string"}


def cart_schema() -> Schema:
    """Return the schema of the document that is priced: the cart, its offers, facts and choices."""
    found = _Writer({str: TEXT | {"maxLength": MAX_TEXT}}, is_read=True).document(CartDocument)
    found["required"].append("format")  # it has a default for those who build one in code; parse_document asks for it
    return found


def quote_schema() -> Schema:
    """Return the schema of the quote, with what `quote_document` writes beside its fields."""
    found = _Writer({str: TEXT}, is_read=False).document(Quote)
    _add_text(found, "fingerprint")
    _add_text(found["$defs"][NotApplied.__name__], "message")
    return found


SCHEMAS: Mapping[str, Callable[[], Schema]] = {"cart": cart_schema, "quote": quote_schema}


def _add_text(record: Schema, name: str) -> None:
    record["properties"][name] = dict(TEXT)
    record["required"].append(name)


class _Writer:
    """Writes one schema; every dataclass and kind of rule is told once, under `$defs`.

    `is_read`: a document that comes in may leave out what has a default; one that goes out is complete.
    """

    def __init__(self, texts: Mapping[Any, Schema], *, is_read: bool) -> None:
        self.simple = {**SIMPLE, **texts}
        self.is_read = is_read
        self.definitions: dict[str, Schema] = {}

    def document(self, kind: type) -> Schema:
        """Return the schema of a whole document."""
        record = self._record(kind)
        return {"$schema": DIALECT, "title": kind.__name__, **record, "$defs": dict(sorted(self.definitions.items()))}

    def of(self, kind: Any) -> Schema:
        """Return the schema of a type as `wire` reads and writes it."""
        if kind in (Benefit, Condition):
            return self._defined(kind, self._rule)
        if is_dataclass(kind):
            return self._defined(cast(type, kind), self._record)
        if isinstance(kind, type) and issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        return self.simple[kind] if kind in self.simple else self._made_of(get_origin(kind), get_args(kind))

    def _made_of(self, origin: Any, parts: tuple[Any, ...]) -> Schema:
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (Union, UnionType):
            return _any_of([self.of(part) for part in parts])
        if origin is frozenset or (origin is tuple and parts[-1] is Ellipsis):
            return {"type": "array", "items": self.of(parts[0])}
        if origin is tuple:
            return self._row(parts)
        key, value = parts
        if get_origin(key) is tuple:
            return {"type": "array", "items": self._row((*get_args(key), value))}
        return {"type": "object", "propertyNames": self.of(key), "additionalProperties": self.of(value)}

    def _row(self, parts: tuple[Any, ...]) -> Schema:
        return {
            "type": "array",
            "prefixItems": [self.of(part) for part in parts],
            "items": False,
            "minItems": len(parts),
        }

    def _defined(self, kind: type, write: Callable[[Any], Schema]) -> Schema:
        if kind.__name__ not in self.definitions:
            self.definitions[kind.__name__] = write(kind)
        return {"$ref": f"#/$defs/{kind.__name__}"}

    def _record(self, kind: Any) -> Schema:
        hints = get_type_hints(kind)
        needed = [item.name for item in fields(kind) if _is_needed(item) or not self.is_read]
        properties = {item.name: self.of(hints[item.name]) | self._default(item) for item in fields(kind)}
        return {"description": _about(kind)} | _object(properties, needed)

    def _default(self, item: "Field[Any]") -> Schema:
        return {"default": written(item.default)} if self.is_read and item.default is not MISSING else {}

    def _rule(self, kind: Any) -> Schema:
        """Return the schema of any benefit or any condition: which parameters it takes depends on its code."""
        rules: Mapping[str, type] = BENEFITS if kind is Benefit else CONDITIONS
        record = _object({"code": {"enum": sorted(rules)}, "params": {"type": "object"}}, ["code", "params"])
        by_code = [self._params_of_code(code, rules[code]) for code in sorted(rules)]
        return {"description": _about(kind)} | record | {"allOf": by_code}

    def _params_of_code(self, code: str, rule: type) -> Schema:
        self.definitions[code] = {"title": label_of(code), "description": _about(rule)} | _params(rule)
        return {
            "if": {"properties": {"code": {"const": code}}, "required": ["code"]},
            "then": {"properties": {"params": {"$ref": f"#/$defs/{code}"}}},
        }


SIMPLE: Mapping[Any, Schema] = {
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
    NoneType: {"type": "null"},
}


def _params(rule: type) -> Schema:
    params = params_of(rule)
    return _object({param.name: _param(param) for param in params}, [param.name for param in params if param.required])


def _param(param: Param) -> Schema:
    """Return the schema of one parameter; where it may be left out, null is the same."""
    schema = dict(param.kind.schema) if param.required else _any_of([dict(param.kind.schema), {"type": "null"}])
    default = {} if param.required else {"default": param.default}
    return {"title": param.label} | ({"description": param.help} if param.help else {}) | schema | default


def _object(properties: Schema, needed: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}


def _any_of(schemas: list[Schema]) -> Schema:
    """Return one schema for all; simple types in one list, so that a fault is told where it is."""
    if all(isinstance(schema.get("type"), str) for schema in schemas):
        types = [schema["type"] for schema in schemas]
        return {name: value for schema in schemas for name, value in schema.items()} | {"type": types}
    return {"anyOf": schemas}


def _is_needed(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


def _about(kind: type) -> str:
    """Return the first paragraph of a docstring as one line."""
    return " ".join((getdoc(kind) or "").split("\n\n")[0].split())
