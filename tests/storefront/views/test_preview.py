from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import CampaignRevision
from coupons.models import Coupon
from storefront import previewing
from storefront.forms.sample import typed_at
from storefront.models import Cart, Order
from tests.factories import FAR_AHEAD, LONG_AGO
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.pricing import make_product, make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16", "PLT-03")]

BEGIN, END = reverse("preview:shop"), reverse("preview:end")
SOON = timezone.now() + timedelta(days=5)
MARK = "preview-banner"


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


@pytest.fixture
def tea():
    """Tea for ¥100, half price for two days from five days on, announced from three days on."""
    sku = make_sku("TEA", product=make_product("tea", name="Tea"), list_cents=10_000)
    make_campaign(
        "percent_off",
        params={"rate_bp": 5_000},
        name="Half price days",
        badge="Half price",
        starts_at=SOON,
        ends_at=SOON + timedelta(days=2),
        warm_up_at=SOON - timedelta(days=2),
    )
    return sku


def look(client, at=None, **eyes):
    sent = {"at": typed_at(at or SOON + timedelta(hours=1)), "who": "guest", **eyes}
    return client.post(BEGIN, {f"sample-{name}": value for name, value in sent.items()})


def page(client, address="/products/tea/"):
    return client.get(address).content.decode()


def price(client, **kwargs):
    return client.get("/products/tea/").context["price"]


def test_staff_see_the_shop_of_a_chosen_moment_and_end_it_with_one_click(client, operator, tea):
    assert price(client).tag_cents == 10_000
    assert look(client).url == reverse("storefront:home")
    assert price(client).tag_cents == 5_000
    for address in ("/", "/products/", "/products/tea/", "/coupons/", "/cart/"):
        shown = client.get(address)
        assert MARK in shown.content.decode()
        assert shown["Cache-Control"] == "private, no-store"
    assert "Half price days" in page(client, "/")
    assert client.post(END).url == reverse("storefront:home")
    assert MARK not in page(client)
    assert price(client).tag_cents == 10_000


def test_an_announcement_shows_before_the_start_with_its_countdown(client, operator, tea):
    look(client, at=SOON - timedelta(days=1))
    shown = client.get("/products/tea/")
    assert (shown.context["price"].tag_cents, len(shown.context["price"].upcoming)) == (10_000, 1)
    moment = previewing_at(client)
    assert f'data-server-time="{int(moment.timestamp())}"' in shown.content.decode()


def previewing_at(client):
    return timezone.datetime.fromisoformat(client.session[previewing.KEY]["at"])


def test_prices_are_those_of_the_chosen_eyes(client, operator, tea):
    gold = [{"code": "member_level", "params": {"levels": ["gold"]}}]
    make_campaign("percent_off", params={"rate_bp": 7_000}, conditions=gold)
    mei = make_customer("C-1", name="Mei")
    make_coupon(
        customer=mei,
        template=make_template(params={"off_cents": 1_000}),
        valid_from=LONG_AGO,
        valid_until=FAR_AHEAD,
    )
    look(client, who="member", level="gold")
    assert price(client).tag_cents == 3_000
    look(client, who="new")
    assert price(client).tag_cents == 5_000
    look(client, at=timezone.now() + timedelta(hours=1), who="given", customer="C-1")
    assert (price(client).from_cents, price(client).with_coupon_cents) == (10_000, 9_000)
    assert "for Mei" in page(client)


