import pytest
from django.db.models import Sum

from campaigns.commands.stock import OutOfStock, Units, give_back_units, take_all_units, take_units
from campaigns.models import StockBucket, StockEntry
from pricing.engine.errors import ReturnsTooMany
from tests.factories import NOON
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-08")]


def _left(**pool):
    sums = StockBucket.objects.filter(**pool).aggregate(total=Sum("total"), used=Sum("used"))
    return sums["total"] - sums["used"]


def test_units_come_out_of_the_sku_and_of_the_whole_campaign():
    sku = make_sku()
    campaign = make_campaign(stock={sku: 5}, stock_units=8)
    take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=3, source="order:1", at=NOON)
    assert (_left(sku=sku), _left(sku=None)) == (2, 5)
    assert list(StockEntry.objects.values_list("sku", "units", "source")) == [
        (sku.pk, 3, "order:1"),
        (None, 3, "order:1"),
    ]


def test_stock_of_the_campaign_binds_skus_together_and_nothing_is_half_taken():
    tea, cup = make_sku(), make_sku()
    campaign = make_campaign(stock={tea: 5, cup: 5}, stock_units=6)
    wanted = [Units(campaign.pk, tea.pk, 4, "order:1:1"), Units(campaign.pk, cup.pk, 3, "order:1:2")]
    with pytest.raises(OutOfStock) as refused:
        take_all_units(wanted, at=NOON)
    assert refused.value.figures == {"left": 6}
    assert (_left(sku=tea), _left(sku=cup), _left(sku=None)) == (5, 5, 6)
    assert not StockEntry.objects.exists()


def test_units_are_gathered_from_all_buckets_when_none_has_enough():
    campaign, sku = make_campaign(stock=100), make_sku()
    assert StockBucket.objects.count() == 16
    take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=99, source="order:1", at=NOON)
    take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=1, source="order:2", at=NOON)
    with pytest.raises(OutOfStock):
        take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=1, source="order:3", at=NOON)
    assert _left() == 0


def test_repeated_command_counts_once():
    campaign, sku = make_campaign(stock=10), make_sku()
    for _ in range(2):
        take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=4, source="order:1", at=NOON)
    for _ in range(2):
        give_back_units(campaign_id=campaign.pk, sku_id=sku.pk, units=3, source="refund:1", at=NOON)
    assert _left() == 9


def test_more_than_was_taken_never_comes_back():
    campaign, sku = make_campaign(stock=10), make_sku()
    take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=4, source="order:1", at=NOON)
    with pytest.raises(ReturnsTooMany):
        give_back_units(campaign_id=campaign.pk, sku_id=sku.pk, units=5, source="refund:1", at=NOON)
    assert _left() == 6


def test_campaign_without_stock_counts_nothing():
    campaign, sku = make_campaign(), make_sku()
    take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=1000, source="order:1", at=NOON)
    assert not StockEntry.objects.exists()
