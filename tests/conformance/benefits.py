"""What each kind of promotion is here: the code and the parameters of a benefit.

`KINDS` has one row per level and kind: a function of what the case gives, and the names that it understands.
"""

from collections.abc import Callable
from typing import NamedTuple

from tests.conformance import on_goods, on_pieces, on_shipping

TIER = {"min_amount", "min_quantity", "from_unit", "amount_off", "percent_off", "unit_price"}
MEASURES = ("off_cents", "rate_bp", "piece_off_cents", "cap_cents", "tiers")
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
    return None if any(params.get(name) in (0, []) for name in MEASURES) else (code, params)


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


def _kind(say, *names):
    return Kind(say, frozenset(names))


WORTH = ("amount_off", "percent_off")
SET = ("set_size", "set_from", "max_applications")
SELECTED = ("units_per_set", "unit_selection", "selection_over", "max_sets")
PIECES = ("max_units", "max_units_per_line")
KINDS = {
    "catalog/amount_off": _kind(on_goods.amount_off_each, "amount_off", "per"),
    "catalog/percent_off": _kind(on_goods.percent_off, "percent_off"),
    "catalog/unit_fixed_price": _kind(on_goods.fixed_price, "fixed_price", "per"),
    "item/amount_off": _kind(on_goods.amount_off_each, "amount_off", "per", *PIECES),
    "item/percent_off": _kind(on_goods.percent_off, "percent_off", *PIECES),
    "item/unit_fixed_price": _kind(on_goods.fixed_price, "fixed_price", "per"),
    "item/bulk_unit_price": _kind(on_goods.unit_tiers("bulk_unit_price"), "tiers"),
    "item/graduated_unit_price": _kind(on_goods.unit_tiers("graduated_unit_price"), "tiers"),
    "item/per_unit_progressive": _kind(on_goods.per_unit_progressive, "first_unit_off", "further_units_off", *PIECES),
    "item/tiered_amount_off": _kind(on_goods.tiers, "tiers"),
    "item/tiered_percent_off": _kind(on_goods.tiers, "tiers"),
    "item/buy_x_get_y": _kind(on_pieces.buy_get, "buy", "get", "per", "max_applications", "max_free_units", *WORTH),
    "item/nth_item": _kind(on_pieces.nth_item, "nth", "nth_item_percent", "unit", "max_applications"),
    "item/cheapest_unit": _kind(on_goods.cheapest_unit, "percent_off", *PIECES),
    "item/bundle_fixed_price": _kind(on_pieces.any_for_price, "fixed_price", "for_quantity", "max_applications"),
    "item/set_fixed_price": _kind(on_pieces.set_for_price, "fixed_price", *SET),
    "item/set_unit_fixed_price": _kind(on_pieces.set_at_unit_price, "unit_fixed_price", *SET),
    "item/set_amount_off": _kind(on_pieces.set_off, "amount_off", *SET),
    "item/set_percent_off": _kind(on_pieces.set_off, "percent_off", *SET),
    "item/every_n_units": _kind(on_pieces.every_n_units, "every", "per", *WORTH, *SELECTED),
    "order/amount_off": _kind(on_goods.amount_off, "amount_off", "per", *PIECES),
    "order/percent_off": _kind(on_goods.percent_off, "percent_off", "max_discount", *PIECES),
    "order/fixed_price": _kind(on_goods.fixed_price, "fixed_price"),
    "order/gift": _kind(on_goods.gift, "gift"),
    "order/every_amount": _kind(on_goods.every_amount, "every_amount", "amount_off", "max_applications"),
    "order/tiered_amount_off": _kind(on_goods.tiers, "tiers"),
    "order/tiered_percent_off": _kind(on_goods.tiers, "tiers"),
    "shipping/free_shipping": _kind(on_shipping.free_shipping, "free_shipping", "max_discount"),
    "shipping/amount_off": _kind(on_shipping.amount_off_shipping, "amount_off"),
    "shipping/percent_off": _kind(on_shipping.percent_off_shipping, "percent_off", "max_discount"),
    "shipping/fixed_price": _kind(on_shipping.shipping_price, "fixed_price"),
}
