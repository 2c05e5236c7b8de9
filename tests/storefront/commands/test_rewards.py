"""Coupons that orders earn: issued once the order is paid, once; taken back with the last piece."""

import pytest

from coupons.commands.templates import move_template
from coupons.models import Coupon, TemplateBudget
from coupons.refusals import NotGivenNow
from pricing.clock import database_now
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.commands.rewards import issue_reward
from storefront.models import OrderReward
from storefront.selectors.rewards import rewards_to_issue
from storefront.tasks import settle_rewards
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order, make_paid_order, order_cart, pay, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-06")]


def promise(template, **fields):
    """A campaign that gives a coupon of the template for every order."""
    params = {"template": str(template.pk), "value_cents": 500}
    return make_campaign("reward", params=params, layer="order", **fields)


def test_coupon_comes_once_the_order_is_paid_and_only_once():
    template, customer = make_template(budget_cents=50_000), make_customer()
    promise(template)
    order = make_order({make_sku(): 1}, customer=customer)
    settle_rewards()
    assert not Coupon.objects.exists()
    pay(order)
    for _ in range(2):
        settle_rewards()
    coupon = Coupon.objects.get()
    assert (coupon.customer, coupon.template, coupon.state) == (customer, template, "unused")
    assert coupon.route == "reward"
    assert OrderReward.objects.get(order=order).coupon == coupon
    assert TemplateBudget.objects.get(pk=template.pk).issued == 1
    assert audit() == []


def test_a_template_that_is_used_up_gives_nothing_and_the_order_says_why():
    template = make_template(issue_total=1)
    promise(template)
    sku = make_sku()
    for _ in range(2):
        make_paid_order({sku: 1}, customer=make_customer())
    settle_rewards()
    settle_rewards()
    rows = [(row.coupon is not None, row.refused) for row in OrderReward.objects.order_by("pk")]
    assert rows == [(True, ""), (False, "All coupons of this kind have been given out.")]
    assert audit() == []


def test_a_reward_waits_until_a_template_that_gave_out_too_much_may_go_on():
    template, sku = make_template(most_per_minute=1), make_sku()
    promise(template)
    for _ in range(2):
        make_paid_order({sku: 1}, customer=make_customer())
    settle_rewards()
    template.refresh_from_db()
    assert (template.state, Coupon.objects.count()) == ("paused", 1)
    waiting = OrderReward.objects.get(coupon=None)
    assert not rewards_to_issue().exists()  # it keeps no other waiting
    with pytest.raises(NotGivenNow):
        issue_reward(reward_id=waiting.pk, at=database_now())
    move_template(template_id=template.pk, move="resume", by=make_user(), at=database_now(), reason="a rush")
    settle_rewards()
    assert Coupon.objects.count() == 2
    assert not OrderReward.objects.exclude(refused="").exists()


@pytest.mark.parametrize("template", ["999999", "no number"])
def test_a_reward_that_nobody_can_give_is_noted_and_stops_nobody(template):
    make_campaign("reward", params={"template": template, "value_cents": 500}, layer="order")
    make_paid_order({make_sku(): 1}, customer=make_customer())
    settle_rewards()
    assert OrderReward.objects.get().refused == "This coupon is not given out."


def test_a_guest_has_no_wallet_to_put_it_into():
    promise(make_template())
    pay(order_cart(make_cart({make_sku(): 1})))
    settle_rewards()
    assert OrderReward.objects.get().refused == "The order was placed without signing in."


@pytest.mark.req("REV-02")
def test_the_coupon_goes_back_with_the_last_piece_unless_it_is_spent():
    template, customer, sku = make_template(budget_cents=50_000), make_customer(), make_sku()
    promise(template)
    order = make_paid_order({sku: 2}, customer=customer)
    settle_rewards()
    refund(order, {sku: 1})
    settle_rewards()
    assert Coupon.objects.get().state == "unused"
    refund(order, {sku: 1})
    settle_rewards()
    assert (Coupon.objects.get().state, TemplateBudget.objects.get(pk=template.pk).used_cents) == ("recalled", 0)
    assert audit() == []


@pytest.mark.req("REV-02")
def test_an_order_refunded_or_cancelled_before_its_coupon_was_given_gets_none():
    sku, customer = make_sku(), make_customer()
    promise(make_template())
    refund(make_paid_order({sku: 1}, customer=customer), {sku: 1})
    unpaid = make_order({sku: 1}, customer=customer)
    cancel_order(order_id=unpaid.pk, reason="", at=unpaid.placed_at)
    settle_rewards()
    assert not Coupon.objects.exists()
    assert not any(issue_reward(reward_id=row.pk, at=database_now()) for row in OrderReward.objects.all())


@pytest.mark.req("REV-02")
def test_a_spent_coupon_is_recalled_when_the_order_that_spent_it_gives_it_back():
    customer, sku = make_customer(), make_sku()
    promise(make_template(budget_cents=50_000, threshold_cents=None), limit_orders=1)
    earning = make_paid_order({sku: 1}, customer=customer)
    settle_rewards()
    spending = make_paid_order({sku: 1}, customer=customer, coupons=[Coupon.objects.get()])
    refund(earning, {sku: 1})
    settle_rewards()
    assert Coupon.objects.get().state == "used"
    refund(spending, {sku: 1})
    assert Coupon.objects.get().state == "recalled"
    assert audit() == []
