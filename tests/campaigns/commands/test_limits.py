from datetime import timedelta

import pytest

from campaigns.commands.limits import LimitReached, give_back_limit, use_limit
from campaigns.models import LimitUse
from campaigns.selectors.facts import campaign_facts
from pricing.engine.errors import ReturnsTooMany
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-08")]


@pytest.fixture
def customer():
    return make_customer()


def _use(campaign, customer, units, at=NOON):
    use_limit(
        campaign_id=campaign.pk,
        customer_id=customer and customer.pk,
        units=units,
        at=at,
        revision=campaign.current_revision,
    )


def _give_back(campaign, customer, units, orders):
    give_back_limit(
        campaign_id=campaign.pk,
        customer_id=customer.pk,
        units=units,
        orders=orders,
        placed_at=NOON,
        revision=campaign.current_revision,
    )


def _left(campaign, customer, at=NOON):
    facts = campaign_facts(campaign_ids=[campaign.pk], skus={}, customer=customer, at=at)
    return facts.uses_left[campaign.offer_id]


def test_two_orders_whatever_their_size_and_the_third_is_refused(customer):
    campaign = make_campaign(limit_orders=2)
    _use(campaign, customer, 2)
    _use(campaign, customer, 1)
    with pytest.raises(LimitReached):
        _use(campaign, customer, 1)
    assert _left(campaign, customer) == 0
    _give_back(campaign, customer, 1, orders=1)
    _use(campaign, customer, 5)
    assert LimitUse.objects.values_list("used_units", "used_orders").get() == (7, 2)


def test_pieces_count_over_orders_and_the_first_order_too(customer):
    campaign = make_campaign(limit_units=2)
    with pytest.raises(LimitReached):
        _use(campaign, customer, 3)
    assert not LimitUse.objects.exists()
    _use(campaign, customer, 1)
    assert _left(campaign, customer) == 1
    with pytest.raises(LimitReached):
        _use(campaign, customer, 2)


def test_day_ends_at_midnight_of_the_site(customer):
    campaign = make_campaign(limit_units=1, limit_period="day")
    before_midnight = NOON + timedelta(hours=12) - timedelta(seconds=1)
    _use(campaign, customer, 1, at=before_midnight)
    assert _left(campaign, customer, at=before_midnight) == 0
    assert _left(campaign, customer, at=before_midnight + timedelta(seconds=1)) == 1
    _use(campaign, customer, 1, at=before_midnight + timedelta(seconds=1))
    assert set(LimitUse.objects.values_list("period", flat=True)) == {"2026-11-11", "2026-11-12"}


def test_guest_sees_the_price_and_is_asked_to_sign_in_before_buying():
    campaign = make_campaign(limit_units=2)
    assert _left(campaign, None) == 2
    with pytest.raises(LimitReached, match="Sign in"):
        _use(campaign, None, 1)


def test_more_than_was_counted_never_comes_back(customer):
    campaign = make_campaign(limit_units=5)
    _use(campaign, customer, 2)
    with pytest.raises(ReturnsTooMany):
        _give_back(campaign, customer, 3, orders=1)
    assert _left(campaign, customer) == 3


def test_unlimited_campaign_counts_nobody(customer):
    _use(make_campaign(), customer, 1000)
    assert not LimitUse.objects.exists()
