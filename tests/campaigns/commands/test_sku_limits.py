"""The limit of one SKU per shopper: counted apart for each SKU, beside the limits of the whole campaign."""

from datetime import timedelta

import pytest

from campaigns.commands.limits import LimitReached
from campaigns.commands.sku_limits import Bought, give_back_sku_limits, use_sku_limits
from campaigns.models import SkuLimitUse
from campaigns.selectors.facts import PLENTY, campaign_facts
from pricing.engine.errors import ReturnsTooMany
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07", "CAM-08")]


@pytest.fixture
def customer():
    return make_customer()


@pytest.fixture
def tea():
    return make_sku("TEA")


@pytest.fixture
def pot():
    return make_sku("POT")


@pytest.fixture
def campaign(tea, pot):
    return make_campaign("percent_off", rows={tea: {"limit_units": 2}, pot: {"limit_units": 3}, make_sku("CUP"): {}})


def _use(campaign, customer, units, at=NOON):
    bought = Bought(campaign.current_revision, {sku.pk: pieces for sku, pieces in units.items()})
    use_sku_limits([bought], customer_id=customer and customer.pk, at=at)


def _give_back(campaign, customer, units):
    bought = Bought(campaign.current_revision, {sku.pk: pieces for sku, pieces in units.items()})
    give_back_sku_limits([bought], customer_id=customer.pk, placed_at=NOON)


def _left(campaign, customer, *skus, at=NOON):
    codes = {sku.pk: sku.code for sku in skus}
    facts = campaign_facts(campaign_ids=[campaign.pk], skus=codes, customer=customer, at=at, sku_limited=[campaign.pk])
    assert facts.uses_left == {campaign.offer_id: PLENTY}
    return facts.sku_uses_left


def test_each_sku_is_counted_by_itself(campaign, customer, tea, pot):
    _use(campaign, customer, {tea: 2, pot: 1})
    assert _left(campaign, customer, tea, pot) == {(campaign.offer_id, "TEA"): 0, (campaign.offer_id, "POT"): 2}
    with pytest.raises(LimitReached):
        _use(campaign, customer, {tea: 1})
    _use(campaign, customer, {pot: 2})


def test_what_is_refused_counts_nothing(campaign, customer, tea, pot):
    with pytest.raises(LimitReached):
        _use(campaign, customer, {tea: 1, pot: 4})
    assert not SkuLimitUse.objects.exists()


def test_pieces_that_come_back_may_be_bought_again(campaign, customer, tea):
    _use(campaign, customer, {tea: 2})
    _give_back(campaign, customer, {tea: 1})
    _use(campaign, customer, {tea: 1})
    with pytest.raises(ReturnsTooMany):
        _give_back(campaign, customer, {tea: 3})
    assert SkuLimitUse.objects.get().used_units == 2


def test_skus_without_a_limit_are_not_counted(campaign, customer):
    cup = campaign.current_revision.skus.get(sku__code="CUP").sku
    _use(campaign, customer, {cup: 99})
    assert not SkuLimitUse.objects.exists()
    assert _left(campaign, customer, cup) == {}


def test_a_guest_sees_the_whole_limit_and_signs_in_to_buy(campaign, tea):
    assert _left(campaign, None, tea) == {(campaign.offer_id, "TEA"): 2}
    with pytest.raises(LimitReached, match="Sign in"):
        _use(campaign, None, {tea: 1})


def test_a_limit_per_day_starts_anew_at_midnight_of_the_site(customer, tea):
    daily = make_campaign("percent_off", rows={tea: {"limit_units": 1}}, limit_period="day")
    _use(daily, customer, {tea: 1})
    assert _left(daily, customer, tea) == {(daily.offer_id, "TEA"): 0}
    assert _left(daily, customer, tea, at=NOON + timedelta(days=1)) == {(daily.offer_id, "TEA"): 1}
    _use(daily, customer, {tea: 1}, at=NOON + timedelta(days=1))
