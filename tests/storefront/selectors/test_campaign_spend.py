import pytest

from campaigns.sources import Spend, ask
from storefront.commands.cancelling import cancel_order
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]


def test_spend_of_a_campaign_is_what_orders_got_less_what_was_taken_back():
    sku, customer = make_sku(), make_customer()
    campaign, unused = make_campaign("percent_off", sku=sku), make_campaign(sku=make_sku())
    make_order({sku: 2}, customer=customer)
    order = make_order({sku: 1}, customer=customer)
    assert ask("campaign_spend", [campaign.pk, unused.pk]) == {campaign.pk: Spend(orders=2, discount_cents=6_000)}
    cancel_order(order_id=order.pk, reason="", by=make_user(), at=order.placed_at)
    assert ask("campaign_spend", [campaign.pk])[campaign.pk].discount_cents == 4_000


def test_spend_of_an_offer_on_shipping_counts_its_orders():
    sku = make_sku(shop=make_shop(shipping_fee_cents=800))
    campaign = make_campaign("free_shipping", layer="shipping", params={})
    make_order({sku: 1})
    assert ask("campaign_spend", [campaign.pk]) == {campaign.pk: Spend(orders=1, discount_cents=800)}
