"""Campaigns for somebody only, as shoppers meet them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, CustomerTag, FrozenAudience, FrozenMember, NewTo
from pricing.clock import database_now
from storefront.quoting import price_cart_row, price_skus
from storefront.refusals import PriceChanged
from tests.factories import NOON
from tests.factories.audience import all_of, is_, make_aimed, make_list, make_tag
from tests.factories.campaigns import approve, make_customer
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_paid_order, order_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03")]


def tenth_off(audience=None, **fields):
    """An approved campaign of a tenth off everything, for somebody."""
    revision = make_aimed(audience, benefit="percent_off", params={"rate_bp": 1000}, layer="item", **fields)
    approve(revision)
    return Campaign.objects.select_related("current_revision").get(pk=revision.campaign_id)


def total_for(customer, campaign):
    priced = price_cart_row(cart=make_cart({make_sku(): 1}, customer=customer), at=NOON)
    return priced.quote.total_cents, [row.reason.code for row in priced.quote.not_applied]


def test_members_get_the_price_others_are_told_that_it_is_not_for_them_and_guests_to_sign_in():
    campaign = tenth_off(all_of(is_("level", "gold")))
    assert total_for(make_customer(level="gold"), campaign) == (9000, [])
    assert total_for(make_customer(level=""), campaign) == (10_000, ["audience"])
    assert total_for(None, campaign) == (10_000, ["sign_in"])


def test_tag_on_the_shelf_is_that_of_the_viewer():
    tenth_off(all_of(is_("level", "gold")))
    sku, gold = make_sku(), make_customer(level="gold")
    assert price_skus(skus=[sku], customer=gold, at=NOON)[sku.pk].tag_cents == 9000
    assert price_skus(skus=[sku], customer=make_customer(), at=NOON)[sku.pk].tag_cents == 10_000


def test_first_order_gets_it_and_the_next_one_does_not():
    campaign, customer = tenth_off(new_to=NewTo.PLATFORM), make_customer()
    assert total_for(customer, campaign) == (9000, [])
    make_paid_order({make_sku(): 1}, customer=customer)
    customer.refresh_from_db()
    assert total_for(customer, campaign) == (10_000, ["audience"])


def test_who_belongs_is_decided_again_when_the_order_is_placed():
    customer = make_customer()
    tag = make_tag("reader", customer)
    tenth_off(all_of(is_("tag", "reader")))
    cart = make_cart({make_sku(): 1}, customer=customer)
    agreed = price_cart_row(cart=cart, at=database_now()).quote
    assert agreed.total_cents == 9000
    CustomerTag.objects.filter(tag=tag).delete()
    with pytest.raises(PriceChanged) as changed:
        order_cart(cart, agreed_fingerprint=agreed.fingerprint)
    assert changed.value.quote.total_cents == 10_000


def test_price_of_an_order_can_be_made_again_from_what_is_stored_with_it():
    customer = make_customer(level="gold")
    campaign = tenth_off(all_of(is_("level", "gold")))
    order = order_cart(make_cart({make_sku(): 1}, customer=customer))
    assert order.document["input"]["cart"]["shopper"]["audiences"] == [campaign.offer_id]


def test_number_of_queries_does_not_grow_with_the_number_of_campaigns():
    customer = make_customer()
    tag, listed = make_tag("reader", customer), make_list(customer)

    def more(number):
        for _ in range(number):
            tenth_off(all_of(is_("tag", tag.code), is_("list", str(listed.pk))), new_to=NewTo.PLATFORM)
            frozen = tenth_off(all_of(is_("tag", tag.code)), audience_frozen=True)
            kept = FrozenAudience.objects.create(key=frozen.current_revision.audience_key, size=1, at=NOON)
            FrozenMember.objects.create(audience=kept, customer=customer)

    cart = make_cart({make_sku(): 1}, customer=customer)
    needed = []
    for number in (1, 9):
        more(number)
        price_cart_row(cart=cart, at=NOON)  # compiles the book
        with CaptureQueriesContext(connection) as found:
            assert price_cart_row(cart=cart, at=NOON).quote.total_cents == 9000
        needed.append(len(found))
    assert needed[0] == needed[1]


def test_coupon_for_tagged_customers_applies_to_them():
    customer = make_customer()
    make_tag("reader", customer)
    condition = {"code": "shopper_tag", "params": {"tags": ["reader"]}}
    template = make_template(conditions=[condition])
    make_coupon(customer=customer, template=template)
    priced = price_cart_row(cart=make_cart({make_sku(): 1}, customer=customer), at=NOON)
    assert [row.offer for row in priced.quote.applied] == [template.current_revision.offer_id]
