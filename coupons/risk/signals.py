"""What a rule can measure: a closed set. Each signal is one whole number about one attempt."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from pricing.engine.messages import N_

CUSTOMER, ADDRESS, DEVICE = "customer", "address", "device"
WHO = {CUSTOMER: N_("customer"), ADDRESS: N_("address"), DEVICE: N_("device")}

CLAIM, CODE, ORDER, DRAW, GIFT, GRANT = "claim", "code", "order", "draw", "gift", "grant"
ACTS = {
    CLAIM: N_("claim of a coupon"),
    CODE: N_("redeeming of a code"),
    ORDER: N_("order in a campaign"),
    DRAW: N_("draw in a lottery"),
    GIFT: N_("gift to a member"),
    GRANT: N_("grant by hand"),
}

NEW_ACCOUNT_HOURS = 7 * 24  # younger accounts are new ones
FEWEST = 3  # of fewer accounts, or used coupons, a share says nothing: it counts as 0
LONGEST_WINDOW_DAYS = 90

EVERYBODY = (CUSTOMER, ADDRESS, DEVICE)
SHARED = (ADDRESS, DEVICE)


@dataclass(frozen=True, slots=True)
class Signal:
    """`per`: by whom attempts can be counted, empty where the signal is about the customer alone.

    `acts`: the attempts that are counted. `unit`: "", "hours" or "bp" (typed as percent).
    """

    code: str
    label: str
    per: tuple[str, ...] = ()
    windowed: bool = False
    unit: str = ""
    acts: frozenset[str] = frozenset()


ASKED_FOR = frozenset({CLAIM, CODE, ORDER, DRAW})  # what customers do themselves: what they are given counts for none
WITH_ACCOUNTS = ASKED_FOR | {GIFT}  # a gift for signing up tells from where accounts are made
SIGNALS = {
    signal.code: signal
    for signal in (
        Signal("account_hours", N_("age of the account in hours"), unit="hours"),
        Signal("level_rank", N_("rank of the member level (none: −1)")),
        Signal("phone_verified", N_("verified phone (1 or 0)")),
        Signal("device_hours", N_("age of the device's mark in hours (none or forged: −1)"), unit="hours"),
        Signal("claims", N_("claims"), EVERYBODY, True, acts=frozenset({CLAIM})),
        Signal("redemptions", N_("redeemed codes"), EVERYBODY, True, acts=frozenset({CODE})),
        Signal("orders", N_("orders in campaigns"), EVERYBODY, True, acts=frozenset({ORDER})),
        Signal("draws", N_("draws"), EVERYBODY, True, acts=frozenset({DRAW})),
        Signal("gifts", N_("gifts to members"), EVERYBODY, True, acts=frozenset({GIFT})),
        Signal("attempts", N_("claims, codes, orders and draws together"), EVERYBODY, True, acts=ASKED_FOR),
        Signal("accounts", N_("different accounts"), SHARED, True, acts=WITH_ACCOUNTS),
        Signal("new_accounts_bp", N_("share of new accounts in percent"), SHARED, True, "bp", WITH_ACCOUNTS),
        Signal("returned_coupons", N_("coupons given back by refunds"), windowed=True),
        Signal("returned_bp", N_("share of used coupons given back, in percent"), windowed=True, unit="bp"),
    )
}
GUEST = {"account_hours": 0, "level_rank": -1, "phone_verified": 0}  # whoever has no account has the newest one
COUNTS = ("claims", "redemptions", "orders", "draws", "gifts", "attempts")


class Measure(NamedTuple):
    """One thing to measure: a signal, by whom it is counted ("" = the customer alone), within how many minutes."""

    signal: str
    per: str = ""
    minutes: int = 0


def is_new(account_hours: int | None) -> bool:
    """Whether an account of this age is a new one; guests have no account."""
    return account_hours is not None and account_hours < NEW_ACCOUNT_HOURS


def share_bp(part: int, whole: int, *, fewest: int = 1) -> int:
    """Return part of whole in basis points, rounded down; 0 where the whole is too small to say anything."""
    return part * 10_000 // whole if whole >= max(fewest, 1) else 0


def shown(signal: str, value: Any) -> str:
    """Return a value as people type and read it: shares in percent, everything else as it is."""
    if value is None:
        return "–"
    if SIGNALS[signal].unit != "bp":
        return str(value)
    whole, rest = divmod(int(value), 100)
    return f"{whole}.{rest:02d} %" if rest else f"{whole} %"
