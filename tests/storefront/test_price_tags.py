"""Listings of the shop: the prices are those of the cart, however many SKUs are listed, and the book is made once."""

import pytest

from pricing.models import Sku
from pricing.wording import say
from storefront import book_pages
from storefront.quoting import Wanted, price_skus, price_wanted
from storefront.selectors.catalogue import sellable_skus
from storefront.selectors.promo_page import promo_page
from storefront.views import cards
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.pricing import make_category, make_product, make_shop, make_sku

pytestmark = pytest.mark.django_db


def tags_on(listing) -> list[int]:
    return [card.price.tag_cents for card in listing.context["shelf"].cards]


@pytest.mark.req("PRC-01", "SHP-02")
def test_listed_prices_are_those_of_a_cart_with_one_unit():
    # given SKUs in two shops, item offers with stock, reductions of shop and platform, a coupon
    customer, near, far, category = make_customer(), make_shop(), make_shop(), make_category()
    skus = [
        make_sku(shop=shop, category=category, list_cents=cents) for shop in (near, far) for cents in (9_900, 20_000)
    ]
    make_campaign("percent_off", stock={skus[0]: 1, skus[2]: 5}, params={"rate_bp": 1_500})
    make_campaign(scopes=[{"category": category}])
    make_campaign(shop=far, params={"tiers": [{"threshold_cents": 5_000, "off_cents": 700}]})
    make_coupon(customer=customer, template=make_template(threshold_cents=18_000, params={"off_cents": 500}))
    # when
    views = price_skus(skus=sellable_skus(), customer=customer, at=NOON)
    # then
    quotes = [price_wanted(Wanted(units=((sku, 1),), customer=customer, at=NOON)).quote for sku in skus]
    in_carts = [quote.total_cents - quote.shipping_cents for quote in quotes]
    assert [views[sku.pk].with_coupon_cents for sku in skus] == in_carts == [8_415, 18_500, 7_715, 17_800]


@pytest.mark.req("SHP-02", "CPN-08")
def test_product_page_names_the_coupon_behind_the_price_with_coupon(client):
    sku, dear = make_sku(), make_sku(list_cents=50_000)
    make_claim_campaign(template=make_template(name="Ten off"))
    make_claim_campaign(template=make_template(name="Far", threshold_cents=40_000, params={"off_cents": 5_000}))
    page = client.get(f"/products/{sku.product.code}/")
    assert "for one piece, with “Ten off”" in page.text
    assert page.context["price"].with_coupon_cents == 9_000
    assert "with “Far”" in client.get(f"/products/{dear.product.code}/").text
    nothing = make_sku(list_cents=5_000)
    assert "for one piece, with" not in client.get(f"/products/{nothing.product.code}/").text


@pytest.mark.req("SHP-01")
def test_more_skus_are_listed_than_a_cart_may_hold():
    product = make_product()
    make_campaign("percent_off")
    Sku.objects.bulk_create(Sku(product=product, code=f"many-{number}", list_cents=10_000) for number in range(2_001))
    views = price_skus(skus=sellable_skus(), customer=None, at=NOON)
    assert [view.tag_cents for view in views.values()] == [8_000] * 2_001


@pytest.mark.req("PLT-01")
def test_pages_of_one_process_share_one_compiled_book(client, monkeypatch):
    sku, made = make_sku(), []
    make_campaign("percent_off", sku=sku)
    compiled = book_pages._compile
    monkeypatch.setattr(book_pages, "_compile", lambda number, at: made.append(number) or compiled(number, at))
    for _ in range(2):
        assert tags_on(client.get("/products/")) == [8_000]
        assert client.get(f"/products/{sku.product.code}/").status_code == 200
    assert len(made) == 1
    make_campaign("percent_off", sku=sku, params={"rate_bp": 3_000})  # its approval turns the page
    assert tags_on(client.get("/products/")) == [7_000]
    assert len(made) == 2


@pytest.mark.req("SHP-01")
def test_sorting_by_price_makes_cards_of_one_page_only(client, monkeypatch):
    # given 25 products from 100.00 up, the dearest of them at 90 % off
    products = [make_sku(list_cents=10_000 + number).product for number in range(25)]
    make_campaign("percent_off", sku=products[-1].skus.get(), params={"rate_bp": 9_000})
    listed, price_all = [], cards.price_skus
    monkeypatch.setattr(
        cards, "price_skus", lambda *, skus, **viewer: price_all(skus=listed.extend(skus) or listed, **viewer)
    )
    # when
    page = client.get("/products/?sort=price").context["shelf"].cards
    # then
    assert [card.product for card in page] == [products[-1], *products[:23]]
    assert len(listed) == 24


@pytest.mark.req("SHP-02", "CAM-07")
def test_badge_and_page_of_a_set_call_its_goods_by_their_names():
    tea, cup = (make_sku(code, product=make_product(name=name)) for code, name in (("T-1", "Tea"), ("C-1", "Cup")))
    params = {"goods": {"T-1": 2, "C-1": 1}, "price_cents": 9_900}
    campaign = make_campaign("bundle_price", params=params, layer="multi")
    (badge,) = price_skus(skus=sellable_skus(), customer=None, at=NOON)[tea.pk].badges
    page = promo_page(campaign_id=campaign.pk, at=NOON)
    assert say(badge.rule) == say(page.rule)
    assert f"{cup.local_name} + {tea.local_name} × 2" in say(badge.rule)
    assert "T-1" not in say(badge.rule)
