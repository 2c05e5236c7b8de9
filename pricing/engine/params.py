"""Kinds of rule parameter: what a value may be, and how it is written in JSON.

A rule is a frozen dataclass; the annotation of a field names its kind (`rate_bp: BasisPoints`). A new kind also needs
a form field in campaigns/forms/campaign_form.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pricing.engine.cart import MAX_CENTS
from pricing.engine.errors import WrongParams
from pricing.engine.messages import N_
from pricing.engine.money import WHOLE_BP
from pricing.engine.texts import MAX_TEXT, trouble_with

MAX_COUNT = 1_000_000


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of parameter. `load` turns JSON into the value or refuses, `dump` turns it back.

    `schema` says the same in JSON Schema, as far as that can say it; empty = anything.
    """

    code: str
    load: Callable[[Any, str], Any]
    dump: Callable[[Any], Any]
    schema: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a rule, for forms and help."""

    name: str
    kind: Kind
    required: bool
    label: str
    help: str
    default: Any = None


def whole_number(value: Any, field: str, *, least: int, most: int) -> int:
    """Return the value if it is an integer in range, else refuse, naming the field."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise WrongParams(N_("A whole number is needed."), field=field)
    if not least <= value <= most:
        raise WrongParams(N_("Give a number from %(least)s to %(most)s."), field=field, least=least, most=most)
    return value


def codes(value: Any, field: str) -> frozenset[str]:
    """Return a non-empty set of texts, else refuse."""
    if isinstance(value, str) or not isinstance(value, (list, tuple, set, frozenset)) or not value:
        raise WrongParams(N_("Give a list with at least one entry."), field=field)
    return frozenset([_code(code, field) for code in value])


def _code(value: Any, field: str) -> str:
    if not isinstance(value, str) or not value:
        raise WrongParams(N_("Every entry is a text."), field=field)
    if trouble := trouble_with(value):
        raise WrongParams(trouble, field=field, most=MAX_TEXT)
    return value


def _flag(value: Any, field: str) -> bool:
    if not isinstance(value, bool):
        raise WrongParams(N_("Say true or false."), field=field)
    return value


def _same(value: Any) -> Any:
    return value


def _number(code: str, *, least: int, most: int) -> Kind:
    """Return the kind of whole numbers in a range."""
    return Kind(
        code,
        lambda value, field: whole_number(value, field, least=least, most=most),
        _same,
        {"type": "integer", "minimum": least, "maximum": most},
    )


SOME_CODES = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1}
CENTS = _number("cents", least=1, most=MAX_CENTS)
PRICE = _number("price", least=0, most=MAX_CENTS)
BASIS_POINTS = _number("basis_points", least=1, most=WHOLE_BP)
COUNT = _number("count", least=1, most=MAX_COUNT)
FLAG = Kind("flag", _flag, _same, {"type": "boolean"})
CODE = Kind("code", _code, _same, {"type": "string", "minLength": 1})
TEMPLATE = Kind("template", _code, _same, {"type": "string", "minLength": 1})
CODES = Kind("codes", codes, sorted, SOME_CODES)
SKU_SET = Kind("sku_set", codes, sorted, SOME_CODES)

Cents = Annotated[int, CENTS]
Price = Annotated[int, PRICE]
BasisPoints = Annotated[int, BASIS_POINTS]
Count = Annotated[int, COUNT]
Flag = Annotated[bool, FLAG]
Template = Annotated[str, TEMPLATE]
Codes = Annotated[frozenset[str], CODES]
SkuSet = Annotated[frozenset[str], SKU_SET]


_KNOWN: dict[type, tuple[Param, ...]] = {}


def params_of(rule: type) -> tuple[Param, ...]:
    """Return the parameters of a rule class in the order of its fields."""
    if rule not in _KNOWN:
        _KNOWN[rule] = _read_params(rule)
    return _KNOWN[rule]


def _read_params(rule: type) -> tuple[Param, ...]:
    hints = get_type_hints(rule, include_extras=True)
    about: dict[str, tuple[str, str]] = getattr(rule, "ABOUT", {})
    return tuple(
        Param(
            name=item.name,
            kind=_kind_of(hints[item.name]),
            required=item.default is MISSING,
            label=about.get(item.name, (item.name, ""))[0],
            help=about.get(item.name, ("", ""))[1],
            default=None if item.default is MISSING else item.default,
        )
        for item in fields(rule)
    )


def check_params(rule: Any) -> None:
    """Refuse a rule whose values are not of their kinds; for `__post_init__` of every rule."""
    for param in params_of(type(rule)):
        value = getattr(rule, param.name)
        if value is not None or param.required:
            param.kind.load(value, param.name)


def _kind_of(hint: Any) -> Kind:
    """Find the Kind in an annotation such as `Cents` or `Cents | None`."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(part for part in get_args(hint) if part is not type(None))
    kind = next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Kind)), None)
    if kind is None:
        raise TypeError(f"{hint} names no kind of parameter")
    return kind
