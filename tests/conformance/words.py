"""The words that other systems have for a reason, by the code of the reason here."""

from tests.conformance.reading import Unsupported

INELIGIBLE = {"not_eligible", "ineligible", "not_applicable", "conditions_not_met"}
USED_UP = {
    "limit_reached",
    "usage_limit",
    "usage_limit_reached",
    "max_usage",
    "budget_exceeded",
    "already_used",
    "used_up",
}
EXPIRED = {"expired", "ended"}
UNKNOWN = {"unknown", "unknown_code", "not_found", "invalid", "invalid_code"}
RIVALS = {"not_combinable", "exclusive", "better_discount", "better_promotion", "better_exists"}
WORDS = {
    "already_applied": {"already_applied"},
    "below_threshold": {"threshold", "threshold_not_reached", "minimum_not_reached", *INELIGIBLE},
    "condition": INELIGIBLE,
    "limit_reached": USED_UP,
    "budget_spent": USED_UP,
    "sold_out": USED_UP,
    "coupon_expired": EXPIRED,
    "ended": EXPIRED,
    "not_started": {"not_started", "not_yet_valid", "not_active"},
    "audience": {"audience", "wrong_customer", *INELIGIBLE},
    "sign_in": {"audience", "wrong_customer", "sign_in", *INELIGIBLE},
    "channel": {"channel", "wrong_channel", *UNKNOWN},
    "unknown": UNKNOWN,
    "not_on_this_line": INELIGIBLE,
    "no_effect": INELIGIBLE,
    "floor": INELIGIBLE,
    "excluded_by": RIVALS,
    "better_combination": RIVALS,
}
ALL = frozenset().union(*WORDS.values())


def said_as(word, code):
    """Return the word if that is how others call the reason of this code, else the code."""
    if word not in ALL:
        raise Unsupported(f"reason:{word}")
    return word if word in WORDS.get(code, ()) else code