def test_the_cart_of_a_preview_is_its_own(client, operator, tea):
    make_customer("C-9", user=operator)
    own = make_cart({tea: 3}, customer=operator.customer)
    look(client)
    client.post("/cart/add/", {"sku": tea.pk, "quantity": 2})
    view = client.get("/cart/").context["view"]
    assert [(line.quantity, line.net_cents) for line in view.lines] == [(2, 10_000)]
    client.post(END)
    view = client.get("/cart/").context["view"]
    assert [(line.quantity, line.net_cents) for line in view.lines] == [(3, 30_000)]
    assert Cart.objects.get(pk=own.pk).lines.get().quantity == 3


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "/checkout/"),
        ("post", "/checkout/"),
        ("post", "/checkout/coupons/"),
        ("post", "/checkout/region/"),
        ("post", "/coupons/{claim}/claim/"),
        ("get", "/wallet/"),
        ("get", "/orders/"),
        ("get", "/account/"),
        ("get", "/messages/"),
        ("post", "/messages/read/"),
        ("post", "/sign-in/"),
        ("post", "/payments/notice/"),
        ("post", "/"),
    ],
)
def test_nothing_is_ordered_claimed_or_read_as_somebody_else(client, operator, tea, method, address):
    claim = make_claim_campaign()
    mei = make_customer("C-1")
    look(client, who="given", customer="C-1")
    client.post("/cart/add/", {"sku": tea.pk, "quantity": 1})
    answer = getattr(client, method)(address.format(claim=claim.pk), {"seq": 1, "position": "home"})
    assert answer.status_code == (302 if method == "get" else 403)
    assert not Order.objects.exists()
    assert not Coupon.objects.filter(customer=mei).exists()
    assert previewing.KEY in client.session


@pytest.mark.parametrize(
    ("address", "led_to"),
    [("/cart/quantity/", "/cart/"), ("/cart/add/", "/cart/"), ("/coupons/popup/", "/")],
)
def test_whoever_reads_the_address_of_a_form_that_a_preview_takes_is_led_to_its_page(
    client, operator, tea, address, led_to
):
    look(client)
    answer = client.get(address, follow=True)
    assert answer.redirect_chain == [(led_to, 302)]
    assert "End it first." not in answer.text


def test_a_refusal_over_htmx_is_told_in_place(client, operator, tea):
    look(client)
    answer = client.post("/coupons/1/claim/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Retarget"]) == (403, "#toast")
    assert "This is a preview" in answer.content.decode()


def test_looking_writes_nothing_but_the_session(client, operator, tea):
    look(client)
    for address in ("/", "/products/", "/products/tea/", "/coupons/", "/cart/"):
        with CaptureQueriesContext(connection) as made:
            client.get(address)
        written = [row["sql"] for row in made if not row["sql"].lstrip().upper().startswith("SELECT")]
        assert [sql for sql in written if "django_session" not in sql and "SAVEPOINT" not in sql] == []


def test_shoppers_see_the_shop_as_it_is_meanwhile_and_afterwards(client, operator, tea):
    make_campaign("percent_off", params={"rate_bp": 2_000}, ends_at=timezone.now() + timedelta(days=1), priority=-1)
    look(client)
    assert price(client).tag_cents == 5_000  # asked first, so that the book of this process is compiled for it
    shopper = Client()
    assert price(shopper).tag_cents == 8_000
    assert MARK not in page(shopper)


@pytest.fixture
def draft(operator, tea):
    """The price of tea in a draft that would run beside nothing else, announced a day before."""
    rows = {tea: {"price_cents": 3_300, "stock_units": 4}}
    period = {"starts_at": SOON, "ends_at": SOON + timedelta(days=1), "warm_up_at": SOON - timedelta(days=1)}
    return make_revision("sku_prices", author=operator, rows=rows, name="Tea for a song", priority=9, **period)


def test_a_draft_is_in_the_whole_shop_as_if_it_were_approved(client, draft):
    own = reverse("storefront:campaign", args=[draft.campaign_id])
    look(client, draft=draft.pk)
    assert price(client).tag_cents == 3_300
    for address in ("/", "/products/tea/", own):
        assert "Tea for a song" in page(client, address)
    assert "is shown as if it were approved" in page(client)
    client.post("/cart/add/", {"sku": draft.skus.get().sku_id, "quantity": 5})
    assert client.get("/cart/").context["view"].lines[0].net_cents == 4 * 3_300 + 5_000  # beyond its stock, the other
    look(client, at=SOON - timedelta(hours=5), draft=draft.pk)
    assert [badge.name for badge in price(client).upcoming] == ["Tea for a song", "Half price days"]
    look(client)
    assert price(client).tag_cents == 5_000
    assert client.get(own).status_code == 404


