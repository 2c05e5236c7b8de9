"""What each kind of promotion is here: the code and the parameters of a benefit.

`KINDS` has one row per level and kind: a function of what the case gives, and the names that it understands.
"""

from collections.abc import Callable
from typing import NamedTuple

from pricing.engine.scope import dump_scope
from tests.conformance.conditions import scope_of
from tests.conformance.reading import Unsupported, basis_points

TIER = {"min_amount", "min_quantity", "from_unit", "amount_off", "percent_off", "unit_price"}
SIDES = ("buy", "get")
SIDE = {"quantity", "scope"}


class Kind(NamedTuple):
    """How a kind is said. `say` gets what the benefit gives (with the tiers), and the money of the case."""

    say: Callable
    names: frozenset


def given_by(rule):
    """Return all that a rule says about what it gives."""
    return rule["benefit"] | ({"tiers": rule["tiers"]} if "tiers" in rule else {})


def benefit_of(rule, money):
    """Return code and parameters of the benefit of a rule; None where it is worth nothing, for that is no offer."""
    code, params = KINDS[kind_of(rule)].say(given_by(rule), money)
    return None if 0 in (params.get("off_cents"), params.get("rate_bp")) else (code, params)


def kind_of(rule):
    """Return level and kind as one word."""
    return f"{rule['level']}/{rule['kind']}"


def unknown_in(rule):
    """Return the names of what is not understood of what a rule gives."""
    kind = KINDS.get(kind_of(rule))
    if kind is None:
        return {f"kind:{kind_of(rule)}"}
    tiers = {f"tier:{name}" for tier in rule.get("tiers", ()) for name in set(tier) - TIER}
    sides = {f"benefit:{side}.{name}" for side in SIDES for name in set(rule["benefit"].get(side, ())) - SIDE}
    return tiers | sides | {f"benefit:{name}" for name in set(given_by(rule)) - kind.names}


def _amount(given, money):
    return {"off_cents": money.cents(given["amount_off"])}


def _rate(given, money):
    return {"rate_bp": basis_points(given["percent_off"])}


def _price(given, money):
    return {"price_cents": money.cents(given["fixed_price"])}


def _worth(given, money):
    """Return the amount or the rate, whichever is given."""
    return _rate(given, money) if "percent_off" in given else _amount(given, money)


def _cap(given, money):
    return {"cap_cents": money.cents(given["max_discount"])} if "max_discount" in given else {}


def _times(given):
    return {"max_times": given["max_applications"]} if "max_applications" in given else {}


def _per(given, *known):
    if given.get("per", known[0]) not in known:
        raise Unsupported(f"per:{given['per']}")


def _limited(given):
    """Return on how many pieces a reduction works, where not on all; sources reduce the cheapest ones."""
    named = {"max_units": "max_units", "max_units_per_line": "max_units_per_sku"}
    return {named[name]: given[name] for name in named if name in given}


def amount_off_each(given, money):
    """An amount off each piece, or once off each line."""
    _per(given, "unit", "line")
    if given.get("per") == "line":
        return "sku_amount_off", _amount(given, money)
    limited = _limited(given)
    return "units_off" if limited else "amount_off", _amount(given, money) | limited


def amount_off(given, money):
    """An amount off once; on a single piece that is the same as off each."""
    _per(given, "order")
    limited = _limited(given)
    if limited and limited != {"max_units": 1}:
        raise Unsupported("benefit:amount_off once on several pieces")
    return "units_off" if limited else "amount_off", _amount(given, money) | limited


def percent_off(given, money):
    cap = _cap(given, money)
    limited = _limited(given)
    if cap and limited:
        raise Unsupported("benefit:max_discount on some pieces")
    return "units_off" if limited else "percent_off", _rate(given, money) | cap | limited


def fixed_price(given, money):
    _per(given, "unit", "order")
    return "fixed_price", _price(given, money)


def unit_tiers(code):
    """Return what says prices by the number of pieces."""

    def say(given, money):
        return code, {"tiers": [_pieces(tier) | _piece_price(tier, money) for tier in given["tiers"]]}

    return say


def _pieces(tier):
    return {"from_pieces": tier["from_unit" if "from_unit" in tier else "min_quantity"]}


def _piece_price(tier, money):
    return {"price_cents": money.cents(tier["unit_price"])} if "unit_price" in tier else _worth(tier, money)


def per_unit_progressive(given, money):
    """The first piece and the further ones, each with an amount off of its own; further ones never get less."""
    first, further = money.cents(given["first_unit_off"]), money.cents(given["further_units_off"])
    if further == first:
        return "units_off", {"off_cents": first}
    if not further:
        return "units_off", {"off_cents": first, "max_units_per_sku": 1}
    if further < first:
        raise Unsupported("benefit:first_unit_off above further_units_off")
    steps = [{"from_pieces": 1, "off_cents": first}, {"from_pieces": 2, "off_cents": further}]
    return "graduated_unit_price", {"tiers": [step for step in steps if step["off_cents"]]}


def every_amount(given, money):
    return "spend_tiers", {
        "tiers": [{"threshold_cents": money.cents(given["every_amount"])} | _amount(given, money)],
        "every": True,
        **_times(given),
    }


