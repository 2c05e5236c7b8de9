"""The cart in the browser: adding, changing, live parts; bad input gets a message and changes nothing."""

import pytest
from django.test import Client

from storefront.models import Cart, CartLine
from tests.factories.campaigns import make_campaign
from tests.factories.coupons import make_claim_campaign, make_template
from tests.factories.pricing import make_product, make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-05", "PRC-04")]

LIVE = {"HX-Request": "true"}


def contents() -> dict[str, int]:
    return dict(CartLine.objects.values_list("sku__code", "quantity"))


def test_guest_fills_a_cart_that_the_session_remembers(guest):
    sku = make_sku("TEA")
    answer = guest.post("/cart/add/", {"sku": sku.pk, "quantity": 2, "next": f"/products/{sku.product.code}/"})
    assert (answer.status_code, answer["Location"]) == (302, f"/products/{sku.product.code}/")
    assert contents() == {"TEA": 2}
    assert '<data class="price " value="20000">' in guest.get("/cart/").text
    assert guest.get("/cart/").context["view"].pieces == 2


def test_next_address_of_another_site_is_not_followed(guest):
    answer = guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1, "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/cart/"


def test_live_adding_answers_with_a_note_and_the_new_count(guest):
    answer = guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": 3}, headers=LIVE)
    assert "Added to the cart." in answer.text
    assert '<span class="count" id="cart-count" hx-swap-oob="true">3</span>' in answer.text


def test_buy_now_goes_on_to_the_checkout(guest):
    answer = guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1, "buy_now": "1"})
    assert answer["Location"] == "/checkout/"


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ("-1", "Order at least one piece."),
        ("0", "Order at least one piece."),
        ("abc", "Enter a whole number."),
        ("1.5", "Enter a whole number."),
        ("", "Enter a whole number."),
        ("10000", "At most 9999 pieces."),
        ("9" * 40, "At most 9999 pieces."),
        ("1\x00", "Enter a whole number."),
    ],
)
def test_absurd_quantities_are_refused_in_words_and_nothing_is_added(guest, quantity, said):
    answer = guest.post("/cart/add/", {"sku": make_sku().pk, "quantity": quantity}, follow=True)
    assert answer.status_code == 200
    assert said in answer.text
    assert contents() == {}


@pytest.mark.parametrize("sku", ["999999", "-1", "abc", "", "9" * 30])
def test_unknown_sku_is_refused_in_words(guest, sku):
    answer = guest.post("/cart/add/", {"sku": sku, "quantity": 1}, follow=True)
    assert "This product is not for sale any more." in answer.text
    assert contents() == {}


def test_two_adds_cannot_exceed_the_most(guest):
    sku = make_sku("TEA")
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 9_999})
    answer = guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1}, follow=True)
    assert "A cart holds at most 9999 pieces of this product." in answer.text
    assert contents() == {"TEA": 9_999}


def test_changed_quantity_shows_new_totals_at_once(guest):
    sku = make_sku("TEA")
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    answer = guest.post("/cart/quantity/", {"sku": sku.pk, "quantity": 3}, headers=LIVE)
    assert answer.text.lstrip().startswith('<div id="cart"')
    assert '<data class="price " value="30000">' in answer.text
    assert 'id="cart-count" hx-swap-oob="true">3<' in answer.text
    assert '<div id="spoken" hx-swap-oob="innerHTML"> To pay: ¥300.00</div>' in answer.text
    assert f'id="more-{sku.pk}"' in answer.text  # htmx gives the focus back to what has a name


def test_wrong_quantity_is_explained_beside_its_line_and_changes_nothing(guest):
    sku = make_sku("TEA")
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 2})
    for headers in ({}, LIVE):
        answer = guest.post("/cart/quantity/", {"sku": sku.pk, "quantity": "-5"}, headers=headers)
        assert answer.status_code == 400
        assert '<p class="field-error" role="alert">A quantity is not negative.</p>' in answer.text
    assert contents() == {"TEA": 2}


def test_zero_and_remove_take_the_line_out(guest):
    first, second = make_sku("A"), make_sku("B")
    for sku in (first, second):
        guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    guest.post("/cart/quantity/", {"sku": first.pk, "quantity": 0})
    guest.post("/cart/remove/", {"sku": second.pk})
    guest.post("/cart/remove/", {"sku": second.pk})
    assert contents() == {}
    assert "Your cart is empty" in guest.get("/cart/").text


def test_lines_are_grouped_by_the_promotion_they_are_on_the_way_to(guest):
    inside, outside = make_sku(list_cents=8_000), make_sku()
    campaign = make_campaign("spend_tiers", sku=inside)
    for sku in (outside, inside):
        guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    groups = guest.get("/cart/").context["groups"]
    assert [(group.campaign_id, [line.sku for line in group.lines]) for group in groups] == [
        (campaign.pk, [inside]),
        (None, [outside]),
    ]
    assert "¥20 more for ¥10 off" in guest.get("/cart/").text


