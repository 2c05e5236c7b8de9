"""What the engine and the adapter understand of a worked example; `unsupported` names what they do not have yet."""

from decimal import Decimal

KINDS = {
    ("amount_off", "catalog"),
    ("amount_off", "item"),
    ("amount_off", "order"),
    ("percent_off", "catalog"),
    ("percent_off", "item"),
    ("percent_off", "order"),
    ("tiered_amount_off", "order"),
    ("tiered_percent_off", "order"),
    ("every_amount", "order"),
    ("unit_fixed_price", "item"),
    ("free_shipping", "shipping"),
    ("nth_item", "item"),
    ("bundle_fixed_price", "item"),
    ("set_fixed_price", "item"),
    ("cheapest_unit", "item"),
}
BENEFIT = {"amount_off", "percent_off", "per", "max_discount", "every_amount", "fixed_price", "free_shipping"}
SEVERAL = {
    "nth_item": {"nth", "nth_item_percent", "unit", "max_applications"},
    "cheapest_unit": {"max_units"},
    "bundle_fixed_price": {"for_quantity"},
    "set_fixed_price": {"set_size", "set_from", "max_applications"},
}
EXPECTED = {
    "total",
    "discount_total",
    "lines",
    "applied",
    "not_applied",
    "discount_by_promotion",
    "shipping",
    "shipping_discount",
    "refunds",
    "refunded_total",
    "line_discounts_any_order",
}
CASE = {
    "id",
    "source",
    "group",
    "portable",
    "semantics",
    "currency",
    "lines",
    "promotions",
    "coupons",
    "codes_entered",
    "expect",
    "also",
    "shipping_fee",
    "returns",
    "now",
}


def rules_of(case):
    """Return promotions and coupons alike."""
    return [*case["promotions"], *case.get("coupons", [])]


def unsupported(case):
    """Return the names of what is not there yet, such as `kind:nth_item`."""
    found = {f"case:{name}" for name in set(case) - CASE}
    found |= {f"expect:{name}" for name in set(case["expect"]) - EXPECTED}
    for line in case["lines"]:
        found |= {f"line:{name}" for name in set(line) & {"list_price", "on_sale"}}
    found |= {
        f"returns:{name}"
        for step in case.get("returns", ())
        for row in step.get("lines", ())
        for name in set(row) - {"sku", "qty", "amount"}
    }
    for rule in rules_of(case):
        found |= {"tier:from_nothing_on" for tier in rule.get("tiers", ()) if Decimal(tier.get("min_amount", 1)) == 0}
        if (rule["kind"], rule["level"]) not in KINDS:
            found.add(f"kind:{rule['level']}/{rule['kind']}")
            continue
        found |= {f"benefit:{name}" for name in set(rule["benefit"]) - BENEFIT - SEVERAL.get(rule["kind"], set())}
        if rule["benefit"].get("per", "unit") != "unit":
            found.add(f"per:{rule['benefit']['per']}")
        found |= {f"scope:{name}" for name in set(rule["scope"]) & {"unit_price_range", "exclude"}}
        found |= {f"threshold:{name}" for name in set(rule.get("threshold") or ()) - {"amount", "quantity"}}
        found |= {f"rule:{name}" for name in set(rule) & {"audience", "limits", "coupon_limits", "channels"}}
    return sorted(found)
