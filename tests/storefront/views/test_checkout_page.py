"""Checkout: what was shown is what is paid; a changed price, a foreign coupon, a bad form change nothing."""

from uuid import uuid4

import pytest

from coupons.models import Coupon
from pricing.commands.book import turn_page
from pricing.models import Sku
from storefront.models import Cart, Order
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon

pytestmark = [pytest.mark.django_db, pytest.mark.req("SHP-06", "CPN-08")]

LIVE = {"HX-Request": "true"}
SOMEBODY = {"name": "Li Lei", "phone": "138 0013 8000", "region": "Zhejiang", "address": "1 Example Road"}


def form_of(browser) -> dict[str, str]:
    """The form as the page shows it, filled in."""
    shown = browser.get("/checkout/").context
    return {**SOMEBODY, "key": str(shown["key"]), "fingerprint": shown["view"].fingerprint}


def fill(browser, *skus: Sku) -> None:
    for sku in skus:
        browser.post("/cart/add/", {"sku": sku.pk, "quantity": 1})


def test_order_is_placed_as_shown_and_goes_on_to_the_payment(member, customer):
    fill(member, make_sku(shop=make_shop(shipping_fee_cents=800)))
    make_campaign("spend_tiers")
    answer = member.post("/checkout/", form_of(member))
    order = Order.objects.get()
    assert answer["Location"] == f"/orders/{order.number}/pay/"
    assert (order.customer, order.total_cents, order.region) == (customer, 9_800, "Zhejiang")
    assert order.recipient == {"name": "Li Lei", "phone": "138 0013 8000", "address": "1 Example Road"}
    assert member.get("/cart/").context["view"].is_empty


def test_sent_twice_makes_one_order(member):
    fill(member, make_sku())
    form = form_of(member)
    first, second = member.post("/checkout/", form), member.post("/checkout/", form)
    assert Order.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_member_whose_session_ended_signs_in_again_and_finds_the_cart_as_it_was(member, customer):
    fill(member, make_sku())
    form = form_of(member)
    assert 'name="signed_in"' in member.get("/checkout/").text
    member.logout()
    answer = member.post("/checkout/", form | {"signed_in": "1"}, follow=True)
    assert answer.redirect_chain == [("/sign-in/?next=%2Fcheckout%2F", 302)]
    assert "nothing was ordered. Your cart waits for you." in answer.text
    member.force_login(customer.user)
    assert member.get("/checkout/").context["view"].pieces == 1
    assert not Order.objects.exists()


@pytest.mark.parametrize("address", ["region", "coupons"])
def test_lost_session_never_reprices_an_empty_cart_in_the_place_of_the_members(member, customer, address):
    fill(member, make_sku())
    make_lasting_coupon(customer)
    shown = member.get("/checkout/").text
    assert 'hx-params="region,signed_in,csrfmiddlewaretoken"' in shown
    assert shown.count('<input type="hidden" name="signed_in" value="1">') == 2
    member.logout()
    sent = {"region": "Zhejiang"}
    lost = member.post(f"/checkout/{address}/", sent | {"signed_in": "1"}, headers=LIVE)
    assert lost["HX-Redirect"] == "/sign-in/?next=%2Fcheckout%2F"
    assert "Your cart waits for you." in member.get(lost["HX-Redirect"]).text
    assert member.post(f"/checkout/{address}/", sent, headers=LIVE)["HX-Redirect"] == "/checkout/"


def test_guest_orders_and_finds_the_order_again_in_the_session_only(guest, client):
    fill(guest, make_sku())
    guest.post("/checkout/", form_of(guest))
    number = Order.objects.get().number
    assert guest.get(f"/orders/{number}/").status_code == 200
    assert client.get(f"/orders/{number}/").status_code == 404


def test_changed_price_is_a_409_that_explains_itself_and_orders_nothing(member):
    sku = make_sku()
    fill(member, sku)
    form = form_of(member)
    Sku.objects.filter(pk=sku.pk).update(list_cents=12_000)
    answer = member.post("/checkout/", form)
    assert answer.status_code == 409
    assert "Nothing was ordered or charged." in answer.text
    assert "¥100 before, ¥120 now." in answer.text
    assert 'value="Li Lei"' in answer.text
    assert not Order.objects.exists()
    again = {**form, "fingerprint": answer.context["view"].fingerprint, "key": str(answer.context["key"])}
    assert member.post("/checkout/", again).status_code == 302
    assert Order.objects.get().total_cents == 12_000


def test_campaign_that_ended_meanwhile_is_named_in_the_409(member):
    campaign = make_campaign("spend_tiers", name="Autumn")
    fill(member, make_sku())
    form = form_of(member)
    campaign.state = "stopped"
    campaign.save()
    turn_page()
    answer = member.post("/checkout/", form)
    assert answer.status_code == 409
    assert "“Autumn” does not apply any more." in answer.text
    assert not Order.objects.exists()


def test_promotion_that_does_not_apply_any_more_and_why_is_one_sentence(member):
    campaign = make_campaign("spend_tiers", name="Autumn")
    fill(member, make_sku())
    form = form_of(member)
    campaign.state = "paused"
    campaign.save()
    turn_page()
    english, chinese = (member.post("/checkout/", form, headers={"Accept-Language": tag}) for tag in ("en", "zh-hans"))
    assert "<li>“Autumn” does not apply any more: it is paused.</li><li>Amount due:" in english.text
    assert "<li>“Autumn”不再适用：已暂停。</li>" in chinese.text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"phone": "call me"}, "Enter digits"),
        ({"address": "x" * 301}, "at most 300 characters"),
        ({"region": ""}, "This field is required."),
        ({"region": "x" * 65}, "at most 64 characters"),
        ({"name": "a\x00b"}, "Null characters are not allowed."),
        ({"fingerprint": "0"}, "Please reload the page and try again."),
        ({"fingerprint": ""}, "This field is required."),
        ({"key": "1"}, "Please reload the page and try again."),
    ],
)
def test_bad_form_is_explained_beside_the_field_and_orders_nothing(member, changes, said):
    fill(member, make_sku())
    answer = member.post("/checkout/", {**form_of(member), **changes})
    assert answer.status_code == 400
    assert said in answer.text
    assert not Order.objects.exists()


