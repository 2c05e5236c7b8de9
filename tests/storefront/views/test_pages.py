"""Every page opens, for guests and members, in both languages; what is not there is a 404."""

from datetime import timedelta

import pytest
from django.utils import timezone

from pricing.models import Product
from tests.factories.campaigns import make_campaign
from tests.factories.coupons import make_claim_campaign
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_lasting_coupon, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-01", "SHP-02", "SHP-03", "PLT-04")]

PAGES = ("/", "/products/", "/coupons/", "/cart/", "/orders/", "/account/", "/sign-up/")


@pytest.fixture
def stocked_shop():
    sku = make_sku("TEA")
    Product.objects.update(name="Oolong", name_zh="乌龙茶", code="oolong")
    make_claim_campaign()
    return sku


@pytest.mark.parametrize("path", [*PAGES, "/products/oolong/", "/sign-in/"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_opens_for_a_guest(guest, stocked_shop, path, language):
    answer = guest.get(path, headers={"accept-language": language})
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text


@pytest.mark.parametrize("path", [*PAGES, "/wallet/", "/wallet/?show=used", "/wallet/?show=nonsense"])
def test_page_opens_for_a_member(member, stocked_shop, path):
    assert member.get(path).status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/products/", "/products/oolong/", "/coupons/", "/cart/", "/orders/", "/wallet/"]
)
def test_pages_that_only_show_answer_to_head_and_not_to_post(guest, stocked_shop, path):
    assert guest.head(path).status_code in (200, 302)
    assert guest.post(path).status_code == 405


@pytest.mark.parametrize("path", ["/", "/products/", "/products/oolong/", "/coupons/"])
def test_back_button_shows_prices_and_claims_as_they_are_now(member, stocked_shop, path):
    assert "no-store" in member.get(path)["Cache-Control"]


def test_names_of_goods_follow_the_language(guest, stocked_shop):
    assert "Oolong" in guest.get("/products/").text
    assert "乌龙茶" in guest.get("/products/", headers={"accept-language": "zh-hans"}).text


def test_no_page_carries_inline_script_or_style(guest, stocked_shop):
    for path in [*PAGES, "/products/oolong/"]:
        text = guest.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert "onclick" not in text
        assert "<script>" not in text


@pytest.mark.parametrize(
    "path",
    [
        "/products/none/",
        "/products/%00/",
        "/campaigns/999/",
        "/campaigns/99999999999999999999/",
        "/orders/none/",
        "/nowhere/",
    ],
)
def test_what_is_not_there_is_a_404_page(guest, db, path):
    answer = guest.get(path)
    assert answer.status_code == 404
    assert "We cannot find this page" in answer.text


def test_404_page_speaks_chinese(guest, db):
    text = guest.get("/nowhere/", headers={"accept-language": "zh-hans"}).text
    assert '<html lang="zh-hans"' in text
    assert "We cannot find this page" not in text


def test_product_page_shows_tag_list_price_and_the_campaign_with_its_countdown(guest):
    sku = make_sku(list_cents=29_900)
    campaign = make_campaign("percent_off", sku=sku, name="Autumn", ends_at=timezone.now() + timedelta(hours=2))
    text = guest.get(f"/products/{sku.product.code}/").text
    assert '<data class="price now" value="23920">' in text
    assert "¥299.00" in text
    assert f'data-until="{int(campaign.current_revision.ends_at.timestamp())}"' in text
    assert "20% off" in text


def test_announced_campaign_stands_before_the_running_one_and_leaves_the_price_alone(guest):
    sku, soon = make_sku(), timezone.now() + timedelta(hours=1)
    make_campaign("spend_tiers", name="Running one")
    make_campaign("percent_off", sku=sku, name="Coming one", starts_at=soon, warm_up_at=soon - timedelta(hours=2))
    answer = guest.get(f"/products/{sku.product.code}/")
    assert [badge.name for badge, _ in answer.context["promotions"]] == ["Coming one", "Running one"]
    assert '<data class="price now" value="10000">' in answer.text


def test_campaign_page_lists_every_tier_the_stacking_and_the_goods_taking_part(guest):
    sku, other = make_sku(), make_sku()
    tiers = [{"threshold_cents": 20_000, "off_cents": 2_000}, {"threshold_cents": 30_000, "off_cents": 5_000}]
    campaign = make_campaign("spend_tiers", sku=sku, params={"tiers": tiers}, with_coupons=False)
    answer = guest.get(f"/campaigns/{campaign.pk}/")
    assert "¥20 off from ¥200" in answer.text
    assert "¥50 off from ¥300" in answer.text
    assert "Combines with shop offers, platform activities, not with coupons." in answer.text
    assert [card.sku for card in answer.context["shelf"].cards] == [sku]
    assert other not in [card.sku for card in answer.context["shelf"].cards]


def test_campaign_page_tells_how_far_the_cart_is(guest):
    sku = make_sku(list_cents=8_000)
    campaign = make_campaign("spend_tiers")
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    assert "¥20 more for ¥10 off" in guest.get(f"/campaigns/{campaign.pk}/").text


@pytest.mark.parametrize("state", ["draft", "ended"])
def test_draft_campaign_has_no_page_and_an_ended_one_takes_nothing_off(guest, state):
    sku = make_sku()
    over = {"ends_at": timezone.now() - timedelta(hours=1)} if state == "ended" else {"approved": False}
    campaign = make_campaign("percent_off", sku=sku, **over)
    answer = guest.get(f"/campaigns/{campaign.pk}/")
    assert answer.status_code == (200 if state == "ended" else 404)
    assert '<data class="price now" value="10000">' in guest.get(f"/products/{sku.product.code}/").text


def test_product_without_picture_gets_a_drawing_with_its_first_letter(guest):
    sku = make_sku()
    Product.objects.update(name="«tea» tin")
    assert '<text x="200" y="284" text-anchor="middle">T</text>' in guest.get(f"/products/{sku.product.code}/").text


def test_pages_escape_what_people_have_typed(guest):
    sku = make_sku()
    attack = '"><script>alert(1)</script>'
    Product.objects.update(name=attack, description=attack)
    make_campaign("percent_off", sku=sku, name=attack, badge="<b>x")
    for path in ("/", f"/products/{sku.product.code}/", "/products/?q=" + attack, "/cart/"):
        assert "<script>alert" not in guest.get(path).text
        assert "<b>x" not in guest.get(path).text


def test_orders_and_wallet_of_a_member_are_shown(member, customer):
    order = make_order({make_sku(): 1}, customer=customer)
    make_lasting_coupon(customer)
    assert order.number in member.get("/orders/").text
    assert len(member.get("/wallet/").context["wallet"].cards) == 1
