"""Claim and use: one press in cart or checkout, once however often it is pressed; without it nothing is claimed."""

import pytest

from coupons.models import ClaimCount, Coupon
from storefront.models import Cart
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.pricing import make_category, make_sku
from tests.factories.storefront import make_lasting_coupon

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-08")]

LIVE = {"HX-Request": "true"}
PLACES = ("checkout", "cart")


@pytest.fixture
def campaign():
    return make_claim_campaign(template=make_template(params={"off_cents": 2_000}, name="Twenty off"), per_customer=2)


@pytest.fixture
def filled(member):
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    return member


def press(browser, place, campaign, seq="1", **kwargs):
    return browser.post(f"/{place}/claim/{campaign.pk}/", {"seq": seq}, **kwargs)


@pytest.mark.parametrize("place", PLACES)
def test_page_says_what_a_claim_would_save_and_claims_nothing_by_itself(filled, campaign, place):
    page = filled.get(f"/{place}/")
    assert f'action="/{place}/claim/{campaign.pk}/"' in page.text
    assert "Claim and use: ¥20 less" in page.text
    assert "领取并使用：再减¥20" in filled.get(f"/{place}/", headers={"Accept-Language": "zh-hans"}).text
    assert not Coupon.objects.exists()


@pytest.mark.parametrize("place", PLACES)
def test_one_press_claims_and_uses_and_the_second_changes_nothing(filled, customer, campaign, place):
    answers = [press(filled, place, campaign, headers=LIVE) for _ in range(2)]
    for answer in answers:
        assert answer.context["view"].total_cents == 8_000
        assert "“Twenty off” is claimed and takes off ¥20.00." in answer.text
    assert Coupon.objects.get().customer == customer
    assert ClaimCount.objects.get().used == 1
    assert "Claim and use" not in filled.get(f"/{place}/").text


@pytest.mark.parametrize("place", PLACES)
def test_without_a_script_the_press_leads_back_to_the_page(filled, campaign, place):
    answer = press(filled, place, campaign, follow=True)
    assert answer.redirect_chain == [(f"/{place}/", 302)]
    assert answer.context["view"].total_cents == 8_000


def test_coupon_of_a_shopper_who_chose_is_used_beside_their_choice_and_stays_chosen(filled, customer, campaign):
    filled.post("/checkout/coupons/", {})
    assert Cart.objects.get().picked_coupons == []
    press(filled, "checkout", campaign)
    assert Cart.objects.get().picked_coupons == [Coupon.objects.get().pk]
    make_lasting_coupon(customer, template=make_template(params={"off_cents": 5_000}))
    assert filled.get("/checkout/").context["view"].total_cents == 8_000


@pytest.mark.parametrize("place", PLACES)
def test_coupon_that_has_gone_meanwhile_is_said_and_nothing_is_lost(filled, campaign, place):
    filled.get(f"/{place}/")
    ClaimCount.objects.update(total=0)
    answer = press(filled, place, campaign, headers=LIVE)
    assert answer.status_code == 400
    assert "All coupons have been claimed." in answer.text
    assert answer.context["view"].total_cents == 10_000
    assert not Coupon.objects.exists()


def test_coupon_that_the_cart_cannot_use_any_more_waits_in_the_wallet(filled, campaign, customer):
    filled.get("/checkout/")
    make_lasting_coupon(customer, template=make_template(params={"off_cents": 3_000}))
    answer = press(filled, "checkout", campaign, headers=LIVE)
    assert answer.context["view"].total_cents == 7_000
    assert "“Twenty off” is in your wallet." in answer.text


def test_campaign_that_the_shop_does_not_show_cannot_be_claimed_by_its_number(filled):
    private = make_claim_campaign(positions=[])
    for number in (private.pk, 10**30):
        answer = filled.post(f"/checkout/claim/{number}/", {"seq": "1"}, headers=LIVE)
        assert answer.status_code == 400
        assert "This coupon can no longer be claimed." in answer.text
    assert not Coupon.objects.exists()


@pytest.mark.parametrize("seq", ["", "0", "x", "-1", "99999", "3"])
def test_hostile_number_of_a_claim_is_refused_in_words(filled, campaign, seq):
    answer = press(filled, "cart", campaign, seq=seq, headers=LIVE)
    assert answer.status_code == 400
    assert not Coupon.objects.exists()


@pytest.mark.parametrize("place", PLACES)
def test_guest_is_asked_to_sign_in_first(guest, campaign, place):
    guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    assert "Claim and use" not in guest.get(f"/{place}/").text
    assert press(guest, place, campaign)["Location"].startswith("/sign-in/")


def test_unusable_coupon_says_how_much_more_of_which_goods(member, customer):
    shoes = make_category(name="Shoes", name_zh="鞋")
    boots = make_sku(category=shoes, list_cents=8_750)
    make_lasting_coupon(customer, template=make_template(scopes=[{"category": shoes}]))
    make_lasting_coupon(customer, template=make_template(sku=make_sku()))
    member.post("/cart/add/", {"sku": boots.pk, "quantity": 1})
    page = member.get("/checkout/")
    assert "¥12.50 more on Shoes, and it applies." in page.text
    assert "1 kind of coupon in your wallet is for other goods." in page.text
    assert "再买¥12.50的鞋即可使用。" in member.get("/checkout/", headers={"Accept-Language": "zh-hans"}).text


def test_chosen_coupon_that_nobody_can_use_any_more_is_named(member, customer):
    coupon = make_lasting_coupon(customer, template=make_template(name="Old friend"))
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    member.post("/checkout/coupons/", {"coupons": [coupon.pk]})
    assert "cannot be used any more" not in member.get("/checkout/").text
    Coupon.objects.filter(pk=coupon.pk).update(state="recalled")
    assert "“Old friend”, which you chose, cannot be used any more." in member.get("/checkout/").text


def test_equal_coupons_are_one_line_and_the_one_that_ends_first_is_used(member, customer):
    template = make_template()
    later, sooner = make_lasting_coupon(customer, template=template), make_coupon(customer=customer, template=template)
    Coupon.objects.filter(pk=sooner.pk).update(
        valid_from=later.valid_from, valid_until=later.valid_until.replace(year=2099)
    )
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    [choice] = member.get("/checkout/").context["view"].coupons
    assert (choice.coupon_id, choice.is_used) == (sooner.pk, True)


def test_coupon_of_the_cart_stands_beside_the_sum_or_below_the_goods_but_not_at_both(filled, campaign):
    later = make_claim_campaign(template=make_template(threshold_cents=90_000))
    shown = filled.get("/cart/").context
    assert [offer.ticket.claim_campaign for offer in shown["claim_offers"]] == [campaign]
    assert [ticket.claim_campaign for ticket in shown["tickets"]] == [later]
