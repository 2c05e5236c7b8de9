"""The listing: search, category, order, pages; as many queries for many products as for few."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pricing.models import Product
from tests.factories.campaigns import make_campaign
from tests.factories.coupons import make_claim_campaign, make_template
from tests.factories.pricing import make_category, make_product, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-01")]


def codes(answer) -> list[str]:
    return [card.product.code for card in answer.context["shelf"].cards]


def test_search_finds_all_words_in_either_language_and_exact_codes(guest):
    for code, name, name_zh in (
        ("a", "Green tea tin", "绿茶罐"),
        ("b", "Green lamp", "绿灯"),
        ("c", "Tea pot", "茶壶"),
    ):
        make_sku(f"SKU-{code}", product=make_product(code, name=name, name_zh=name_zh))
    assert codes(guest.get("/products/?q=green+tea")) == ["a"]
    assert codes(guest.get("/products/?q=茶")) == ["a", "c"]
    assert codes(guest.get("/products/?q=sku-b")) == ["b"]
    assert codes(guest.get("/products/?q=coffee")) == []


def test_category_means_everything_below_it(guest):
    top = make_category("top")
    leaf = make_category("leaf", parent=make_category("middle", parent=top))
    make_sku(category=leaf)
    make_sku()
    assert len(codes(guest.get("/products/?category=top"))) == 1
    assert len(codes(guest.get("/products/?category=leaf"))) == 1


def test_price_order_is_by_what_the_shopper_pays(guest):
    dear = make_sku(product=make_product("dear"), list_cents=11_000)
    make_sku(product=make_product("middle"), list_cents=10_000)
    make_sku(product=make_product("cheap"), list_cents=9_000)
    make_campaign("percent_off", sku=dear, params={"rate_bp": 5_000})
    assert codes(guest.get("/products/?sort=price")) == ["dear", "cheap", "middle"]
    assert codes(guest.get("/products/?sort=-price")) == ["middle", "cheap", "dear"]


def test_card_shows_the_cheapest_sku_and_at_most_two_badges(guest):
    product = make_product()
    make_sku(product=product, list_cents=12_000)
    cheap = make_sku(product=product, list_cents=9_000)
    for number in range(3):
        make_campaign("spend_tiers", badge=f"badge {number}", priority=number)
    card = guest.get("/products/").context["shelf"].cards[0]
    assert (card.sku, card.varies) == (cheap, True)
    assert [badge.text for badge in card.badges] == ["badge 2", "badge 1"]


def test_goods_that_are_not_for_sale_are_not_listed(guest):
    make_sku(is_active=False)
    sku = make_sku()
    Product.objects.filter(pk=sku.product_id).update(is_active=False)
    assert codes(guest.get("/products/")) == []
    assert guest.get(f"/products/{sku.product.code}/").status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "sort=drop+table",
        "page=-1",
        "page=x",
        "page=99999999999",
        "q=%00",
        "category=%27%22",
        "q=" + "x" * 500,
        "category=none",
        "sort=price&page=7",
    ],
)
def test_filters_that_make_no_sense_are_left_out(guest, query):
    make_sku()
    assert guest.get(f"/products/?{query}").status_code == 200


def test_listing_takes_as_many_queries_for_24_products_as_for_2(guest):
    make_campaign("percent_off")
    make_campaign("spend_tiers", stock=50)
    make_claim_campaign()

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert guest.get("/products/").status_code == 200
        return len(seen)

    make_sku(), make_sku()
    guest.get("/products/")  # the book is compiled once per process
    few = queries()
    for _ in range(22):
        make_sku()
    assert queries() == few


@pytest.mark.parametrize("path", ["/products/", "/campaigns/{}/"])
def test_search_that_is_too_long_is_done_for_its_beginning_and_says_so(guest, path):
    words = "green " * 10 + "tea tin that nobody sells"
    make_sku(product=make_product("green", name="Green lamp")), make_sku()
    shown = guest.get(path.format(make_campaign("spend_tiers").pk), {"q": words})
    assert codes(shown) == ["green"]
    assert f"These are the results for its beginning: “{words[:59]}”." in shown.text
    assert "for its beginning" not in guest.get("/products/", {"q": words[:60]}).text


def test_product_page_reads_once_what_its_prices_depend_on(member):
    sku, beside = make_sku(), make_claim_campaign(template=make_template(threshold_cents=1_000))
    make_sku(product=make_product(category=sku.product.category))
    member.get(path := f"/products/{sku.product.code}/")
    with CaptureQueriesContext(connection) as seen:
        shown = member.get(path).context
    assert sum("ROW_NUMBER" in row["sql"] for row in seen.captured_queries) == 1  # the wallet
    assert shown["with_coupons"] == f"“{beside.template.current_revision.name}”"
    assert [card.price.with_coupon_cents for card in shown["more"]] == [9_000]
