"""Where a coupon is claimed: numbers of places, partner channels, and what is stored with the coupon."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest

from coupons.commands import claim_counting
from coupons.commands.claim_campaigns import approve_claim_campaign, submit_claim_campaign
from coupons.commands.claiming import claim_coupon
from coupons.commands.place_checks import problems_of_places
from coupons.commands.popups import note_popup
from coupons.models import ClaimPlaceCount, Coupon, Partner
from coupons.refusals import AllGone, ClaimOver
from coupons.selectors.claimable import claimable
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_claim_campaign, make_claim_revision
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03")]
HOURS = timedelta(hours=1)


def claim(claim_campaign, place="", customer=None):
    who = {"claim_campaign_id": claim_campaign.pk, "customer_id": (customer or make_customer()).pk}
    return claim_coupon(**who, seq=1, at=NOON, place=place)


def button(position):
    return [(item.status, item.left) for item in claimable(customer=make_customer(), position=position, at=NOON)]


def test_coupon_knows_where_it_was_claimed():
    Partner.objects.create(code="wechat", name="WeChat")
    campaign = make_claim_campaign(positions=["home", "partner"], place_rules={"partner:wechat": {}})
    for place in ("home", "partner:wechat", ""):
        assert claim(campaign, place).place == place
    assert sorted(Coupon.objects.values_list("place", flat=True)) == ["", "home", "partner:wechat"]


@pytest.mark.parametrize("place", ["cart", "partner:other", "partner:resting", "partner", "link", "moon"])
def test_places_that_are_none_of_the_campaigns_give_nothing(place):
    Partner.objects.create(code="resting", name="Resting", is_active=False)
    campaign = make_claim_campaign(positions=["home", "partner"], place_rules={"partner:resting": {}})
    with pytest.raises(ClaimOver):
        claim(campaign, place)
    assert not Coupon.objects.exists()


def test_place_with_a_number_of_its_own_ends_there_and_goes_on_elsewhere():
    campaign = make_claim_campaign(positions=["home", "cart"], place_rules={"home": {"units": 1}}, total=9)
    assert button("home") == [("claim", 1)]
    claim(campaign, "home")
    with pytest.raises(AllGone):
        claim(campaign, "home")
    assert (button("home"), button("cart")) == ([("all_gone", 0)], [("claim", 8)])
    assert claim(campaign, "cart").pk


def test_new_version_counts_what_was_claimed_at_a_place_before_it_had_a_number():
    author = make_user()
    campaign = make_claim_campaign(positions=["home", "cart"], author=author)
    for place in ("home", "home", "cart"):
        claim(campaign, place)
    rules = {"home": {"units": 3}, "cart": {"cost_cents": 5}}
    revision = make_claim_revision(
        claim_campaign=campaign, author=author, positions=["home", "cart"], place_rules=rules
    )
    submit_claim_campaign(revision_id=revision.pk, by=author, at=NOON)
    revision.refresh_from_db()
    approve_claim_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=NOON)
    assert button("home") == [("claim", 1)]
    claim(campaign, "home")
    with pytest.raises(AllGone):
        claim(campaign, "home")
    assert ClaimPlaceCount.objects.values_list("place", "used", "total").get() == ("home", 3, 3)
    assert audit() == []
    ClaimPlaceCount.objects.update(used=2)
    (found,) = audit()
    assert (found.check, found.what) == ("issued_coupons", f"claim campaign {campaign.pk} at home")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"positions": []}, "at least one place"),
        ({"positions": ["partner"]}, "at least one place"),
        ({"positions": ["home", "partner"]}, "which partner"),
        ({"positions": ["partner"], "place_rules": {"partner:gone": {}}}, "gone is not active"),
        ({"positions": ["home"], "place_rules": {"home": {"units": 9}}, "total": 5}, "larger number"),
        ({"positions": ["home"], "by_link": True}, "no places"),
        ({"positions": [], "by_link": True, "per_customer": 2}, "one coupon"),
    ],
)
def test_places_that_cannot_be_are_refused_with_what_to_do(fields, words):
    (problem,) = problems_of_places(make_claim_revision(**fields))
    assert words in str(problem)


def test_pop_up_comes_to_a_customer_once_within_its_time():
    campaign, customer = make_claim_campaign(), make_customer()
    shown = partial(note_popup, claim_campaign_id=campaign.pk, customer_id=customer.pk, rest=2 * HOURS)
    assert [shown(at=NOON + hours * HOURS) for hours in (0, 1, 2, 3)] == [True, False, True, False]


# Read, check, write: all that the UPDATE knows is what was read before it waited.
READ_THEN_WRITTEN = """
WITH seen AS MATERIALIZED (SELECT used, id FROM coupons_claimplacecount WHERE claim_campaign_id = %s AND place = %s)
UPDATE coupons_claimplacecount count SET used = seen.used + 1 FROM seen WHERE count.id = seen.id AND seen.used < %s
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
@pytest.mark.parametrize("guarded", [True, False])
def test_32_claims_at_once_on_10_of_a_place_give_exactly_10_with_the_guard_alone(monkeypatch, guarded):
    campaign = make_claim_campaign(positions=["home"], place_rules={"home": {"units": 10}})
    ClaimPlaceCount.objects.create(claim_campaign=campaign, place="home", total=10)
    if not guarded:
        monkeypatch.setattr(claim_counting, "COUNT_AT_PLACE", READ_THEN_WRITTEN)
    answers = all_at_once([partial(claim, campaign, "home", make_customer()) for _ in range(32)])
    if guarded:
        assert Counter(type(answer).__name__ for answer in answers) == {"Coupon": 10, "AllGone": 22}
    assert (Coupon.objects.count() > 10) is not guarded