def test_a_new_version_takes_the_place_of_what_is_in_force(client, operator, tea):
    campaign = make_campaign("percent_off", params={"rate_bp": 6_000}, name="Deep days", priority=5)
    assert price(client).tag_cents == 4_000
    change = make_revision("percent_off", campaign=campaign, author=operator, params={"rate_bp": 1_000}, priority=5)
    at = timezone.now() + timedelta(hours=1)
    look(client, at=at, draft=change.pk)
    assert price(client).tag_cents == 9_000
    assert price(Client()).tag_cents == 4_000
    CampaignRevision.objects.filter(pk=change.pk).update(review="rejected")
    assert price(client).tag_cents == 4_000
    assert "cannot be shown any more" in page(client)


def test_a_draft_that_lacks_its_rule_or_is_none_is_refused_where_it_is_chosen(client, operator, tea):
    empty = make_revision("percent_off", author=operator, params={})
    decided = make_campaign("percent_off").current_revision
    for pk in (empty.pk, decided.pk, 0, "x"):
        assert look(client, draft=pk).context["form"].errors["draft"]
    assert previewing.KEY not in client.session


@pytest.mark.parametrize("forged", ["cookie", "query", "header", "session"])
def test_a_shopper_who_forges_it_gets_nothing(tea, forged):
    shopper = Client()
    user = make_user("mei")
    make_customer("C-1", user=user)
    shopper.force_login(user)
    kept = {"at": SOON.isoformat(), "who": "guest", "level": "", "orders": 0, "customer": None}
    address, headers = "/products/tea/", {}
    if forged == "cookie":
        shopper.cookies[previewing.KEY] = f'{{"at": "{SOON.isoformat()}", "who": "guest"}}'
    elif forged == "query":
        address += f"?at={typed_at(SOON)}&sample-at={typed_at(SOON)}&{previewing.KEY}={SOON.isoformat()}"
    elif forged == "header":
        headers = {"X-Shop-Preview": SOON.isoformat()}
    else:  # even with the session's own words: the permission is asked at every request
        session = shopper.session
        session[previewing.KEY] = kept
        session.save()
    shown = shopper.get(address, headers=headers)
    assert shown.context["price"].tag_cents == 10_000
    assert MARK not in shown.content.decode()


def test_only_staff_with_the_permission_begin_and_only_as_long_as_they_have_it(client, tea):
    assert look(client).status_code == 302
    assert "login" in look(client).url
    client.force_login(make_user("bare", is_staff=True))
    assert look(client).status_code == 403
    operator = make_user("olga", groups=["operator"])
    client.force_login(operator)
    look(client)
    assert MARK in page(client)
    operator.groups.clear()
    assert MARK not in page(client)
    User.objects.filter(pk=operator.pk).update(is_active=False)
    assert MARK not in page(client)


def test_the_next_login_in_the_same_browser_sees_the_shop_as_it_is(client, operator, tea):
    look(client)
    client.logout()
    client.force_login(make_user("mei"))
    assert MARK not in page(client)
    assert price(client).tag_cents == 10_000


def test_the_past_and_nonsense_are_refused(client, operator, tea):
    for at in ("2020-01-01T00:00", "soon", ""):
        answer = client.post(BEGIN, {"sample-at": at, "sample-who": "guest"})
        assert answer.status_code == 200
        assert answer.context["form"].errors["at"]
    assert previewing.KEY not in client.session


def test_the_pop_up_of_then_is_shown_as_often_as_one_looks_and_never_noted(client, operator):
    campaign = make_claim_campaign(positions=["home_popup"], starts_at=SOON, ends_at=FAR_AHEAD)
    assert client.post("/coupons/popup/").content == b""
    look(client)
    for _ in range(2):
        assert f'id="ticket-popup-{campaign.pk}"' in client.post("/coupons/popup/").text
    assert "popups" not in client.session
