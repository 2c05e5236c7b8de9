"""One customer orders many times at once: the limit of a SKU holds, and without the guard it would not."""

from threading import Barrier

import pytest
from django.db import connection, transaction

from campaigns.commands.sku_limits import Bought, use_sku_limits
from campaigns.models import SkuLimitUse
from tests.campaigns.concurrency.crowd import rush
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-08")]


def test_of_forty_orders_at_once_as_many_get_the_price_as_the_limit_says():
    tea, customer = make_sku("TEA"), make_customer()
    campaign = make_campaign("percent_off", rows={tea: {"limit_units": 7}})
    bought = [Bought(campaign.current_revision, {tea.pk: 2})]
    went = rush(40, lambda _: use_sku_limits(bought, customer_id=customer.pk, at=NOON))
    assert went == {"done": 3, "LimitReached": 37}
    assert SkuLimitUse.objects.get().used_units == 6


def test_negative_control_reading_before_writing_goes_past_the_limit():
    tea, customer = make_sku("TEA"), make_customer()
    campaign = make_campaign("percent_off", rows={tea: {"limit_units": 2}})
    counted = {"campaign": campaign, "customer": customer, "sku": tea}
    SkuLimitUse.objects.create(**counted)
    all_have_read = Barrier(10)

    def buy_carelessly(number):
        with transaction.atomic():
            used = SkuLimitUse.objects.get(**counted).used_units
            all_have_read.wait(30)
            if used + 1 <= 2:
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE campaigns_skulimituse SET used_units = used_units + 1")

    rush(10, buy_carelessly)
    assert SkuLimitUse.objects.get().used_units == 10
