"""What happened before: uses of promotions and codes, and so what is used up; and the coupons that codes stand for."""

from datetime import timedelta

from pricing.engine.facts import Facts, HeldCoupon
from tests.conformance.carts import NOON
from tests.conformance.offers import needs_code, rules_of
from tests.conformance.reading import moment

LONG = timedelta(days=99_999)
HISTORY = {
    "orders_placed",
    "promotion_uses",
    "promotion_uses_by_customer",
    "code_uses",
    "code_uses_by_customer",
    "cancelled_orders_with_code",
}
LIMITS = {"total": "uses", "per_customer": "uses_by_customer"}


def unknown_in(case):
    """Return the names of what is not understood of history and limits."""
    found = {f"history:{name}" for name in set(case.get("history", ())) - HISTORY}
    for rule in rules_of(case):
        for part in ("limits", "coupon_limits"):
            found |= {f"{part}:{name}" for name in set(rule.get(part) or ()) - set(LIMITS)}
    return found


def used_up(case):
    """Return the ids of the rules that may not be used again: by anybody, or by this customer."""
    return frozenset(rule["id"] for rule in rules_of(case) if _is_used_up(rule, case.get("history", {})))


def facts_of(case, known_codes):
    """Return one coupon for every rule whose code was entered, and nothing left of what is used up.

    What is not used up is not limited in one cart, so no other count is told.
    """
    coupons = [_coupon(rule) for rule in rules_of(case) if needs_code(rule) and rule["code"] in known_codes]
    return Facts(coupons=tuple(coupons), uses_left=dict.fromkeys(used_up(case), 0))


def _is_used_up(rule, history):
    """A cancelled order gives its use of the code back."""
    given_back = history.get("cancelled_orders_with_code", {}).get(rule.get("code"), 0)
    of_promotion = (rule.get("limits"), "promotion", rule["id"], 0)
    of_code = (rule.get("coupon_limits"), "code", rule.get("code"), given_back)
    return any(
        history.get(f"{what}_{uses}", {}).get(key, 0) - back >= limits[name]
        for limits, what, key, back in (of_promotion, of_code)
        for name, uses in LIMITS.items()
        if limits and name in limits
    )


def _coupon(rule):
    """Return the coupon that the code stands for; the period of a code is that of its coupon."""
    period = rule.get("coupon_period") or {}
    return HeldCoupon(
        id=f"coupon:{rule['id']}",
        offer=rule["id"],
        valid_from=moment(period.get("start")) or NOON - LONG,
        valid_until=moment(period.get("end")) or NOON + LONG,
    )