def test_an_amount_and_pieces_that_are_both_missing_are_both_said(guest):
    sku = make_sku("POT", list_cents=8_000)
    make_campaign("spend_tiers", sku=sku, conditions=[{"code": "min_quantity", "params": {"pieces": 3}}])
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    page = guest.get("/cart/").text
    assert "¥20 more for ¥10 off" in page
    assert "(and at least 2 more pieces)" in page


def test_pieces_that_are_missing_are_said(guest):
    sku = make_sku("POT", list_cents=8_000)
    make_campaign("nth_unit_off", sku=sku, layer="multi", params={"every": 3, "rate_bp": 5000})
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    assert "2 more pieces for ¥40 off" in guest.get("/cart/").text


def test_goods_that_a_promotion_only_counts_are_said_to_be_others(guest):
    sku = make_sku("POT", list_cents=12_000)
    conditions = [{"code": "cart_contains", "params": {"scope": {"skus": ["TEA"]}}}]
    make_campaign("spend_tiers", sku=sku, conditions=conditions)
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    page = guest.get("/cart/").text
    assert "1 more piece for ¥10 off" in page
    assert "(of certain other goods)" in page


def test_group_says_what_its_promotion_takes_off(guest):
    sku = make_sku()
    make_campaign("spend_tiers", sku=sku)
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    [group] = guest.get("/cart/").context["groups"]
    assert (group.saved_cents, group.gain) == (1_000, None)


def test_promotion_that_does_not_apply_says_why_with_the_name_of_the_other(guest):
    sku = make_sku()
    make_campaign(
        "percent_off",
        sku=sku,
        name="Members only",
        conditions=[{"code": "member_level", "params": {"levels": ["gold"]}}],
    )
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    text = guest.get("/cart/").text
    assert "Members only" in text
    assert "Sign in to see whether it applies to you." in text


def test_goods_no_longer_for_sale_are_shown_apart_and_not_priced(guest):
    sku, gone = make_sku(), make_sku(product=make_product(name="Gone"))
    for row in (sku, gone):
        guest.post("/cart/add/", {"sku": row.pk, "quantity": 1})
    gone.is_active = False
    gone.save()
    answer = guest.get("/cart/")
    assert answer.context["view"].total_cents == 10_000
    assert "Cannot be ordered as it is" in answer.text
    assert "Gone" in answer.text


def test_price_that_changed_since_the_last_look_is_pointed_out_once(guest):
    sku = make_sku()
    guest.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    assert "Price changed" not in guest.get("/cart/").text
    sku.list_cents = 12_000
    sku.save()
    assert "Price changed: ¥100.00 before, ¥120.00 now" in guest.get("/cart/").text
    assert "Price changed" not in guest.get("/cart/").text


def test_cart_shows_only_coupons_that_can_be_claimed(member):
    make_claim_campaign(template=make_template(threshold_cents=20_000))
    member.post("/cart/add/", {"sku": (sku := make_sku()).pk, "quantity": 1})
    [ticket] = member.get("/cart/").context["tickets"]
    member.post(f"/coupons/{ticket.claim_campaign.pk}/claim/", {"seq": ticket.seq, "position": "cart"})
    answer = member.post("/cart/quantity/", {"sku": sku.pk, "quantity": 2}, follow=True)
    assert answer.context["tickets"] == []
    assert answer.context["view"].total_cents == 19_000


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/cart/add/", "/cart/"),
        ("/cart/quantity/", "/cart/"),
        ("/checkout/coupons/", "/checkout/"),
        ("/coupons/1/claim/", "/coupons/"),
        ("/lotteries/7/draw/", "/lotteries/7/"),
        ("/orders/A-1/cancel/", "/orders/A-1/"),
    ],
)
def test_without_the_csrf_token_nothing_happens_and_who_looks_is_led_to_the_page(db, path, page):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"sku": make_sku().pk, "quantity": 1})
    assert answer.status_code == 403
    assert "Please try that again" in answer.text
    assert strict.get(path).url == page
    assert contents() == {}


def test_looking_at_the_cart_makes_none(guest):
    guest.get("/cart/")
    assert not Cart.objects.exists()


def test_carts_of_others_are_out_of_reach(guest, customer):
    make_cart({make_sku("HERS"): 1}, customer=customer)
    guest.post("/cart/add/", {"sku": make_sku("MINE").pk, "quantity": 1})
    assert [line.sku.code for line in guest.get("/cart/").context["view"].lines] == ["MINE"]