def tiers(given, money):
    """Tiers by amount or by pieces; one that gives nothing is none."""
    found = [_threshold(tier, money) | _worth(tier, money) for tier in given["tiers"]]
    return "spend_tiers", {"tiers": [tier for tier in found if tier.get("off_cents") or tier.get("rate_bp")]}


def _threshold(tier, money):
    if "min_quantity" in tier:
        return {"threshold_pieces": tier["min_quantity"]}
    return {"threshold_cents": money.cents(tier["min_amount"])}


def nth_item(given, money):
    rate = {"rate_bp": basis_points(given["nth_item_percent"]), "pick": _pick(given, "unit")}
    return "nth_unit_off", {"every": given["nth"], **rate, **_times(given)}


def _pick(given, name):
    """Return which pieces are reduced, the cheapest unless said."""
    said = given.get(name, "cheapest")
    if said not in PICKS:
        raise Unsupported(f"benefit:{name} {said}")
    return PICKS[said]


def cheapest_unit(given, money):
    return percent_off({"max_units": 1} | given, money)


def any_for_price(given, money):
    if given.get("set_from") == "cheapest":
        raise Unsupported("set_from:cheapest")
    pieces = given["for_quantity" if "for_quantity" in given else "set_size"]
    return "any_n_for_price", {"pieces": pieces, **_price(given, money), **_times(given)}


def buy_get(given, money):
    """The goods to get in the cart, each free or reduced; of the same goods, or of others."""
    _per(given, "unit")
    worth = _worth(given, money)
    params = {"buy": given["buy"]["quantity"], "get": given["get"]["quantity"], **worth, **_times(given)}
    if given["get"].get("scope") != given["buy"].get("scope"):
        params["get_scope"] = dump_scope(scope_of(given["get"]["scope"], money))
    if "max_free_units" in given:
        params["max_pieces"] = given["max_free_units"]
    return "buy_get", params


def gift(given, money):
    added = given["gift"]
    row = {"sku": added["sku"], "value_cents": money.cents(added["unit_price"]), "quantity": added["quantity"]}
    return "gift", {"gifts": [row]}


def free_shipping(given, money):
    return "free_shipping", _cap(given, money)


def amount_off_shipping(given, money):
    return "free_shipping", {"cap_cents": money.cents(given["amount_off"])}


def percent_off_shipping(given, money):
    return "shipping_percent_off", _rate(given, money) | _cap(given, money)


def shipping_price(given, money):
    price = _price(given, money)
    return ("shipping_price", price) if price["price_cents"] else ("free_shipping", {})


def _kind(say, *names):
    return Kind(say, frozenset(names))


WORTH = ("amount_off", "percent_off")
PICKS = {"cheapest": "cheapest", "dearest": "dearest", "most_expensive": "dearest"}
PIECES = ("max_units", "max_units_per_line")
KINDS = {
    "catalog/amount_off": _kind(amount_off_each, "amount_off", "per"),
    "catalog/percent_off": _kind(percent_off, "percent_off"),
    "catalog/unit_fixed_price": _kind(fixed_price, "fixed_price", "per"),
    "item/amount_off": _kind(amount_off_each, "amount_off", "per", *PIECES),
    "item/percent_off": _kind(percent_off, "percent_off", *PIECES),
    "item/unit_fixed_price": _kind(fixed_price, "fixed_price", "per"),
    "item/bulk_unit_price": _kind(unit_tiers("bulk_unit_price"), "tiers"),
    "item/graduated_unit_price": _kind(unit_tiers("graduated_unit_price"), "tiers"),
    "item/per_unit_progressive": _kind(per_unit_progressive, "first_unit_off", "further_units_off"),
    "item/tiered_amount_off": _kind(tiers, "tiers"),
    "item/tiered_percent_off": _kind(tiers, "tiers"),
    "item/buy_x_get_y": _kind(buy_get, "buy", "get", "per", "max_applications", "max_free_units", *WORTH),
    "item/nth_item": _kind(nth_item, "nth", "nth_item_percent", "unit", "max_applications"),
    "item/cheapest_unit": _kind(cheapest_unit, "percent_off", *PIECES),
    "item/bundle_fixed_price": _kind(any_for_price, "fixed_price", "for_quantity", "max_applications"),
    "item/set_fixed_price": _kind(any_for_price, "fixed_price", "set_size", "set_from", "max_applications"),
    "order/amount_off": _kind(amount_off, "amount_off", "per", *PIECES),
    "order/percent_off": _kind(percent_off, "percent_off", "max_discount", *PIECES),
    "order/fixed_price": _kind(fixed_price, "fixed_price"),
    "order/gift": _kind(gift, "gift"),
    "order/every_amount": _kind(every_amount, "every_amount", "amount_off", "max_applications"),
    "order/tiered_amount_off": _kind(tiers, "tiers"),
    "order/tiered_percent_off": _kind(tiers, "tiers"),
    "shipping/free_shipping": _kind(free_shipping, "free_shipping", "max_discount"),
    "shipping/amount_off": _kind(amount_off_shipping, "amount_off"),
    "shipping/percent_off": _kind(percent_off_shipping, "percent_off", "max_discount"),
    "shipping/fixed_price": _kind(shipping_price, "fixed_price"),
}
