"""Rules as data: what they hit, what they add up to, and that the past gives the same answers. No database."""

from datetime import timedelta

import pytest

from coupons.risk.deciding import decide
from coupons.risk.origin import NOWHERE, digest_of_address, origin_of
from coupons.risk.replay import Past, replay
from coupons.risk.rules import MOST_POINTS, Profile, WrongRule, load_profile, load_rule, stored
from coupons.risk.signals import Measure, shown
from tests.factories import NOON
from tests.factories.risk import rule

pytestmark = pytest.mark.req("CPN-11")

YOUNG = rule("account_hours", "lt", 24, effect="points", points=40)
NO_PHONE = rule("phone_verified", "lt", 1, effect="points", points=30)
FAST = rule("claims", "gt", 2, per="device", minutes=60)


def test_points_add_up_and_the_higher_score_has_the_harder_consequence():
    profile = Profile((YOUNG, NO_PHONE), hold_at=40, block_at=70)
    age, phone = Measure("account_hours"), Measure("phone_verified")
    decisions = [
        decide(profile, "claim", {age: 24, phone: 0}),
        decide(profile, "claim", {age: 23, phone: 1}),
        decide(profile, "claim", {age: 23, phone: 0}),
    ]
    assert [(found.outcome, found.score) for found in decisions] == [("pass", 30), ("hold", 40), ("block", 70)]


def test_a_decision_explains_itself_with_measured_value_and_threshold():
    decision = decide(Profile((FAST,)), "claim", {FAST.measure: 3})
    assert decision.reasons == [
        {
            "name": "claims rule", "name_zh": "claims 规则", "signal": "claims", "per": "device", "minutes": 60,
            "comparison": "gt", "threshold": 2, "measured": 3, "effect": "block", "points": 0,
        }
    ]  # fmt: skip


def test_a_rule_hits_its_own_acts_only_and_nothing_that_could_not_be_measured():
    profile = Profile((rule("claims", "gt", 0, per="device", minutes=60, acts=("claim",)),))
    measured = {Measure("claims", "device", 60): 9}
    assert decide(profile, "claim", measured).outcome == "block"
    assert decide(profile, "order", measured).outcome == "pass"
    assert decide(profile, "claim", {}).outcome == "pass"
    assert profile.measures("order") == set()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"signal": "shoe_size"}, "unknown"),
        ({"comparison": "about"}, "compare"),
        ({"threshold": "5"}, "whole number"),
        ({"effect": "scold"}, "what happens"),
        ({"effect": "points", "points": 0}, "points"),
        ({"effect": "points", "points": MOST_POINTS + 1}, "points"),
        ({"acts": []}, "applies"),
        ({"acts": ["dance"]}, "applies"),
        ({"name_zh": " "}, "both languages"),
        ({"per": "shop"}, "by whom"),
        ({"signal": "accounts", "per": "customer"}, "by whom"),
        ({"signal": "account_hours"}, "customer alone"),
        ({"minutes": 0}, "within which time"),
        ({"minutes": 90 * 24 * 60 + 1}, "within which time"),
        ({"signal": "level_rank", "per": ""}, "no time"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_number(changes, said):
    row = stored([FAST])[0]
    assert load_rule(row) == FAST
    with pytest.raises(WrongRule) as refused:
        load_profile([row, row | changes], hold_at=None, block_at=None)
    assert said in str(refused.value)
    assert (refused.value.field, refused.value.figures) == ("rules", {"number": 2})


def test_rules_that_are_not_complete_or_say_more_are_refused():
    row = stored([FAST])[0]
    for wrong in ({**row, "extra": 1}, {name: row[name] for name in row if name != "threshold"}, {}):
        with pytest.raises(WrongRule) as refused:
            load_rule(wrong)
        assert "not complete" in str(refused.value)


def past(number, *, minute, act="claim", customer=1, device="d", key="", hours=1_000):
    who = {"customer": customer, "device": device} if device else {"customer": customer}
    moment = NOON + timedelta(minutes=minute)
    return Past(number, moment, act, key or f"k{number}", who, hours, {"account_hours": hours})


def outcomes(profile, attempts):
    return [decision.outcome for _, decision in replay(profile, attempts, lambda customer, measure, at: None)]


def test_the_past_counts_what_the_profile_itself_would_have_let_through_within_the_window():
    attempts = [past(number, minute=minute) for number, minute in enumerate((0, 10, 20, 30, 60, 61))]
    # At 60 the first is an hour old and counts no more; at 61 those of 10 and 60 do, and itself.
    assert outcomes(Profile((FAST,)), attempts) == ["pass", "pass", "block", "block", "pass", "block"]


def test_the_past_counts_who_asks_twice_once_and_other_acts_and_devices_never():
    attempts = [
        past(1, minute=0, key="same"),
        past(2, minute=1, key="same"),
        past(3, minute=2, act="code"),
        past(4, minute=3, device="other"),
        past(5, minute=4, device=None),
        past(6, minute=5),
        past(7, minute=6),
    ]
    assert outcomes(Profile((FAST,)), attempts) == ["pass"] * 6 + ["block"]


def test_a_share_of_new_accounts_says_nothing_of_fewer_than_three():
    profile = Profile((rule("new_accounts_bp", "ge", 6_000, per="device", minutes=60),))
    attempts = [past(number, minute=number, customer=number, hours=hours) for number, hours in enumerate((1, 1, 9_999))]
    assert outcomes(profile, attempts) == ["pass", "pass", "block"]
    assert shown("new_accounts_bp", 6_666) == "66.66 %"


def test_an_address_is_kept_as_a_digest_that_knows_households_and_spellings():
    same = {digest_of_address(text) for text in ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9")}
    assert len(same) == 1
    one = digest_of_address("203.0.113.9")
    assert digest_of_address("::ffff:203.0.113.9") == one != digest_of_address("203.0.113.8")
    assert len(one) == 16
    assert b"203" not in one
    assert origin_of(address="not an address", device="") == NOWHERE