def test_forged_fingerprint_orders_nothing(member):
    fill(member, make_sku())
    assert member.post("/checkout/", {**form_of(member), "fingerprint": "0" * 64}).status_code == 409
    assert not Order.objects.exists()


def test_empty_cart_has_no_checkout(member, guest):
    assert guest.get("/checkout/")["Location"] == "/cart/"
    answer = member.post("/checkout/", {**SOMEBODY, "key": str(uuid4()), "fingerprint": "0" * 64}, follow=True)
    assert "There is nothing in the cart that can be ordered." in answer.text


def test_best_coupon_is_preselected_and_another_can_be_picked(member, customer):
    best, worse = make_template(params={"off_cents": 2_000}), make_template(params={"off_cents": 1_000})
    better, other = make_lasting_coupon(customer, template=best), make_lasting_coupon(customer, template=worse)
    fill(member, make_sku())
    shown = member.get("/checkout/")
    assert [choice.coupon_id for choice in shown.context["usable"] if choice.is_used] == [better.pk]
    assert "Chosen for you: you save ¥20.00." in shown.text
    assert f'id="choice-{other.pk}"' in shown.text  # htmx gives the focus back to what has a name
    picked = member.post("/checkout/coupons/", {"coupons": [other.pk]}, headers=LIVE)
    assert '<div id="spoken" hx-swap-oob="innerHTML"> Amount due: ¥90.00</div>' in picked.text
    assert picked.context["view"].total_cents == 9_000
    assert "Your own choice." in picked.text
    none = member.post("/checkout/coupons/", {}, headers=LIVE)
    assert none.context["view"].total_cents == 10_000
    back = member.post("/checkout/coupons/", {"best": "1"}, headers=LIVE)
    assert back.context["view"].total_cents == 8_000


def test_unusable_coupon_is_listed_with_what_is_missing(member, customer):
    make_lasting_coupon(customer, template=make_template(threshold_cents=15_000))
    fill(member, make_sku())
    answer = member.get("/checkout/")
    assert len(answer.context["unusable"]) == 1
    assert "¥50 more and it applies." in answer.text


@pytest.mark.parametrize("picked", ["foreign", "abc", "999999", "-1", "9" * 40])
def test_coupon_of_somebody_else_is_refused_in_words_and_nothing_changes(member, customer, picked):
    foreign = make_lasting_coupon(make_customer())
    fill(member, make_sku())
    sent = {"coupons": [foreign.pk if picked == "foreign" else picked]}
    answer = member.post("/checkout/coupons/", sent, headers=LIVE)
    assert answer.status_code == 400
    assert "Choose coupons from your own wallet." in answer.text
    assert Cart.objects.get(customer=customer).picked_coupons is None
    assert Coupon.objects.get(pk=foreign.pk).state == "unused"


def test_region_may_change_the_price_and_is_shown_at_once(member):
    make_campaign("spend_tiers", conditions=[{"code": "region", "params": {"regions": ["Zhejiang"]}}])
    fill(member, make_sku())
    assert member.get("/checkout/").context["view"].total_cents == 10_000
    live = member.post("/checkout/region/", {"region": "Zhejiang"}, headers=LIVE)
    assert live.context["view"].total_cents == 9_000
    assert member.post("/checkout/region/", {"region": "x" * 65}, headers=LIVE).status_code == 400


def test_steps_lead_from_list_price_to_the_amount_due(member, customer):
    make_campaign("spend_tiers", name="Order rule")
    make_lasting_coupon(customer, template=make_template(threshold_cents=None, name="Ten off"))
    fill(member, make_sku(shop=make_shop(shipping_fee_cents=500)))
    shown = member.get("/checkout/").context
    steps = [(row.name, row.cents) for row in shown["view"].discounts]
    assert (shown["view"].list_cents, shown["fees_cents"], steps, shown["view"].total_cents) == (
        10_000,
        500,
        [("Order rule", 1_000), ("Ten off", 1_000)],
        8_500,
    )


def test_guest_at_an_offer_limited_per_person_is_asked_to_sign_in_and_keeps_the_cart(guest):
    make_campaign("percent_off", limit_units=1, name="Once each")
    fill(guest, make_sku())
    answer = guest.post("/checkout/", form_of(guest), follow=True)
    assert answer.redirect_chain == [("/sign-in/?next=%2Fcheckout%2F", 302)]
    assert "Please sign in: “Once each” is limited per person." in answer.text
    assert not Order.objects.exists()
    assert guest.get("/cart/").context["view"].total_cents == 8_000


@pytest.mark.req("CAM-08")
def test_guest_is_told_to_sign_in_before_filling_the_form_where_an_offer_is_limited_per_person(guest, member):
    sku = make_sku()
    make_campaign("percent_off", sku=sku, limit_units=1, name="One each")
    for browser in (guest, member):
        fill(browser, sku)
    asked = "Please sign in: “One each” is limited per person."
    assert asked in guest.get("/checkout/").text
    assert asked not in member.get("/checkout/").text


@pytest.mark.parametrize("page", ["/cart/", "/checkout/", "/orders/", "/wallet/", "/account/"])
def test_personal_pages_are_asked_for_again_by_the_back_button(member, page):
    fill(member, make_sku())
    assert "no-store" in member.get(page)["Cache-Control"]
