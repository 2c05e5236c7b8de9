"""Quotes over HTTP: the same cents as the cart, explained in the reader's language, and nothing written."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns.models import CampaignRevision
from pricing.clock import database_now
from storefront.models import Cart, CartLine
from tests.factories import FAR_AHEAD
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_cart, make_lasting_coupon

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-02")]


@pytest.fixture
def goods():
    shop = make_shop("tea-house", shipping_fee_cents=800)
    tea, milk = make_sku("TEA", shop=shop, list_cents=9_999), make_sku("MILK", shop=shop, list_cents=5_001)
    make_campaign("percent_off", sku=tea, shop=shop, name="Tea time", name_zh="茶时光")
    make_campaign("spend_tiers", name="Ten off", name_zh="满减")
    return {tea: 3, milk: 2}


def lines(goods):
    return [{"sku": sku.code, "quantity": units} for sku, units in goods.items()]


@pytest.mark.req("PRC-01")
def test_guest_is_quoted_what_the_cart_page_shows(ask, goods):
    browser = Client()
    for sku, units in goods.items():
        browser.post("/cart/add/", {"sku": sku.pk, "quantity": units})
    page = browser.get("/cart/").context["view"]
    quote = ask({"lines": lines(goods)}).json()["quote"]
    assert quote["total_cents"] == page.total_cents == 33_799
    assert quote["fingerprint"] == page.fingerprint
    assert (quote["list_cents"], quote["currency"]) == (39_999, "CNY")


@pytest.mark.req("PRC-01")
def test_customer_is_quoted_with_own_coupons_as_in_the_own_cart(ask, trusted, goods):
    customer = make_customer("C-1", user=make_user("mei"))
    coupon = make_lasting_coupon(customer)
    browser = Client()
    browser.force_login(customer.user)
    make_cart(goods, customer=customer)
    page = browser.get("/cart/").context["view"]
    quote = ask({"lines": lines(goods), "customer": "C-1"}).json()["quote"]
    assert quote["coupons"] == [f"coupon:{coupon.pk}"]
    assert (quote["total_cents"], quote["fingerprint"]) == (page.total_cents, page.fingerprint)
    assert quote["total_cents"] == ask({"lines": lines(goods)}).json()["quote"]["total_cents"] - 1_000


def test_quote_names_offers_and_says_why_not_in_the_language_of_the_request(ask):
    sku = make_sku("TEA", list_cents=5_000)
    make_campaign("spend_tiers", name="Ten off", name_zh="满百减十")
    make_campaign("percent_off", sku=sku, name="Tea time", name_zh="茶时光")
    body = {"lines": [{"sku": "TEA", "quantity": 1}]}
    english, chinese = ask(body).json()["quote"], ask(body, **{"Accept-Language": "zh-hans"}).json()["quote"]
    assert [row["name"] for row in english["applied"]] == ["Tea time"]
    assert [row["name"] for row in chinese["applied"]] == ["茶时光"]
    (no,), (chinese_no,) = english["not_applied"], chinese["not_applied"]
    assert (no["name"], no["reason"]["code"]) == ("Ten off", "below_threshold")
    assert no["message"] == "¥60 more and it applies."
    assert (chinese_no["name"], chinese_no["reason"]) == ("满百减十", no["reason"])
    assert "60" in chinese_no["message"]
    assert chinese_no["message"] != no["message"]
    assert [row["name"] for row in english["nearest_gains"]] == ["Ten off"]


def test_shares_sum_to_the_discount_and_shipping_is_charged_per_shop(ask, goods):
    quote = ask({"lines": lines(goods)}).json()["quote"]
    shares = sum(share["cents"] for line in quote["lines"] for share in line["shares"])
    assert shares == quote["discount_cents"] == quote["list_cents"] - sum(line["net_cents"] for line in quote["lines"])
    assert [(fee["shop"], fee["net_cents"]) for fee in quote["shipping"]] == [("tea-house", 800)]


def test_nothing_is_written(ask, goods):
    with CaptureQueriesContext(connection) as seen:
        assert ask({"lines": lines(goods)}).status_code == 200
    assert all(query["sql"].startswith("SELECT") for query in seen), [query["sql"] for query in seen]
    assert not Cart.objects.exists()
    assert not CartLine.objects.exists()


def test_more_lines_campaigns_and_coupons_ask_no_more_queries(ask, trusted):
    customer = make_customer("C-1")
    skus = [make_sku() for _ in range(12)]

    def queries(count: int) -> int:
        body = {"lines": [{"sku": sku.code, "quantity": 1} for sku in skus[:count]], "customer": "C-1"}
        ask(body)  # compiles the book
        with CaptureQueriesContext(connection) as seen:
            assert ask(body).status_code == 200
        return len(seen)

    def offer_more(sku):
        make_campaign("percent_off", sku=sku, stock={sku: 5}, limit_units=3, budget_cents=100_000)
        make_lasting_coupon(customer, template=make_template())

    offer_more(skus[0])
    few = queries(1)
    for sku in skus[1:5]:
        offer_more(sku)
    assert queries(12) == few


def test_campaign_that_is_not_announced_is_kept_secret(ask):
    make_sku("TEA")
    now = database_now()
    secret = make_campaign(
        "spend_tiers", name="Secret", starts_at=FAR_AHEAD.replace(year=FAR_AHEAD.year - 1), ends_at=FAR_AHEAD
    )
    body = {"lines": [{"sku": "TEA", "quantity": 1}]}
    assert ask(body).json()["quote"]["not_applied"] == []
    announced = make_campaign(
        "spend_tiers",
        name="Soon",
        starts_at=FAR_AHEAD.replace(year=FAR_AHEAD.year - 1),
        ends_at=FAR_AHEAD,
        warm_up_at=now,
    )
    assert [row["offer"] for row in ask(body).json()["quote"]["not_applied"]] == [announced.offer_id]
    assert CampaignRevision.objects.filter(campaign=secret).exists()


def test_region_counts(ask):
    make_sku("TEA")
    conditions = [{"code": "region", "params": {"regions": ["SH"]}}]
    make_campaign("spend_tiers", conditions=conditions)
    body = {"lines": [{"sku": "TEA", "quantity": 1}]}
    assert ask(body).json()["quote"]["total_cents"] == 10_000
    assert ask(body | {"region": "SH"}).json()["quote"]["total_cents"] == 9_000
