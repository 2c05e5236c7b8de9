"""Gifts in the shop: seen in the cart, chosen, agreed to, and kept with the order."""

import pytest

from storefront.models import Cart, Order
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_product, make_sku
from tests.factories.storefront import make_cart, make_order, make_paid_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02", "SHP-05")]

LIVE = {"HX-Request": "true"}


def make_gifts(*names, **params):
    """A campaign that adds a gift worth 30 for each name."""
    gifts = [
        {"sku": make_sku(name.upper(), product=make_product(name=name)).code, "value_cents": 3000} for name in names
    ]
    return make_campaign("gift", params={"gifts": gifts, **params}, layer="order", name="A present")


def fill(browser, quantity=1):
    browser.post("/cart/add/", {"sku": make_sku().pk, "quantity": quantity})


def test_cart_says_what_is_missing_for_a_gift_and_then_shows_it_at_nothing(guest):
    make_gifts("Mug", threshold_pieces=2)
    fill(guest)
    page = guest.get("/cart/").text
    assert "1 more piece for “A present”, worth ¥30" in page
    assert 'id="gifts"' not in page
    fill(guest, 2)
    page = guest.get("/cart/").text
    assert "Mug" in page[page.index('id="gifts"') :]
    assert "1 × ¥0.00 · worth ¥30.00" in page
    assert guest.get("/cart/").context["view"].total_cents == 30_000


def test_missing_amount_for_a_gift_is_told_with_its_worth(guest):
    make_gifts("Mug", threshold_cents=12_000)
    fill(guest)
    assert "¥20 more for “A present”, worth ¥30" in guest.get("/cart/").text


def chosen(browser):
    return [gift.sku.code for gift in browser.get("/cart/").context["view"].gifts]


def test_shopper_chooses_one_of_two_and_takes_the_choice_back(guest):
    campaign = make_gifts("Mug", "Pen", choose=1)
    fill(guest)
    assert chosen(guest) == ["MUG"]
    answer = guest.post("/cart/gifts/", {"campaign": campaign.pk, "gifts": "PEN"}, headers=LIVE)
    assert [gift.sku.code for gift in answer.context["view"].gifts] == ["PEN"]
    assert Cart.objects.get().picked_gifts == {f"campaign:{campaign.pk}": ["PEN"]}
    guest.post("/cart/gifts/", {"campaign": campaign.pk})
    assert chosen(guest) == ["MUG"]


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"gifts": ["MUG", "PEN"]}, "Choose at most 1 of these gifts."),
        ({"gifts": ["HAT"]}, "Choose among the gifts of this promotion."),
        ({"gifts": ["x" * 300]}, "Choose among the gifts of this promotion."),
        ({"campaign": "no number", "gifts": ["MUG"]}, "Choose among the gifts of this promotion."),
        ({"campaign": "9" * 30, "gifts": ["MUG"]}, "Choose among the gifts of this promotion."),
    ],
)
def test_wrong_choices_are_refused_in_words_and_change_nothing(guest, sent, said):
    campaign = make_gifts("Mug", "Pen", choose=1)
    fill(guest)
    answer = guest.post("/cart/gifts/", {"campaign": campaign.pk} | sent, headers=LIVE)
    assert (answer.status_code, said in answer.text) == (400, True)
    assert Cart.objects.get().picked_gifts == {}


def test_a_gift_that_ran_out_cannot_be_chosen_and_an_old_choice_is_explained(guest):
    mug, pen = make_sku("MUG"), make_sku("PEN")
    gifts = [{"sku": code, "value_cents": 3000, "stock_units": 1} for code in ("MUG", "PEN")]
    campaign = make_campaign("gift", params={"gifts": gifts, "choose": 1}, layer="order")
    fill(guest)
    guest.post("/cart/gifts/", {"campaign": campaign.pk, "gifts": "MUG"})
    assert [gift.sku for gift in make_order({make_sku(): 1}).gifts.all()] == [mug]
    page = guest.get("/cart/").text
    assert "none left" in page
    assert "Your choice could not be followed: It is sold out." in page
    assert chosen(guest) == [pen.code]


def test_checkout_shows_the_gift_and_the_order_keeps_it(member, customer):
    make_gifts("Mug", threshold_pieces=1)
    cart = make_cart({make_sku(): 1}, customer=customer)
    page = member.get("/checkout/")
    assert "worth ¥30" in page.text
    sent = {
        "name": "Mei", "phone": "13800000000", "region": "Shanghai", "address": "1 Example Road",
        "key": page.context["key"], "fingerprint": page.context["view"].fingerprint,
    }  # fmt: skip
    member.post("/checkout/", sent)
    order = Order.objects.get()
    page = member.get(f"/orders/{order.number}/").text
    assert "Mug" in page
    assert "1 × ¥0.00 · worth ¥30.00" in page
    cart.refresh_from_db()
    assert cart.picked_gifts == {}


def test_a_coupon_to_be_earned_is_announced_in_the_cart_and_on_the_order(member, customer):
    params = {"template": "7", "value_cents": 500}
    make_campaign("reward", params=params, layer="order", name="Come again")
    fill(member)
    said = "“Come again”: you get the coupon once the order is paid."
    assert said in member.get("/cart/").text
    order = make_order({make_sku(): 1}, customer=customer)
    assert said in member.get(f"/orders/{order.number}/").text


@pytest.mark.req("SHP-03")
def test_the_page_of_the_campaign_shows_its_gifts(guest):
    campaign = make_gifts("Mug", "Pen", threshold_cents=10_000, choose=1)
    page = guest.get(f"/campaigns/{campaign.pk}/").text
    assert "1 of 2 gifts from ¥100" in page
    assert page.index("Mug") < page.index("Pen")
    assert "worth ¥30.00" in page


@pytest.mark.req("SHP-06")
def test_a_gift_that_shrank_since_the_checkout_page_is_told_in_words(member, customer):
    sku, mug = make_sku(), make_sku("MUG", product=make_product(name="Mug"))
    gifts = [{"sku": mug.code, "value_cents": 3000, "stock_units": 3}]
    params = {"gifts": gifts, "threshold_pieces": 1, "every": True}
    make_campaign("gift", params=params, layer="order", sku=sku)
    make_cart({sku: 3}, customer=customer)
    page = member.get("/checkout/")
    make_order({sku: 1})
    sent = {
        "name": "Mei", "phone": "13800000000", "region": "Shanghai", "address": "1 Example Road",
        "key": page.context["key"], "fingerprint": page.context["view"].fingerprint,
    }  # fmt: skip
    answer = member.post("/checkout/", sent)
    assert answer.status_code == 409
    assert "Gift Mug: 3 pieces before, 2 now." in answer.text
    assert Order.objects.count() == 1


@pytest.mark.req("REV-02")
def test_a_refund_asks_for_the_gift_before_it_is_requested(member, customer):
    make_gifts("Mug")
    order = make_paid_order({make_sku(): 2}, customer=customer)
    line = order.lines.get()
    page = member.post(f"/orders/{order.number}/refund/", {f"units_{line.pk}": 1, "fault": "shopper"}).text
    assert "1 × Mug came with this order as a gift." in page


def test_a_guests_choice_is_kept_at_sign_in(guest, customer):
    campaign = make_gifts("Mug", "Pen", choose=1)
    fill(guest)
    guest.post("/cart/gifts/", {"campaign": campaign.pk, "gifts": "PEN"})
    guest.post("/sign-in/", {"username": "mei", "password": "secret"})
    assert Cart.objects.get(customer=customer).picked_gifts == {f"campaign:{campaign.pk}": ["PEN"]}
    assert chosen(guest) == ["PEN"]
