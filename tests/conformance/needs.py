"""What a case says that nobody here understands, by name; such a case is not priced."""

from tests.conformance import acting, answers, benefits, carts, conditions, history, returning
from tests.conformance.offers import rules_of
from tests.conformance.stacking import STACKING

ABOUT = {"id", "source", "group", "also", "portable", "semantics", "currency", "expect"}
TOLD = {
    "lines",
    "promotions",
    "coupons",
    "codes_entered",
    "shipping_fee",
    "returns",
    "now",
    "channel",
    "customer",
    "history",
    "actions",
    "prior_lines",  # the engine remembers no earlier cart
}
RULE = {
    "id",
    "level",
    "kind",
    "scope",
    "benefit",
    "tiers",
    "threshold",
    "stacking",
    "priority",
    "period",
    "audience",
    "channels",
    "code",
    "requires_code",
    "coupon_period",
    "coupon_limits",
    "limits",
}


def needs_of(case):
    """Return the names of all that is not understood, such as `kind:item/nth_item`; none = the case can be priced."""
    found = {f"case:{name}" for name in set(case) - ABOUT - TOLD}
    for part in (acting, answers, carts, history, returning):
        found |= part.unknown_in(case)
    for rule in rules_of(case):
        found |= {f"rule:{name}" for name in set(rule) - RULE}
        found |= {f"stacking:{name}" for name in set(rule["stacking"]) - STACKING}
        found |= benefits.unknown_in(rule) | conditions.unknown_in(rule)
    return sorted(found)
