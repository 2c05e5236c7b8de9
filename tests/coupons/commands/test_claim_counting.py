"""Coupons that come in releases: at 10:00 each day, two of them, unless said. NOON is 20:00 in the shop."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from coupons.commands import claim_counting
from coupons.commands.claim_campaigns import approve_claim_campaign, submit_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.release_checks import problems_of_releases
from coupons.models import ClaimCount, Coupon
from coupons.refusals import AllGone, NotOpenYet
from coupons.selectors.claimable import claimable
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_claim_campaign, make_claim_revision
from tests.support.crowd import all_at_once

DAY = timedelta(days=1)
TEN = NOON.replace(hour=2)  # 10:00 in the shop
pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03")]


# Read, check, write: all that the UPDATE knows is what was read before it waited.
READ_THEN_WRITTEN = """
WITH seen AS MATERIALIZED (SELECT %s::timestamptz AS opens_at, %s::integer AS room, %s::boolean AS carries, count.*
    FROM coupons_claimcount count WHERE claim_campaign_id = %s)
UPDATE coupons_claimcount count SET used = seen.used + 1 FROM seen
WHERE count.claim_campaign_id = seen.claim_campaign_id AND seen.used < seen.room
"""


def daily(units=2, *, carry=False, at="10:00"):
    return {"every": "day", "at": [[at, units]], "carry": carry}


def make_daily(units=2, *, carry=False, starts_at=TEN - DAY, **fields):
    return make_claim_campaign(starts_at=starts_at, releases=daily(units, carry=carry), **fields)


def claim(claim_campaign, at, customer=None):
    customer = customer or make_customer()
    return claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=customer.pk, seq=1, at=at)


def given_until_gone(claim_campaign, at):
    for given in range(10):
        try:
            claim(claim_campaign, at)
        except AllGone:
            return given
    raise AssertionError("it never ends")


def button(at, customer=None):
    (item,) = claimable(customer=customer, position="home", at=at)
    return (item.status, item.left, item.opens_at, item.opens_with)


def test_each_release_gives_its_own_and_what_is_left_of_it_lapses():
    campaign = make_daily()
    claim(campaign, TEN)
    assert given_until_gone(campaign, TEN + DAY) == 2
    assert given_until_gone(campaign, TEN + DAY + timedelta(hours=23)) == 0
    assert given_until_gone(campaign, TEN + 2 * DAY) == 2
    assert ClaimCount.objects.get().used == 5


def test_leftovers_are_carried_over_where_that_is_said():
    campaign = make_daily(carry=True, starts_at=TEN)
    claim(campaign, TEN)
    assert given_until_gone(campaign, TEN + DAY) == 3
    assert given_until_gone(campaign, TEN + 3 * DAY) == 4


def test_number_to_hand_out_ends_the_releases():
    campaign = make_daily(total=3)
    assert [given_until_gone(campaign, TEN + day * DAY) for day in range(3)] == [2, 1, 0]


def test_refusal_says_when_the_next_coupons_come():
    campaign = make_daily(starts_at=TEN - timedelta(hours=1))
    with pytest.raises(NotOpenYet) as early:
        claim(campaign, TEN - timedelta(seconds=1))
    assert early.value.figures == {"starts_at": TEN.isoformat()}
    assert given_until_gone(campaign, TEN) == 2
    with pytest.raises(AllGone) as gone:
        claim(campaign, TEN + timedelta(hours=1))
    assert gone.value.figures == {"opens_at": (TEN + DAY).isoformat()}
    assert Coupon.objects.count() == 2


def test_claim_whose_clock_is_behind_is_counted_in_the_release_that_has_opened():
    campaign = make_daily()
    claim(campaign, TEN + DAY)
    claim(campaign, TEN + DAY - timedelta(milliseconds=1))
    assert given_until_gone(campaign, TEN + DAY) == 0


def test_button_counts_what_is_left_and_then_counts_down_to_the_next_release():
    campaign = make_daily(total=3)
    assert button(TEN - timedelta(hours=1), make_customer()) == ("claim", 2, None, None)  # yesterday's, of 10:00
    buyer = make_customer()
    claim(campaign, TEN, buyer)
    assert button(TEN, make_customer()) == ("claim", 1, None, None)
    claim(campaign, TEN)
    assert button(TEN, make_customer()) == ("opens", 0, TEN + DAY, 1)  # of the three, one is left
    assert button(TEN, buyer)[0] == "claimed"
    claim(campaign, TEN + DAY)
    assert button(TEN + DAY)[0] == "all_gone"


def test_before_the_start_the_button_waits_for_the_first_release():
    make_daily(starts_at=TEN - timedelta(hours=2))
    assert button(TEN - timedelta(hours=3)) == ("opens", 0, TEN, 2)
    assert button(TEN - timedelta(hours=1)) == ("opens", 0, TEN, 2)
    assert button(TEN) == ("sign_in", 2, None, None)


@pytest.mark.parametrize(("carry", "left"), [(False, 5 - 2), (True, 2 * 5 - 3)])
def test_new_version_counts_what_the_release_of_today_has_given(carry, left):
    author = make_user()
    campaign = make_claim_campaign(starts_at=TEN - DAY, author=author)
    claim(campaign, TEN - timedelta(hours=1))
    claim(campaign, TEN)
    claim(campaign, TEN)
    revision = make_claim_revision(
        claim_campaign=campaign, author=author, starts_at=TEN - DAY, releases=daily(5, carry=carry)
    )
    at = TEN + timedelta(hours=1)
    put_in_force(revision, at)
    assert button(at)[1] == left
    assert given_until_gone(campaign, at) == left


def put_in_force(revision, at):
    submit_claim_campaign(revision_id=revision.pk, by=revision.author, at=at)
    revision.refresh_from_db()
    approve_claim_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=at)


def test_what_was_claimed_before_the_first_release_takes_nothing_of_what_is_carried_over():
    author = make_user()
    campaign = make_claim_campaign(starts_at=TEN - 5 * DAY, author=author)
    for _ in range(3):
        claim(campaign, TEN - DAY)
    terms = {"starts_at": TEN + DAY, "releases": daily(carry=True)}
    put_in_force(make_claim_revision(claim_campaign=campaign, author=author, **terms), TEN)
    assert button(TEN + DAY)[1] == 2
    claim(campaign, TEN + DAY)
    put_in_force(make_claim_revision(claim_campaign=campaign, author=author, **terms), TEN + DAY)
    assert given_until_gone(campaign, TEN + DAY) == 1
    assert (button(TEN + 2 * DAY)[1], given_until_gone(campaign, TEN + 2 * DAY)) == (2, 2)


@pytest.mark.parametrize(
    ("releases", "words"),
    [
        ({"every": "", "at": [[(TEN - 2 * DAY).isoformat(), 5]], "carry": False}, "outside the period"),
        (daily(at="01:00"), "No release lies within"),
        (daily(9), "larger than the number"),
        ({"every": "", "at": [[TEN.isoformat(), 2], [NOON.isoformat(), 2]], "carry": True}, "4 together"),
        ({"every": "", "at": [[TEN.isoformat(), 2**31]], "carry": False}, "at most 2147483647"),
        ({"every": "day", "at": [["10:00", 2**30], ["11:00", 2**30]], "carry": True}, "at most 2147483647"),
    ],
)
def test_releases_that_cannot_be_are_refused_at_the_table(releases, words):
    revision = make_claim_revision(
        starts_at=TEN - timedelta(hours=1), ends_at=TEN + timedelta(hours=12), total=3, releases=releases
    )
    (problem,) = problems_of_releases(revision, NOON)
    assert problem.field == "releases"
    assert words in str(problem)


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
class TestSixtyFourAtOnce:
    def crowd(self, campaign):
        """64 customers at the moment at which a release opens, some with a clock that is a little behind."""
        behind = [timedelta(0), timedelta(milliseconds=5)]
        claims = [partial(claim, campaign, TEN + DAY - behind[n % 2], make_customer()) for n in range(64)]
        return Counter(type(answer).__name__ for answer in all_at_once(claims))

    @pytest.mark.parametrize(("carry", "given"), [(False, 20), (True, 20 + 19)])
    def test_the_second_release_gives_exactly_what_it_may(self, carry, given):
        campaign = make_daily(20, carry=carry, starts_at=TEN)
        claim(campaign, TEN)
        claim(campaign, TEN + DAY)  # the second one has opened, for whatever clock
        assert self.crowd(campaign) == {"Coupon": given - 1, "AllGone": 64 - given + 1}
        assert ClaimCount.objects.get().used == Coupon.objects.count() == given + 1

    def test_without_the_guard_it_gives_more(self, monkeypatch):
        monkeypatch.setattr(claim_counting, "COUNT_RELEASED", READ_THEN_WRITTEN)
        self.crowd(make_daily(20, carry=True, starts_at=TEN))
        assert Coupon.objects.count() > 40
