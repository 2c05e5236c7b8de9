"""The last gifts under a rush of orders, and the oversell that the guard prevents."""

from threading import Barrier

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from campaigns.commands.gifts import take_gifts
from campaigns.commands.stock import Units
from campaigns.models import GiftEntry, GiftStock
from tests.campaigns.concurrency.crowd import rush
from tests.factories import NOON
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_sku

pytestmark = [
    pytest.mark.concurrency,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("CAM-02", "CAM-08"),
]


def make_gifts(stock):
    mug = make_sku()
    gifts = [{"sku": mug.code, "value_cents": 3000, "stock_units": stock}]
    return make_campaign("gift", params={"gifts": gifts}, layer="order"), mug


def test_thirty_orders_for_ten_gifts_get_exactly_ten():
    campaign, mug = make_gifts(10)

    def order(number):
        take_gifts([Units(campaign.pk, mug.pk, 1, f"order:{number}")], at=NOON)

    assert rush(30, order) == {"done": 10, "OutOfStock": 20}
    assert GiftStock.objects.values_list("used", flat=True).get() == 10
    assert GiftEntry.objects.aggregate(given=Sum("units"))["given"] == 10


def test_negative_control_reading_before_writing_gives_more_than_there_are():
    campaign, mug = make_gifts(10)
    all_have_read = Barrier(20)

    def order_carelessly(number):
        with transaction.atomic():
            stock = GiftStock.objects.get(campaign=campaign, sku=mug)
            all_have_read.wait(30)
            assert stock.used + 1 <= stock.total
            GiftEntry.objects.create(campaign=campaign, sku=mug, source=str(number), units=1, at=NOON)
            GiftStock.objects.filter(pk=stock.pk).update(used=stock.used + 1)

    assert rush(20, order_carelessly) == {"done": 20}
    assert GiftEntry.objects.aggregate(given=Sum("units"))["given"] == 20


def test_the_database_itself_refuses_to_count_past_the_stock():
    make_gifts(10)
    with pytest.raises(IntegrityError, match="gifts_never_run_over"), transaction.atomic():
        GiftStock.objects.update(used=11)
