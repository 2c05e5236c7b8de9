"""The words that other systems have for a reason, by the code of the reason here."""

from tests.conformance.reading import Unsupported

WORDS = {
    "already_applied": {"already_applied"},
    "below_threshold": {"threshold", "minimum_not_reached", "not_eligible"},
    "condition": {"condition", "not_eligible"},
    "limit_reached": {"limit_reached", "usage_limit_reached", "budget_exceeded", "already_used"},
    "coupon_expired": {"expired"},
    "ended": {"expired"},
    "not_started": {"not_started"},
    "audience": {"audience", "not_eligible"},
    "sign_in": {"audience", "not_eligible"},
    "channel": {"channel", "not_found"},
    "unknown": {"unknown", "not_found", "invalid"},
    "not_on_this_line": {"not_applicable", "not_eligible"},
    "no_effect": {"not_applicable"},
    "floor": {"not_applicable"},
    "excluded_by": {"not_combinable", "exclusive"},
    "better_combination": {"not_combinable", "exclusive"},
}
ALL = frozenset().union(*WORDS.values())


def said_as(word, code):
    """Return the word if that is how others call the reason of this code, else the code."""
    if word not in ALL:
        raise Unsupported(f"reason:{word}")
    return word if word in WORDS.get(code, ()) else code
