from datetime import timedelta

import pytest

from campaigns.sources import SkuResult
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.selectors.campaign_results import campaign_results
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_order, make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-13")]


def test_results_are_sums_of_stored_shares_without_what_was_cancelled_or_returned(django_assert_num_queries):
    cheap, dear = make_sku("CHEAP", cost_cents=9_000), make_sku("DEAR", list_cents=20_000)
    other = make_sku()
    campaign = make_campaign("percent_off", sku=[cheap, dear])
    order = make_paid_order({cheap: 3, dear: 1, other: 1}, customer=make_customer())
    refund(order, {cheap: 1})
    gone = make_order({cheap: 5}, customer=make_customer())
    cancel_order(order_id=gone.pk, at=database_now(), reason="changed my mind", by=None)
    with django_assert_num_queries(1):
        found = campaign_results({campaign.pk: LONG_AGO})
    assert found == [
        SkuResult(campaign.pk, cheap.pk, 2, 20_000, 4_000, 16_000, 18_000, 2_000, 8_000),
        SkuResult(campaign.pk, dear.pk, 1, 20_000, 4_000, 16_000, None, 0, 8_000),
    ]
    assert [row.margin_cents for row in found] == [-2_000, None]
    assert campaign_results({campaign.pk: database_now() + timedelta(seconds=1)}) == []
    assert campaign_results({}) == []
