"""Kinds of promotion on single goods and on the whole order, as code and parameters of a benefit."""

from tests.conformance import figures
from tests.conformance.reading import Unsupported

LAST = ("max_units", "max_units_per_line")


def amount_off_each(given, money):
    """An amount off each piece, or once off each line."""
    figures.only_per(given, "unit", "line")
    if given.get("per") == "line":
        return "sku_amount_off", figures.amount(given, money)
    limited = _limited(given)
    return "units_off" if limited else "amount_off", figures.amount(given, money) | limited


def amount_off(given, money):
    """An amount off once; on a single piece that is the same as off each."""
    figures.only_per(given, "order")
    limited = _limited(given)
    if limited and limited != {"max_units": 1}:
        raise Unsupported("benefit:amount_off once on several pieces")
    return "units_off" if limited else "amount_off", figures.amount(given, money) | limited


def percent_off(given, money):
    cap = figures.cap(given, money)
    limited = _limited(given)
    if cap and limited:
        raise Unsupported("benefit:max_discount on some pieces")
    return "units_off" if limited else "percent_off", figures.rate(given, money) | cap | limited


def cheapest_unit(given, money):
    return percent_off({"max_units": 1} | given, money)


def fixed_price(given, money):
    figures.only_per(given, "unit", "order")
    return "fixed_price", figures.price(given, money)


def every_amount(given, money):
    return "spend_tiers", {
        "tiers": [{"threshold_cents": money.cents(given["every_amount"])} | figures.amount(given, money)],
        "every": True,
        **figures.times(given),
    }


def tiers(given, money):
    """Tiers by amount or by pieces; one that gives nothing is none."""
    found = [_threshold(tier, money) | figures.worth(tier, money) for tier in given["tiers"]]
    return "spend_tiers", {"tiers": [tier for tier in found if tier.get("off_cents") or tier.get("rate_bp")]}


def _threshold(tier, money):
    if "min_quantity" in tier:
        return {"threshold_pieces": tier["min_quantity"]}
    return {"threshold_cents": money.cents(tier["min_amount"])}


def unit_tiers(code):
    """Return what says prices by the number of pieces."""

    def say(given, money):
        return code, {"tiers": [_pieces(tier) | _piece_price(tier, money) for tier in given["tiers"]]}

    return say


def _pieces(tier):
    return {"from_pieces": tier["from_unit" if "from_unit" in tier else "min_quantity"]}


def _piece_price(tier, money):
    return {"price_cents": money.cents(tier["unit_price"])} if "unit_price" in tier else figures.worth(tier, money)


def per_unit_progressive(given, money):
    """The first piece of a line and the further ones, each with an amount off of its own; further ones get no less."""
    first, further = money.cents(given["first_unit_off"]), money.cents(given["further_units_off"])
    if not further:
        return "units_off", {"off_cents": first, "max_units_per_sku": 1}
    if further < first:
        raise Unsupported("benefit:first_unit_off above further_units_off")
    steps = {1: first, 2: further} if 0 < first < further else {1 if first else 2: further}
    ends = [given[name] for name in LAST if name in given]
    return "graduated_unit_price", {"tiers": _steps(steps)} | ({"max_pieces": min(ends)} if ends else {})


def _steps(off_by_piece):
    return [{"from_pieces": number, "off_cents": cents} for number, cents in off_by_piece.items()]


def gift(given, money):
    added = given["gift"]
    row = {"sku": added["sku"], "value_cents": money.cents(added["unit_price"]), "quantity": added.get("quantity", 1)}
    return "gift", {"gifts": [row]}


def _limited(given):
    """Return on how many pieces a reduction works, where not on all; sources reduce the cheapest ones."""
    named = {"max_units": "max_units", "max_units_per_line": "max_units_per_sku"}
    return {named[name]: given[name] for name in named if name in given}
