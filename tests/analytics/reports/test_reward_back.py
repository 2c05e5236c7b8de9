"""What a refund bears of a spent coupon relieves those who paid for it, each by its part."""

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest

from analytics.reports.discount_shares import DiscountShares
from coupons.models import Coupon
from promo_site.audit.run import audit
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_paid_order, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("ANA-05", "REV-03")]


def rows():
    columns = [column.name for column in DiscountShares.columns]
    found = DiscountShares().rows(since=date(2000, 1, 1), until=date(2100, 1, 1))
    return [dict(zip(columns, row, strict=True)) for row in found]


def by_funder(entries):
    sums = Counter()
    for entry in entries:
        sums[entry["funder"]] += int(Decimal(entry["discount"]) * 100)
    return {funder: cents for funder, cents in sums.items() if funder}


def test_each_funder_is_relieved_of_what_it_paid_and_bears_it_again_once_it_is_given_back():
    # given 20.01 off tea, of which the platform pays 60 %
    shop, customer, sku = make_shop("tea-house"), make_customer(), make_sku()
    template = make_template(shop=shop, platform_share_bp=6_000, params={"off_cents": 2_001})
    params = {"template": str(template.pk), "value_cents": 2_001, "threshold_cents": 30_000}
    make_campaign("reward", params=params, layer="order", limit_orders=1)
    order, tea = make_paid_order({sku: 5}, customer=customer), make_sku(shop=shop)
    settle_rewards()
    spending = make_paid_order({tea: 3}, customer=customer, coupons=[Coupon.objects.get()])
    refund(order, {sku: 3})
    # then
    back = [entry for entry in rows() if entry["entry"] == "reward_back"]
    assert by_funder(back) == {"platform": -1_201, "tea-house": -800}
    assert {(entry["campaign"], entry["coupon"]) for entry in back} == {(None, str(Coupon.objects.get().number))}
    for pieces in (1, 2):
        refund(spending, {tea: pieces})
        settle_rewards()
        assert by_funder(rows()) == {"platform": 0, "tea-house": 0}
    assert audit() == []
