from datetime import timedelta

import pytest

from coupons.models import Coupon, CouponTemplate, CouponTemplateRevision
from coupons.offers import coupon_offer_of, template_offers
from coupons.selectors.wallet import held_coupons
from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine
from pricing.engine.errors import WrongParams
from pricing.engine.facts import Facts
from pricing.engine.layers import Layer
from pricing.engine.quote import price_cart
from tests.factories import NOON
from tests.factories.coupons import approve_template, make_coupon, make_template, make_template_revision
from tests.factories.pricing import make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-01")]


def ids(*, at=NOON):
    return [offer.id for offer in template_offers(at=at)]


def test_template_becomes_an_offer_of_the_coupon_layer():
    sku = make_sku("tea")
    template = make_template(sku=sku, with_coupons=False, refund_policy="reprice")
    offer = coupon_offer_of(template.current_revision)
    assert offer.id == f"template:{template.current_revision.pk}"
    assert (offer.layer, offer.owner) == (Layer.COUPON, "platform")
    assert offer.benefit.off_cents == 1_000
    assert offer.conditions[0].threshold_cents == 10_000
    assert offer.scope.skus == {"tea"}
    assert not {"coupon:shop", "coupon:platform"} & offer.combines_with
    assert offer.refund_policy == "reprice"
    assert (offer.starts_at, offer.ends_at, offer.budgeted, offer.limited_uses) == (None, None, False, False)


def test_coupon_of_a_shop_may_be_paid_by_shop_and_platform():
    shop = make_shop("mountain")
    offer = coupon_offer_of(make_template(shop=shop, platform_share_bp=6_000).current_revision)
    assert (offer.owner, offer.funding) == ("mountain", (("platform", 6_000), ("mountain", 4_000)))


@pytest.mark.req("CPN-02", "PRC-03")
def test_face_of_10_funded_60_to_40_costs_the_platform_6_and_the_shop_4():
    shop = make_shop("mountain")
    coupon = make_coupon(template=make_template(shop=shop, platform_share_bp=6_000))
    line = CartLine(key="1", shop="mountain", sku="tea", product="tea", list_cents=10_000, quantity=1)
    book = compile_book(template_offers(at=NOON))
    facts = Facts(coupons=held_coupons(customer=coupon.customer, at=NOON))
    quote = price_cart(Cart(lines=(line,), at=NOON), book, facts)
    assert quote.total_cents == 9_000
    shares = [(share.coupon, share.funder, share.cents) for share in quote.lines[0].shares]
    assert shares == [(coupon.offer_id, "platform", 600), (coupon.offer_id, "mountain", 400)]


def test_coupon_on_shipping_works_in_the_shipping_layer():
    revision = make_template_revision("free_shipping", params={}, threshold_cents=None)
    assert coupon_offer_of(revision).layer == Layer.SHIPPING


def test_rule_that_cannot_be_used_is_loud():
    revision = make_template_revision(params={"off_cents": -5}, face_cents=0)
    with pytest.raises(WrongParams) as refusal:
        coupon_offer_of(revision)
    assert refusal.value.field == "off_cents"


def test_book_holds_the_current_revisions_of_approved_templates():
    approved = make_template()
    make_template(approved=False)
    CouponTemplate.objects.filter(pk=make_template().pk).update(state="paused")
    assert ids() == [f"template:{approved.current_revision.pk}"]


def test_stopped_template_honours_the_coupons_it_has_issued_until_they_end():
    coupon = make_coupon()
    CouponTemplate.objects.update(state="stopped")
    assert ids() == [f"template:{coupon.revision_id}"]
    assert ids(at=coupon.valid_until - timedelta(microseconds=1)) == ids()
    assert ids(at=coupon.valid_until) == []


def test_used_coupon_keeps_its_revision_since_it_may_be_returned_and_a_recalled_one_does_not():
    coupon = make_coupon()
    CouponTemplate.objects.update(state="stopped")
    Coupon.objects.update(state="recalled")
    assert ids() == []
    Coupon.objects.update(state="used", order_key=coupon.number)
    assert ids() == [f"template:{coupon.revision_id}"]


def test_old_revision_stays_in_the_book_while_its_coupons_live():
    coupon = make_coupon()
    approve_template(make_template_revision(template=coupon.template, params={"off_cents": 2_000}))
    old, new = CouponTemplateRevision.objects.order_by("number")
    assert ids() == [f"template:{old.pk}", f"template:{new.pk}"]


def test_number_of_queries_does_not_grow_with_the_templates(django_assert_num_queries):
    for _ in range(3):
        make_template(sku=make_sku(), scopes=[{"shop": make_shop()}])
    with django_assert_num_queries(4):
        template_offers(at=NOON)
