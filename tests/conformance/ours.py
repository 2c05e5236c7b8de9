"""Our figures where this project decides otherwise, worked out by hand from the case and not by the engine."""

from fractions import Fraction

from tests.conformance.offers import rules_of


def exclusive_comes_too_late(case):
    """Everything that is not exclusive applies, one after the other by priority; nothing exclusive does."""
    lost = [rule["id"] for rule in rules_of(case) if rule["stacking"]["exclusive"]]
    applied = [rule for rule in rules_of(case) if rule["id"] not in lost]
    applied.sort(key=lambda rule: -rule.get("priority", 0))
    lines = [{"sku": line["sku"], "net_unit_price": _reduced(line["unit_price"], applied)} for line in case["lines"]]
    return {"lines": lines, "applied": [rule["id"] for rule in applied], "not_applied": lost}


def _reduced(price, rules):
    price = Fraction(price)
    for rule in rules:
        given = rule["benefit"]
        off = price * Fraction(given["percent_off"]) / 100 if "percent_off" in given else Fraction(given["amount_off"])
        price -= min(price, off)
    return str(price)


def amount_is_of_the_line(case):
    """Of a line without discounts an amount, then units at their part of the rest."""
    (line,) = case["lines"]
    held, units, back = Fraction(line["unit_price"]) * line["qty"], line["qty"], Fraction(0)
    for row in [row for step in case["returns"] for row in step["lines"]]:
        part = Fraction(row["amount"]) if "amount" in row else held * row["qty"] / units
        held, units, back = held - part, units - (0 if "amount" in row else row["qty"]), back + part
    return {"refunded_total": str(back)}
