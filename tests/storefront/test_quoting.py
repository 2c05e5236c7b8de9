"""Quoting a cart and pricing listings: right figures, and as many queries for many SKUs as for few."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from campaigns.commands.limits import use_limit
from campaigns.models import Campaign
from pricing.commands.book import turn_page
from pricing.models import Sku
from storefront import book_pages
from storefront.commands.cart import pick_coupons
from storefront.models import Cart
from storefront.quoting import current_book, price_skus, quote_cart
from storefront.selectors.catalogue import sellable_skus
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.pricing import make_category, make_product, make_shop, make_sku
from tests.factories.storefront import make_cart

pytestmark = pytest.mark.django_db


def queries_of(work) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


@pytest.mark.req("PRC-01", "CAM-05")
def test_cart_is_priced_with_running_campaigns_and_shipping_per_shop():
    near, far = make_shop(shipping_fee_cents=500), make_shop(shipping_fee_cents=700)
    card = make_sku(shop=far, kind="virtual")
    make_campaign("spend_tiers")
    cart = make_cart({make_sku(list_cents=20_000, shop=near): 1, card: 1})
    quote = quote_cart(cart=cart, at=NOON)
    assert (quote.list_cents, quote.discount_cents, quote.total_cents) == (30_000, 1_000, 29_500)
    assert [(fee.shop, fee.fee_cents) for fee in quote.shipping] == [(near.code, 500)]


@pytest.mark.req("CAM-10")
def test_price_follows_the_clock_without_any_worker():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    cart = make_cart({sku: 1})
    moments = [NOON - timedelta(microseconds=1), NOON, NOON + timedelta(hours=1)]
    assert [quote_cart(cart=cart, at=at).total_cents for at in moments] == [10_000, 8_000, 10_000]


@pytest.mark.req("CAM-07")
def test_category_tree_and_never_discounted_products_reach_the_engine():
    top = make_category()
    leaf = make_category(parent=make_category(parent=top))
    make_campaign("percent_off", scopes=[{"category": top}])
    below, elsewhere = make_sku(category=leaf), make_sku()
    never = make_sku(category=leaf, never_discounted=True)
    quote = quote_cart(cart=make_cart({below: 1, elsewhere: 1, never: 1}), at=NOON)
    assert {line.sku: line.net_cents for line in quote.lines} == {
        below.code: 8_000,
        elsewhere.code: 10_000,
        never.code: 10_000,
    }


def test_what_is_not_for_sale_any_more_is_not_priced():
    sku, gone = make_sku(), make_sku()
    cart = make_cart({sku: 1, gone: 1})
    Sku.objects.filter(pk=gone.pk).update(is_active=False)
    assert quote_cart(cart=cart, at=NOON).total_cents == 10_000


def test_line_that_a_rise_of_the_price_makes_too_large_is_not_priced():
    sku, other = make_sku(list_cents=100), make_sku()
    cart = make_cart({sku: 9_999, other: 1})
    Sku.objects.filter(pk=sku.pk).update(list_cents=10_000_000_000)
    assert quote_cart(cart=cart, at=NOON).list_cents == 10_000


@pytest.mark.req("CPN-08")
def test_best_coupon_is_chosen_unless_the_shopper_picks():
    customer = make_customer()
    small = make_coupon(customer=customer)
    large = make_coupon(customer=customer, template=make_template(params={"off_cents": 2_000}))
    cart = make_cart({make_sku(): 1}, customer=customer)
    assert quote_cart(cart=cart, at=NOON).coupons == (large.offer_id,)
    pick_coupons(cart_id=cart.pk, coupon_ids=[small.pk])
    assert quote_cart(cart=Cart.objects.get(pk=cart.pk), at=NOON).total_cents == 9_000
    pick_coupons(cart_id=cart.pk, coupon_ids=[])
    assert quote_cart(cart=Cart.objects.get(pk=cart.pk), at=NOON).total_cents == 10_000


def test_quote_of_a_large_cart_takes_as_many_queries_as_of_a_small_one():
    customer = make_customer()
    make_coupon(customer=customer)
    skus = [make_sku() for _ in range(12)]
    make_campaign("percent_off", stock={skus[0]: 5}, limit_units=2, budget_cents=100_000)
    small, large = make_cart({skus[0]: 1}, customer=customer), make_cart(dict.fromkeys(skus, 1))
    large.customer = customer
    current_book(at=NOON)
    assert queries_of(lambda: quote_cart(cart=small, at=NOON)) == 8
    for number in range(8):
        make_campaign("percent_off", stock={skus[number]: 5}, limit_units=2, budget_cents=100_000)
    current_book(at=NOON)
    assert queries_of(lambda: quote_cart(cart=large, at=NOON)) == 8


@pytest.mark.req("SHP-01", "SHP-02")
def test_listing_takes_as_many_queries_for_twenty_skus_as_for_one():
    customer = make_customer()
    make_coupon(customer=customer)
    make_claim_campaign()
    shop, category = make_shop(), make_category(parent=make_category(parent=make_category()))
    for _ in range(20):
        make_campaign("percent_off", stock={make_sku(shop=shop, category=category): 5}, limit_units=1)
    one, all_skus = list(sellable_skus()[:1]), list(sellable_skus())
    current_book(at=NOON)
    few = queries_of(lambda: price_skus(skus=one, customer=customer, at=NOON))
    assert queries_of(lambda: price_skus(skus=all_skus, customer=customer, at=NOON)) == few == 11


@pytest.mark.req("PRC-01", "SHP-02")
def test_three_prices_of_one_sku():
    # given 100 with 20 % off the item, 10 off from 80, a held coupon of 5 and a claimable one of 12
    sku, customer = make_sku(), make_customer()
    make_campaign("percent_off", sku=sku, badge="20 % off")
    make_campaign(params={"tiers": [{"threshold_cents": 8_000, "off_cents": 1_000}]}, priority=1, name="80 − 10")
    make_coupon(customer=customer, template=make_template(threshold_cents=None, params={"off_cents": 500}))
    make_claim_campaign(template=make_template(threshold_cents=None, params={"off_cents": 1_200}))
    # when
    view = price_skus(skus=sellable_skus(), customer=customer, at=NOON)[sku.pk]
    # then
    assert (view.list_cents, view.tag_cents, view.from_cents, view.with_coupon_cents) == (10_000, 8_000, 7_000, 5_800)
    assert [(badge.text, badge.phase) for badge in view.badges] == [("80 − 10", "running"), ("20 % off", "running")]


@pytest.mark.req("SHP-02", "CAM-10")
def test_announced_campaign_is_upcoming_and_changes_no_price():
    sku = make_sku()
    later = {"warm_up_at": NOON, "ends_at": NOON + timedelta(days=9)}
    make_campaign("percent_off", sku=sku, starts_at=NOON + timedelta(hours=3), name="Later", **later)
    make_campaign("percent_off", sku=sku, starts_at=NOON + timedelta(hours=1), name="Sooner", **later)
    view = price_skus(skus=sellable_skus(), customer=None, at=NOON)[sku.pk]
    assert (view.tag_cents, view.badges) == (10_000, ())
    assert [badge.name for badge in view.upcoming] == ["Sooner", "Later"]
    before = price_skus(skus=sellable_skus(), customer=None, at=NOON - timedelta(seconds=1))[sku.pk]
    assert before.upcoming == ()


@pytest.mark.req("CAM-08")
def test_badge_goes_when_the_last_piece_is_sold():
    sku = make_sku()
    campaign = make_campaign("percent_off", sku=sku, stock={sku: 3})
    assert len(price_skus(skus=sellable_skus(), customer=None, at=NOON)[sku.pk].badges) == 1
    campaign.stock_buckets.update(used=3)
    view = price_skus(skus=sellable_skus(), customer=None, at=NOON)[sku.pk]
    assert (view.badges, view.tag_cents) == ((), 10_000)


@pytest.mark.req("CAM-08")
@pytest.mark.parametrize("limit", ["limit_units", "limit_orders"])
def test_badge_goes_for_the_shopper_whose_own_limit_is_used_up(limit):
    sku, mei = make_sku(), make_customer()
    campaign = make_campaign("percent_off", sku=sku, **{limit: 1})
    use_limit(campaign_id=campaign.pk, customer_id=mei.pk, units=1, at=NOON, revision=campaign.current_revision)
    views = [price_skus(skus=sellable_skus(), customer=who, at=NOON)[sku.pk] for who in (mei, make_customer(), None)]
    assert [(len(view.badges), view.tag_cents) for view in views] == [(0, 10_000), (1, 8_000), (1, 8_000)]


def test_paused_campaign_gives_no_badge_and_no_price():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, paused=True)
    view = price_skus(skus=sellable_skus(), customer=None, at=NOON)[sku.pk]
    assert (view.badges, view.upcoming, view.tag_cents) == ((), (), 10_000)


def test_nothing_listed_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert price_skus(skus=[], customer=None, at=NOON) == {}


@pytest.mark.req("PLT-01")
def test_book_is_compiled_once_per_number():
    make_campaign("percent_off")
    first = current_book(at=NOON)
    assert current_book(at=NOON) is first
    turn_page()
    second = current_book(at=NOON)
    assert second is not first
    assert second.number > first.number


def test_book_number_of_a_rolled_back_change_is_never_given_to_another_content():
    make_campaign("percent_off")
    with transaction.atomic():
        Campaign.objects.update(state="stopped")
        turn_page()
        inside = current_book(at=NOON)
        transaction.set_rollback(True)
    turn_page()
    after = current_book(at=NOON)
    assert (len(inside.book.offers), len(after.book.offers)) == (0, 1)


@pytest.mark.concurrency
def test_threads_that_ask_together_compile_once(monkeypatch):
    made, start = [], Barrier(8)
    page = object()
    monkeypatch.setattr(book_pages, "book_number", lambda: 42)
    monkeypatch.setattr(book_pages, "_compile", lambda number, at: made.append(number) or page)
    monkeypatch.setattr(book_pages, "_pages", type(book_pages._pages)())

    def ask():
        start.wait()
        assert current_book(at=NOON) is page

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [42]


def test_product_without_a_sellable_sku_has_no_price():
    product = make_product(is_active=False)
    make_sku(product=product)
    assert not sellable_skus().filter(product=product)
