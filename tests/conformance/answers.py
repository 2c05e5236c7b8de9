"""What a case expects against what the quote says; only what is stated is compared. `ANSWERS` has a row for each word.

A row yields (what is compared, the expected, the found); money is compared in the smallest unit of the case.
"""

from pricing.engine.allocation import split
from tests.conformance.acting import usage_after
from tests.conformance.entitlement import free_units_entitled
from tests.conformance.line_answers import LINE, compare_lines
from tests.conformance.reading import Unsupported
from tests.conformance.returning import refunds_of
from tests.conformance.words import said_as

OUTCOMES = {"accepted", "rejected"}
REFUND = {"seq", "amount", "refused"}


def differences(example, expect):
    """Return (what, expected, found) of everything that differs."""
    rows = [row for name, expected in expect.items() for row in ANSWERS[name](example, expected)]
    return [(what, wanted, found) for what, wanted, found in rows if wanted != found]


def unknown_in(case):
    """Return the names of the expectations that are not understood."""
    expect = case["expect"]
    lines = {f"expect:lines.{name}" for row in expect.get("lines", ()) for name in set(row) - LINE}
    refunds = {f"expect:refunds.{name}" for row in expect.get("refunds", ()) for name in set(row) - REFUND}
    return lines | refunds | {f"expect:{name}" for name in set(expect) - set(ANSWERS)}


def _amount(what, found_in):
    """Return the comparison of one amount."""

    def compare(example, expected):
        yield what, example.money.exact(expected), found_in(example)

    return compare


def _amounts(what, found_in):
    """Return the comparison of amounts by name."""

    def compare(example, expected):
        found = found_in(example)
        for name, text in expected.items():
            yield f"{what} {name}", example.money.exact(text), found.get(name, 0)

    return compare


def _shown_cents(example):
    return sum(example.money.cents(line["unit_price"]) * line["qty"] for line in example.case["lines"])


def _off_goods_cents(example):
    return sum(goods.discount_cents for goods in example.goods.values())


def _sum_of_shares_cents(example):
    return sum(goods.by_promotion.get(name, 0) for goods in example.goods.values() for name in example.applied)


def _payable_with_shipping(example):
    """Spread shipping over the lines as the engine spreads a discount."""
    nets = [line.net_cents for line in example.quote.lines]
    parts = split(example.quote.shipping_cents, nets)
    rows = zip(example.quote.lines, nets, parts, strict=True)
    return {line.sku: net_cents + part for line, net_cents, part in rows}


def _free_units_entitled(example, expected):
    yield "free units", expected, free_units_entitled(example)


def _gifts(example, expected):
    wanted = sorted((row["sku"], row["qty"]) for row in expected)
    yield "gifts", wanted, sorted((gift.sku, gift.quantity) for gift in example.quote.gifts)


def _shown_with_gifts_cents(example):
    return _shown_cents(example) + sum(gift.value_cents for gift in example.quote.gifts)


def _applied(example, expected):
    yield "applied", sorted(expected), sorted(example.applied)


def _not_applied(example, expected):
    yield "applied nevertheless", [], sorted(set(expected) & set(example.applied))


def _evaluation_order(example, expected):
    yield "order", expected, example.applied


def _lines_discounted(example, expected):
    yield "not discounted", [], [sku for sku in expected if not example.goods[sku].discount_cents]


def _lines_not_discounted(example, expected):
    yield "discounted", [], [sku for sku in expected if example.goods[sku].discount_cents]


def _line_discounts_any_order(example, expected):
    found = [goods.discount_cents for goods in example.goods.values()]
    yield "line discounts", sorted(example.money.exact(text) for text in expected), sorted(found)


def _shares_sum_up(example, expected):
    yield "sum of shares", _off_goods_cents(example), _sum_of_shares_cents(example)


def _refunds(example, expected):
    found = refunds_of(example)
    for row in expected:
        wanted = None if row.get("refused") else example.money.exact(row["amount"])
        yield f"refund {row['seq']}", wanted, found[row["seq"]]


def _refunded_cents(example):
    return sum(cents for cents in refunds_of(example).values() if cents)


def _coupon(example, expected):
    """`CODE#2` is the second time that a code was entered."""
    for name, outcome in expected.items():
        code, _, again = name.partition("#")
        word, _, why = outcome.partition(":")
        if word not in OUTCOMES:
            raise Unsupported(f"expect:coupon {word}")
        repeated = again not in ("", "1")
        reason = "already_applied" if repeated else example.refusal_of(code)
        yield f"code {name}", word, "accepted" if example.accepts(code) and not repeated else "rejected"
        if why:
            yield f"reason for {name}", why, said_as(why, reason)


def _codes_on_order(example, expected):
    yield "codes on the order", sorted(expected), sorted(code for code in example.codes if example.accepts(code))


def _reason(example, expected):
    """The reason is meant for the promotion that did not apply, or for each of several."""
    found = {name: said_as(expected, code) for name, code in example.reasons.items()}
    yield "reason", dict.fromkeys(found, expected) or expected, found


def _usage(example, expected):
    found = usage_after(example)
    for name, uses in expected.items():
        yield f"uses of {name}", uses, found.get(name)


ANSWERS = {
    "total": _amount("total", lambda example: example.quote.total_cents),
    "subtotal": _amount("subtotal", _shown_cents),
    "subtotal_with_gift": _amount("subtotal with gifts", _shown_with_gifts_cents),
    "discount_total": _amount("discount", _off_goods_cents),
    "discount_by_promotion": _amounts("discount of", lambda example: example.discounts),
    "line_discounts_sum_equals_discount_total": _shares_sum_up,
    "line_discounts_any_order": _line_discounts_any_order,
    "lines": compare_lines,
    "lines_discounted": _lines_discounted,
    "lines_not_discounted": _lines_not_discounted,
    "line_payable_incl_shipping": _amounts("payable for", _payable_with_shipping),
    "free_units_entitled": _free_units_entitled,
    "gifts": _gifts,
    "shipping": _amount("shipping", lambda example: example.quote.shipping_cents),
    "shipping_discount": _amount("off shipping", lambda example: sum(example.off_shipping.values())),
    "shipping_by_promotion": _amounts("off shipping by", lambda example: example.off_shipping),
    "applied": _applied,
    "not_applied": _not_applied,
    "evaluation_order": _evaluation_order,
    "reason": _reason,
    "coupon": _coupon,
    "codes_on_order": _codes_on_order,
    "usage": _usage,
    "refunds": _refunds,
    "refunded_total": _amount("refunded", _refunded_cents),
}
