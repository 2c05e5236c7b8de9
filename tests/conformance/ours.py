"""Our figures where this project decides otherwise, worked out by hand from the case and not by the engine.

Each returns what a case expects by our rule, in the form of the case. Only plain cases are understood.
"""

from fractions import Fraction
from math import floor

from tests.conformance.offers import LEVELS, needs_code, rules_of
from tests.conformance.reading import Unsupported

CENT = Fraction(1, 100)
GOODS = ("catalog", "item")
PLAIN = {"id", "level", "kind", "scope", "benefit", "stacking", "priority", "code", "requires_code"}
SCOPE = {"all", "unit_price_range"}
GIVES = {"percent_off", "amount_off", "per"}


def layer_by_layer(case):
    """Single goods first, piece by piece, then the order, promotions before codes; each by priority."""
    rules = sorted((rule for rule in rules_of(case) if not _comes_too_late(rule, case)), key=_turn)
    on_goods = [rule for rule in rules if rule["level"] in GOODS]
    goods = sum(_unit(line, on_goods) * line["qty"] for line in case["lines"])
    total = _reduced(goods, [rule for rule in rules if rule["level"] not in GOODS])
    return {"total": total + Fraction(case.get("shipping_fee", 0)), "applied": [rule["id"] for rule in rules]}


def dearest_first(case):
    """Groups for a price are filled with the dearest pieces; one that costs less already stays as it is."""
    given = _only(rules_of(case))["benefit"]
    pieces = sorted((Fraction(line["unit_price"]) for line in case["lines"] for _ in range(line["qty"])), reverse=True)
    size = given["for_quantity"]
    times = min(len(pieces) // size, given.get("max_applications", len(pieces)))
    groups = [sum(pieces[place * size : (place + 1) * size]) for place in range(times)]
    return {"discount_total": sum(max(0, group - Fraction(given["fixed_price"])) for group in groups)}


def amount_is_of_the_line(case):
    """Of a line without discounts an amount, then units at their part of the rest."""
    line = _only(case["lines"] if not rules_of(case) else ())
    held, units, back = Fraction(line["unit_price"]) * line["qty"], line["qty"], Fraction(0)
    for row in [row for step in case["returns"] for row in step["lines"]]:
        part = Fraction(row["amount"]) if "amount" in row else held * row["qty"] / units
        held, units, back = held - part, units - (0 if "amount" in row else row["qty"]), back + part
    return {"refunded_total": back}


def _only(rows):
    if len(rows) != 1:
        raise Unsupported("deviation:by hand")
    return rows[0]


def _comes_too_late(rule, case):
    """Tell whether something exclusive meets what is always applied before it."""
    others = [other for other in rules_of(case) if other["level"] in GOODS and not other["stacking"]["exclusive"]]
    return rule["stacking"]["exclusive"] and bool(others)


def _turn(rule):
    return (LEVELS.index(rule["level"]), needs_code(rule), -rule.get("priority", 0))


def _unit(line, rules):
    """Return what one piece costs after the rules whose range its list price is in."""
    price = Fraction(line["unit_price"])
    ranges = [rule["scope"].get("unit_price_range", {}) for rule in rules]
    bounds = [(Fraction(said.get("min", 0)), Fraction(said.get("max", price))) for said in ranges]
    return _reduced(price, [rule for rule, (low, high) in zip(rules, bounds, strict=True) if low <= price <= high])


def _reduced(price, rules):
    """Return a price after one reduction and the next, each rounded half up to the cent."""
    for rule in rules:
        given = rule["benefit"]
        if not set(rule) <= PLAIN or not set(given) <= GIVES or not rule["scope"].keys() <= SCOPE:
            raise Unsupported("deviation:by hand")
        off = price * Fraction(given["percent_off"]) / 100 if "percent_off" in given else Fraction(given["amount_off"])
        price -= min(price, floor(off / CENT + Fraction(1, 2)) * CENT)
    return price
