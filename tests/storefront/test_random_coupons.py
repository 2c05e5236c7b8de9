"""Random lives of coupons through the commands: claimed, kept, taken over, used, overdue, expired, given back."""

import os
import random
from datetime import timedelta

import pytest
from django.db.models import F, Sum

from coupons.commands.claiming import claim_coupon
from coupons.lifecycle import CouponState
from coupons.models import Coupon, TemplateBudget
from coupons.tasks import release_overdue_locks, settle_expired_coupons
from pricing.clock import database_now
from pricing.engine.errors import Refusal
from promo_site.audit.run import audit
from storefront.commands.cancelling import cancel_order
from storefront.models import DiscountShare, Order, PaymentEntry
from storefront.tasks import cancel_unpaid_orders, settle_rewards
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_claim_campaign, make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_order, pay, refund

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-02", "CPN-09", "CPN-10", "REV-03", "REV-04")]

SEEDS = range(*map(int, os.environ.get("COUPON_LIVES", "0-3").split("-")))


class World:
    """Two shops with fees, campaigns of both policies with a gift and a reward, four kinds of coupon, one customer."""

    def __init__(self, chance):
        self.chance, self.customer = chance, make_customer()
        shops = [make_shop(shipping_fee_cents=fee) for fee in (599, 801)]
        prices = (1_001, 3_333, 7_777, 12_345)
        self.skus = [make_sku(list_cents=cents, shop=shops[number % 2]) for number, cents in enumerate(prices)]
        make_campaign("percent_off", sku=self.skus[:2], params={"rate_bp": 1_337}, refund_policy=self.policy())
        make_campaign(params={"tiers": [{"threshold_cents": 20_000, "off_cents": 4_001}]}, refund_policy=self.policy())
        mug = [{"sku": make_sku("MUG").code, "value_cents": 3_000, "stock_units": 500}]
        make_campaign("gift", params={"gifts": mug}, layer="order", sku=self.skus[2], budget_cents=None)
        kinds = [
            ("amount_off", {"params": {"off_cents": 2_001}, "threshold_cents": chance.choice([None, 9_000])}),
            ("percent_off", {"params": {"rate_bp": 1_500}, "face_cents": 700, "threshold_cents": None}),
            ("free_shipping", {"params": {}, "face_cents": 900, "threshold_cents": None}),
            ("free_shipping", {"params": {}, "face_cents": 400, "threshold_cents": None, "shop": shops[0]}),
        ]
        self.claims = []
        for benefit, said in kinds:
            budget_cents = chance.choice([None, said.get("face_cents", 2_001) * 4])
            template = make_template(benefit, **said, budget_cents=budget_cents, refund_policy=self.policy())
            self.claims.append(make_claim_campaign(template=template, per_customer=50))
        reward = {"template": str(self.claims[0].template_id), "value_cents": 2_001, "threshold_cents": 15_000}
        make_campaign("reward", params=reward, layer="order")

    def policy(self):
        return self.chance.choice(["as_paid", "reprice"])

    def step(self):
        steps = [self.claim, self.claim, self.order, self.order, self.pay, self.pay, self.pay, self.cancel]
        steps += [self.give_back] * 5 + [self.be_late, self.expire, self.sweep]
        step = self.chance.choice(steps)
        try:
            step()
        except Refusal as refusal:
            return step.__name__, refusal
        return step.__name__, None

    def one_of(self, rows):
        rows = list(rows.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def claim(self):
        claim = self.chance.choice(self.claims)
        seq = Coupon.objects.filter(claim_campaign=claim).count() + 1
        claim_coupon(claim_campaign_id=claim.pk, customer_id=self.customer.pk, seq=seq, at=database_now())

    def order(self):
        free = Coupon.objects.exclude(state__in=["used", "recalled"]).filter(valid_until__gt=database_now())
        picked = self.chance.sample(list(free.order_by("pk")), min(free.count(), self.chance.randint(0, 3)))
        units = {sku: self.chance.randint(1, 3) for sku in self.chance.sample(self.skus, self.chance.randint(1, 4))}
        make_order(units, customer=self.customer, coupons=picked)

    def pay(self):
        if order := self.one_of(Order.objects.filter(state="awaiting_payment")):
            pay(order)
            settle_rewards()

    def cancel(self):
        if order := self.one_of(Order.objects.filter(state="awaiting_payment")):
            cancel_order(order_id=order.pk, reason="", at=database_now())

    def give_back(self):
        held = Order.objects.filter(state="paid", lines__returned__lt=F("lines__quantity")).distinct()
        if order := self.one_of(held):
            self.give_back_of(order, whole=self.chance.random() < 0.3)

    def give_back_of(self, order, *, whole):
        left = {line.sku: line.quantity - line.returned for line in order.lines.select_related("sku__product")}
        units = {sku: count if whole else self.chance.randint(0, count) for sku, count in left.items()}
        if any(units.values()):
            refund(order, units, fault=self.chance.choice(["shopper", "shopper", "shopper", "seller"]))

    def be_late(self):
        """Let the time to pay pass for the locks of an order; the order itself, and what follows, is for later."""
        if coupon := self.one_of(Coupon.objects.filter(state="locked")):
            past = database_now() - timedelta(seconds=1)
            Coupon.objects.filter(order_key=coupon.order_key, state="locked").update(lock_deadline=past)
            if self.chance.random() < 0.5:
                Order.objects.filter(key=coupon.order_key).update(pay_by=past)

    def expire(self):
        if coupon := self.one_of(Coupon.objects.exclude(state="recalled")):
            past = database_now() - timedelta(seconds=1)
            Coupon.objects.filter(pk=coupon.pk).update(valid_until=past, valid_from=past - timedelta(days=1))

    def sweep(self):
        sweeps = [release_overdue_locks, cancel_unpaid_orders, settle_expired_coupons, settle_rewards]
        for sweep in self.chance.sample(sweeps, 2):
            sweep()

    def give_everything_back(self):
        for order in Order.objects.filter(state="awaiting_payment"):
            cancel_order(order_id=order.pk, reason="", at=database_now())
        for order in Order.objects.filter(state="paid"):
            self.give_back_of(order, whole=True)
        release_overdue_locks(), settle_expired_coupons()
        settle_rewards(), settle_rewards()


def received(order):
    return PaymentEntry.objects.filter(order=order).aggregate(sum=Sum("amount_cents"))["sum"] or 0


def check_money():
    for order in Order.objects.all():
        paid_cents = order.total_cents if order.state == "paid" else 0
        assert 0 <= order.refunded_cents <= paid_cents
        assert received(order) == paid_cents - order.refunded_cents


def check_coupons():
    """A coupon takes something off one living order at most, and is used by it, or kept for it."""
    alive = DiscountShare.objects.exclude(coupon=None).annotate(back=Sum("reversals__amount_cents", default=0))
    holders = {}
    for share in alive.filter(amount_cents__gt=F("back")).select_related("order_line__order", "order_shipping__order"):
        order = (share.order_line or share.order_shipping).order
        if order.state == "paid":
            assert holders.setdefault(share.coupon_id, order.key) == order.key
    for coupon in Coupon.objects.filter(pk__in=holders):
        assert (coupon.state, coupon.order_key) == (CouponState.USED, holders[coupon.pk])


@pytest.mark.parametrize("seed", SEEDS)
def test_random_lives_of_coupons_leave_every_cent_and_every_count_where_it_belongs(seed):
    world, story = World(random.Random(seed)), []
    for _ in range(20):
        story.append(world.step())
        check_money()
        check_coupons()
        if "AUDIT_EACH" in os.environ:
            assert audit() == [], story
    assert audit() == [], story
    world.give_everything_back()
    assert audit() == [], story
    check_money()
    # then nothing is left of any order: no money, no discount, no coupon in use but those that had expired
    assert sum(received(order) for order in Order.objects.all()) == 0, story
    for share in DiscountShare.objects.annotate(back=Sum("reversals__amount_cents", default=0)):
        assert share.back == share.amount_cents
    assert not Coupon.objects.filter(state__in=["used", "locked"], valid_until__gt=database_now()).exists(), story
    for purse in TemplateBudget.objects.all():
        coupons = Coupon.objects.filter(template=purse.template_id, state="unused", valid_until__gt=database_now())
        used = Coupon.objects.filter(template=purse.template_id, state="used")
        least = coupons.aggregate(sum=Sum("reserved_cents", default=0))["sum"]
        assert least <= purse.used_cents <= least + sum(used.values_list("reserved_cents", flat=True)), story
