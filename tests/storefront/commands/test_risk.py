"""Orders in campaigns with a risk profile: judged once before they are placed, whatever becomes of them."""

from datetime import timedelta
from uuid import uuid4

import pytest

from coupons.commands.risk_blocks import Blocked, add_block, lift_block
from coupons.commands.risk_cases import release_case
from coupons.models import RiskAttempt, RiskCase
from coupons.refusals import NotNow, UnderReview
from pricing.clock import database_now
from storefront.models import Order
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_sku
from tests.factories.risk import from_device, make_profile, rule
from tests.factories.storefront import make_cart, order_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-11")]


@pytest.fixture
def sku():
    """Half price, one order per device and hour."""
    profile = make_profile(rule("orders", "gt", 1, per="device", minutes=60, acts=("order",)))
    found = make_sku()
    make_campaign("percent_off", params={"rate_bp": 5_000}, sku=found, risk_profile=profile.code)
    return found


def test_second_order_from_one_device_is_refused_and_nothing_is_written(sku):
    origin = from_device("d")
    first = order_cart(make_cart({sku: 1}, customer=make_customer()), origin=origin)
    cart = make_cart({sku: 1}, customer=make_customer())
    with pytest.raises(NotNow, match="cannot take an order at this promotion price"):
        order_cart(cart, origin=origin)
    assert list(Order.objects.all()) == [first]
    assert cart.lines.count() == 1
    assert list(RiskAttempt.objects.order_by("pk").values_list("act", "outcome")) == [
        ("order", "pass"),
        ("order", "block"),
    ]


def test_an_order_that_is_sent_twice_is_one_attempt_and_one_order(sku):
    cart, key = make_cart({sku: 1}, customer=make_customer()), uuid4()
    first = order_cart(cart, key=key, origin=from_device("d"))
    assert first.total_cents == first.list_cents // 2
    assert RiskAttempt.objects.count() == 1


def test_guests_are_judged_by_device_and_other_goods_not_at_all(sku):
    origin = from_device("d")
    order_cart(make_cart({sku: 1}), origin=origin)
    with pytest.raises(NotNow):
        order_cart(make_cart({sku: 1}), origin=origin)
    assert order_cart(make_cart({make_sku(): 1}), origin=origin).pk
    assert RiskAttempt.objects.count() == 2


@pytest.mark.parametrize(("signal", "least"), [("phone_verified", 1), ("account_hours", 24), ("level_rank", 0)])
def test_a_guest_is_judged_as_the_newest_account_without_level_or_phone(signal, least):
    found, profile = make_sku(), make_profile(rule(signal, "lt", least))
    make_campaign("percent_off", params={"rate_bp": 5_000}, sku=found, risk_profile=profile.code)
    with pytest.raises(NotNow):
        order_cart(make_cart({found: 1}), origin=from_device("d"))
    row = RiskAttempt.objects.get()
    assert (row.customer, row.account_hours, row.reasons[0]["signal"]) == (None, None, signal)


def test_held_order_is_placed_by_the_customer_once_it_is_released():
    found = make_sku()
    young = rule("account_hours", "lt", 24, effect="hold")
    make_campaign("percent_off", params={"rate_bp": 5_000}, sku=found, risk_profile=make_profile(young).code)
    cart = make_cart({found: 1}, customer=make_customer(registered_at=database_now() - timedelta(hours=1)))
    for _ in range(2):
        with pytest.raises(UnderReview, match="place the order again later"):
            order_cart(cart)
    case = RiskCase.objects.get()
    release_case(case_id=case.pk, by=make_user(groups=["service"]), at=database_now(), reason="known to us")
    assert order_cart(cart).total_cents == 5_000
    assert list(RiskAttempt.objects.order_by("pk").values_list("outcome", flat=True)) == ["hold", "released"]


@pytest.fixture
def flash_sale():
    """Nobody has set up a risk profile for it."""
    found = make_sku()
    make_campaign("sku_prices", rows={found: {"price_cents": 6_000}})
    return found


@pytest.mark.parametrize("kind", ["customer", "phone", "device"])
def test_who_is_blocked_gets_no_flash_price_though_nobody_judges_the_sale(flash_sale, kind):
    origin, customer = from_device("d"), make_customer("BAD", phone="13800002222")
    who = {"customer": "BAD", "phone": "13800002222", "device": origin.device.hex()}[kind]
    office = {"by": make_user(groups=["service"]), "at": database_now(), "reason": "resold"}
    row = add_block(Blocked(kind, who), **office)
    usual = order_cart(make_cart({make_sku(): 1}, customer=customer), origin=origin)
    cart = make_cart({flash_sale: 1}, customer=customer)
    with pytest.raises(NotNow):
        order_cart(cart, origin=origin)
    assert (Order.objects.get(), RiskAttempt.objects.get().outcome) == (usual, "block")
    lift_block(block_id=row.pk, **office)
    assert order_cart(cart, origin=origin).total_cents == 6_000


def test_orders_of_a_flash_sale_are_noted_for_rules_that_come_later_and_only_if_placed(flash_sale):
    order_cart(make_cart({flash_sale: 1}, customer=make_customer()), origin=from_device("d"))
    row = RiskAttempt.objects.get()
    assert (row.act, row.outcome, row.device_hours) == ("order", "unjudged", 1_000)
