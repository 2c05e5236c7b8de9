"""What each kind of promotion is here: the code and the parameters of a benefit.

`KINDS` has one row per level and kind: a function of what the case gives, and the names that it understands.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.conformance.reading import Unsupported, basis_points

TIER = {"min_amount", "min_quantity", "from_unit", "amount_off", "percent_off", "unit_price"}


class Kind(NamedTuple):
    """How a kind is said. `say` gets what the benefit gives (with the tiers), and the money of the case."""

    say: Callable
    names: frozenset


def given_by(rule):
    """Return all that a rule says about what it gives."""
    return rule["benefit"] | ({"tiers": rule["tiers"]} if "tiers" in rule else {})


def benefit_of(rule, money):
    """Return code and parameters of the benefit of a rule."""
    return KINDS[kind_of(rule)].say(given_by(rule), money)


def kind_of(rule):
    """Return level and kind as one word."""
    return f"{rule['level']}/{rule['kind']}"


def unknown_in(rule):
    """Return the names of what is not understood of what a rule gives."""
    kind = KINDS.get(kind_of(rule))
    if kind is None:
        return {f"kind:{kind_of(rule)}"}
    tiers = {f"tier:{name}" for tier in rule.get("tiers", ()) for name in set(tier) - TIER}
    return tiers | {f"benefit:{name}" for name in set(given_by(rule)) - kind.names}


def _amount(given, money):
    return {"off_cents": money.cents(given["amount_off"])}


def _rate(given, money):
    return {"rate_bp": basis_points(given["percent_off"])}


def _price(given, money):
    return {"price_cents": money.cents(given["fixed_price"])}


def _worth(given, money):
    """Return the amount or the rate, whichever is given."""
    return _rate(given, money) if "percent_off" in given else _amount(given, money)


def _times(given):
    return {"max_times": given["max_applications"]} if "max_applications" in given else {}


def _per(given, *known):
    if given.get("per", known[0]) not in known:
        raise Unsupported(f"per:{given['per']}")


def amount_off_each(given, money):
    _per(given, "unit")
    return "amount_off", _amount(given, money)


def amount_off(given, money):
    _per(given, "order")
    return "amount_off", _amount(given, money)


def percent_off(given, money):
    cap = {"cap_cents": money.cents(given["max_discount"])} if "max_discount" in given else {}
    return "percent_off", _rate(given, money) | cap


def unit_price(given, money):
    _per(given, "unit")
    return "fixed_price", _price(given, money)


def every_amount(given, money):
    return "spend_tiers", {
        "tiers": [{"threshold_cents": money.cents(given["every_amount"])} | _amount(given, money)],
        "every": True,
        **_times(given),
    }


def tiers(given, money):
    return "spend_tiers", {"tiers": [_threshold(tier, money) | _worth(tier, money) for tier in given["tiers"]]}


def _threshold(tier, money):
    if "min_quantity" in tier:
        return {"threshold_pieces": tier["min_quantity"]}
    return {"threshold_cents": money.cents(tier["min_amount"])}


def nth_item(given, money):
    rate = {"rate_bp": basis_points(given["nth_item_percent"]), "pick": given["unit"]}
    return "nth_unit_off", {"every": given["nth"], **rate, **_times(given)}


def cheapest_unit(given, money):
    return "nth_unit_off", {"every": 1, "max_times": given["max_units"], **_rate(given, money)}


def any_for_price(given, money):
    pieces = given["for_quantity" if "for_quantity" in given else "set_size"]
    return "any_n_for_price", {"pieces": pieces, **_price(given, money), **_times(given)}


def free_shipping(given, money):
    return "free_shipping", {}


def amount_off_shipping(given, money):
    return "free_shipping", {"cap_cents": money.cents(given["amount_off"])}


def percent_off_shipping(given, money):
    cap = {"cap_cents": money.cents(given["max_discount"])} if "max_discount" in given else {}
    return "shipping_percent_off", _rate(given, money) | cap


def shipping_price(given, money):
    price = _price(given, money)
    return ("shipping_price", price) if price["price_cents"] else ("free_shipping", {})


def _kind(say, *names):
    return Kind(say, frozenset(names))


KINDS = {
    "catalog/amount_off": _kind(amount_off_each, "amount_off", "per"),
    "catalog/percent_off": _kind(percent_off, "percent_off"),
    "item/amount_off": _kind(amount_off_each, "amount_off", "per"),
    "item/percent_off": _kind(percent_off, "percent_off"),
    "item/unit_fixed_price": _kind(unit_price, "fixed_price", "per"),
    "item/nth_item": _kind(nth_item, "nth", "nth_item_percent", "unit", "max_applications"),
    "item/cheapest_unit": _kind(cheapest_unit, "percent_off", "max_units"),
    "item/bundle_fixed_price": _kind(any_for_price, "fixed_price", "for_quantity", "max_applications"),
    "item/set_fixed_price": _kind(any_for_price, "fixed_price", "set_size", "set_from", "max_applications"),
    "order/amount_off": _kind(amount_off, "amount_off", "per"),
    "order/percent_off": _kind(percent_off, "percent_off", "max_discount"),
    "order/every_amount": _kind(every_amount, "every_amount", "amount_off", "max_applications"),
    "order/tiered_amount_off": _kind(tiers, "tiers"),
    "order/tiered_percent_off": _kind(tiers, "tiers"),
    "shipping/free_shipping": _kind(free_shipping, "free_shipping"),
    "shipping/amount_off": _kind(amount_off_shipping, "amount_off"),
    "shipping/percent_off": _kind(percent_off_shipping, "percent_off", "max_discount"),
    "shipping/fixed_price": _kind(shipping_price, "fixed_price"),
}
