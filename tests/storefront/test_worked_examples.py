"""The worked examples of the requirements, through database, checkout and refunds. Amounts in cents."""

import pytest

from coupons.models import Coupon
from pricing.clock import database_now
from storefront.commands.cancelling import cancel_order
from storefront.models import Cart, Order
from storefront.quoting import price_skus, quote_cart
from storefront.selectors.catalogue import sellable_skus
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_lasting_coupon, make_order, make_paid_order, refund

pytestmark = pytest.mark.django_db


def tiers(threshold_cents: int, off_cents: int) -> dict[str, object]:
    return {"params": {"tiers": [{"threshold_cents": threshold_cents, "off_cents": off_cents}]}}


def quoted(units, customer=None):
    cart = make_cart(units, customer=customer)
    return quote_cart(cart=Cart.objects.select_related("customer").get(pk=cart.pk), at=database_now())


def discount_by_sku(order: Order) -> dict[object, int]:
    return {line.sku: line.list_total_cents - line.net_cents for line in order.lines.all()}


@pytest.mark.req("CAM-02", "CAM-05", "PRC-03", "PRC-04")
class TestExample1:
    @pytest.mark.parametrize(
        ("list_cents", "quantity", "total_cents"), [(9_999, 1, 9_999), (10_000, 1, 9_000), (10_000, 2, 19_000)]
    )
    def test_100_less_10(self, list_cents, quantity, total_cents):
        make_campaign(**tiers(10_000, 1_000))
        sku = make_sku(list_cents=list_cents)
        quote = quoted({sku: quantity})
        assert quote.total_cents == total_cents == make_order({sku: quantity}).total_cents
        if total_cents == list_cents:
            assert [gain.missing_cents for gain in quote.nearest_gains] == [1]

    @pytest.mark.parametrize(("quantity", "total_cents"), [(3, 25_000), (6, 55_000)])
    def test_300_less_50(self, quantity, total_cents):
        make_campaign(**tiers(30_000, 5_000))
        assert make_order({make_sku(): quantity}).total_cents == total_cents

    def test_three_lines_of_100_carry_16_67_16_67_and_16_66(self):
        make_campaign(**tiers(30_000, 5_000))
        skus = [make_sku() for _ in range(3)]
        order = make_order(dict.fromkeys(skus, 1))
        assert sorted(discount_by_sku(order).values()) == [1_666, 1_667, 1_667]

    def test_one_line_of_three_refunds_83_33_and_83_33_and_83_34(self):
        make_campaign(**tiers(30_000, 5_000))
        sku = make_sku()
        order = make_paid_order({sku: 3})
        assert [refund(order, {sku: 1}).amount_cents for _ in range(3)] == [8_333, 8_333, 8_334]

    def test_lines_of_120_and_180_carry_20_and_30(self):
        make_campaign(**tiers(30_000, 5_000))
        small, large = make_sku(list_cents=12_000), make_sku(list_cents=18_000)
        assert discount_by_sku(make_order({small: 1, large: 1})) == {small: 2_000, large: 3_000}


@pytest.mark.req("CAM-08", "REV-01")
class TestExample5:
    SIXTY = {"params": {"price_cents": 6_000}}

    def test_limit_of_two_times_and_a_cancelled_order_gives_one_back(self):
        sku, customer = make_sku(), make_customer()
        make_campaign("fixed_price", sku=sku, limit_orders=2, **self.SIXTY)
        first, second, third = (make_order({sku: pieces}, customer=customer) for pieces in (2, 1, 1))
        assert [order.total_cents for order in (first, second, third)] == [12_000, 6_000, 10_000]
        cancel_order(order_id=second.pk, reason="", at=second.placed_at)
        assert make_order({sku: 1}, customer=customer).total_cents == 6_000

    def test_limit_of_two_pieces_with_three_in_the_cart(self):
        sku, customer = make_sku(), make_customer()
        make_campaign("fixed_price", sku=sku, limit_units=2, **self.SIXTY)
        order = make_order({sku: 3}, customer=customer)
        assert order.total_cents == 22_000
        assert sorted(order.lines.values_list("quantity", "net_cents")) == [(1, 10_000), (2, 12_000)]

    def test_stock_of_two_with_three_in_the_cart_is_told_before_and_gone_after(self):
        sku = make_sku()
        make_campaign("fixed_price", stock={sku: 2}, **self.SIXTY)
        assert quoted({sku: 3}).total_cents == 22_000
        assert make_order({sku: 3}).total_cents == 22_000
        assert quoted({sku: 1}).total_cents == 10_000
        assert price_skus(skus=sellable_skus(), customer=None, at=database_now())[sku.pk].badges == ()


@pytest.mark.req("CPN-10", "REV-02", "REV-05")
class TestExample8:
    @pytest.fixture
    def bought(self):
        customer, large, small = make_customer(), make_sku(list_cents=15_000), make_sku(list_cents=5_000)
        coupon = make_lasting_coupon(customer)
        order = make_paid_order({large: 1, small: 1}, customer=customer)
        return order, large, small, coupon

    def state_of(self, coupon: Coupon) -> str:
        return Coupon.objects.get(pk=coupon.pk).state

    def test_paid_190_with_shares_7_50_and_2_50(self, bought):
        order, large, small, _ = bought
        assert order.total_cents == 19_000
        assert discount_by_sku(order) == {large: 750, small: 250}

    def test_the_small_line_gives_back_47_50_and_the_coupon_stays_used(self, bought):
        order, _, small, coupon = bought
        assert refund(order, {small: 1}).amount_cents == 4_750
        assert self.state_of(coupon) == "used"

    def test_the_large_line_gives_back_142_50_and_the_coupon_stays_used(self, bought):
        order, large, _, coupon = bought
        assert refund(order, {large: 1}).amount_cents == 14_250
        assert self.state_of(coupon) == "used"

    def test_all_in_two_steps_gives_back_190_and_the_coupon_with_the_last(self, bought):
        order, large, small, coupon = bought
        assert refund(order, {large: 1}).amount_cents + refund(order, {small: 1}).amount_cents == 19_000
        assert self.state_of(coupon) == "unused"
