"""A shop life in which every ledger has something to say."""

from uuid import uuid4

from coupons.commands.claiming import claim_coupon
from coupons.commands.draws import draw
from coupons.commands.redeeming import redeem_code
from coupons.models import Coupon
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.commands.payment import take_notice
from storefront.commands.refunds import RefundRequest, refund_quote, request_refund
from storefront.commands.rewards import issue_reward
from storefront.gateways import Notice
from storefront.models import Order, OrderReward
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.codes import make_code_pool
from tests.factories.coupons import make_claim_campaign, make_template
from tests.factories.lotteries import ALWAYS, make_lottery
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_order, make_paid_order, refund


def whole_shop_life() -> dict[str, Order]:
    """A part refund, a full refund with its coupon back, a cancelled and a waiting order, a payment sent back."""
    shop = make_shop("tea-house", shipping_fee_cents=800)
    tea = make_sku("TEA", shop=shop, list_cents=9_999, on_hand=500)
    milk = make_sku("MILK", shop=shop, list_cents=5_001, on_hand=90)
    limits = {"limit_units": 50, "limit_orders": 20, "limit_period": "day"}
    make_campaign("percent_off", sku=tea, shop=shop, platform_share_bp=3_300, stock={tea: 100}, **limits)
    make_campaign("spend_tiers", stock=100, budget_cents=100_000)
    mug = [{"sku": make_sku("MUG", on_hand=60).code, "value_cents": 3_000, "stock_units": 50}]
    make_campaign("gift", params={"gifts": mug}, layer="order", sku=tea, **limits)
    template = make_template(budget_cents=50_000, issue_total=9, valid_days=10_000)
    claim = make_claim_campaign(template=template, per_customer=5, total=9)
    customer = make_customer(phone="13800000000")

    def coupon(seq):
        return claim_coupon(claim_campaign_id=claim.pk, customer_id=customer.pk, seq=seq, at=database_now())

    units = {tea: 3, milk: 2}
    make_code_pool("shared")
    redeem_code(text="TEA2026", customer_id=make_customer().pk, address="10.0.0.1", at=database_now())
    lottery = make_lottery((make_template(), ALWAYS, {"stock": 1}))
    for drawer in (make_customer(), make_customer()):
        draw(lottery_id=lottery.pk, customer_id=drawer.pk, seq=1, at=database_now())
    part = make_paid_order(units, customer=customer, coupons=[coupon(1)])
    refund(part, {tea: 1})
    whole = make_paid_order(units, customer=customer, coupons=[coupon(2)])
    refund(whole, {tea: 2})
    refund(whole, {tea: 1, milk: 2})
    cancelled = make_order(units, customer=customer, coupons=[coupon(3)])
    cancel_order(order_id=cancelled.pk, reason="changed my mind", at=database_now())
    waiting = make_order({tea: 1, milk: 1}, customer=customer, coupons=[coupon(4)])
    late = Notice(provider="test", event="late", order_number=cancelled.number, amount_cents=cancelled.total_cents)
    take_notice(notice=late, at=database_now())
    asked = make_paid_order({milk: 3})
    line = asked.lines.get()
    shown = refund_quote(order=Order.objects.get(pk=asked.pk), units={line.pk: 1}).amount_cents
    request = RefundRequest(units={line.pk: 1}, key=uuid4(), shown_cents=shown)
    request_refund(order_id=asked.pk, request=request, at=database_now())
    spend_and_lose_a_reward()
    return {"part": part, "whole": whole, "cancelled": cancelled, "waiting": waiting}


def spend_and_lose_a_reward() -> None:
    """A coupon that an order earned is used by another one, and the first comes back."""
    cake, customer = make_sku("CAKE"), make_customer()
    params = {"template": str(make_template(budget_cents=5_000).pk), "value_cents": 1_000}
    make_campaign("reward", params=params, layer="order", sku=cake, limit_orders=1)
    earning = make_paid_order({cake: 1}, customer=customer)
    issue_reward(reward_id=OrderReward.objects.get().pk, at=database_now())
    make_paid_order({cake: 1}, customer=customer, coupons=[Coupon.objects.get(route="reward")])
    refund(earning, {cake: 1})
