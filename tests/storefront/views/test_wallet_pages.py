"""The wallet: what each coupon is good for, until when, what to buy with it; with many coupons as with few."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coupons.commands.recalling import recall_coupon
from coupons.models import Coupon
from coupons.selectors.drawers import DRAWERS
from tests.factories import LONG_AGO
from tests.factories.campaigns import make_customer
from tests.factories.coupons import make_coupon, make_template
from tests.factories.pricing import make_category, make_product, make_shop, make_sku
from tests.factories.storefront import make_lasting_coupon, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-07")]

CHINESE = {"Accept-Language": "zh-hans"}


def many_coupons(customer, *, count, template=None):
    now = timezone.now()
    revision = (template or make_template()).current_revision
    made = Coupon.objects.bulk_create(
        Coupon(
            template_id=revision.template_id,
            revision=revision,
            customer=customer,
            route="grant",
            grant_key=f"many-{revision.pk}-{number}",
            issued_at=now,
            valid_from=LONG_AGO,
            valid_until=now + timedelta(days=5 + number),
        )
        for number in range(count)
    )
    return list(made)


def queries_of(browser, address):
    """How many queries a page asks once it has been seen."""
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
        return len(asked)


def test_wallet_sorts_coupons_into_drawers(member, customer):
    used_by_order = make_lasting_coupon(customer)
    order = make_order({make_sku(): 1}, customer=customer, coupons=[used_by_order])
    make_lasting_coupon(customer)
    past = make_lasting_coupon(customer)
    Coupon.objects.filter(pk=past.pk).update(valid_until=timezone.now() - timedelta(days=1))
    counts = {name: number for name, _, number in member.get("/wallet/").context["drawers"]}
    assert counts == {"unused": 1, "awaiting_payment": 1, "used": 0, "expired": 1, "recalled": 0}
    waiting = member.get("/wallet/?show=awaiting_payment").text
    assert "Awaiting payment" in waiting
    assert f'href="/orders/{order.number}/"' in waiting


def test_wallet_of_a_guest_asks_to_sign_in(guest):
    assert guest.get("/wallet/")["Location"] == "/sign-in/?next=%2Fwallet%2F"


def test_coupon_says_what_it_is_good_for_from_the_revision_it_came_with(member, customer):
    tea, books, shop = make_category(name="Tea"), make_category(name="Books"), make_shop(name="Qinghe")
    template = make_template(scopes=[{"category": tea}, {"category": books, "excluded": True}], shop=shop)
    coupon = make_lasting_coupon(customer, template=template)
    [card] = member.get("/wallet/").context["wallet"].cards
    assert card.good_for.goods == "For Tea, sold by Qinghe, not for Books"
    assert card.good_for.rules == ("¥10 off", "From ¥100")
    assert card.coupon == coupon


def test_exchange_coupon_names_its_goods_and_leads_to_them(member, customer):
    cup = make_sku("cup", product=make_product(name="Porcelain cup"))
    make_sku("pot")
    coupon = make_lasting_coupon(
        customer, template=make_template("exchange", params={"goods": {"cup": 2}}, threshold_cents=None, face_cents=500)
    )
    [card] = member.get("/wallet/").context["wallet"].cards
    assert card.good_for.rules == ("Exchange for Porcelain cup × 2",)
    page = member.get(f"/wallet/{coupon.pk}/goods/")
    assert [shown.sku for shown in page.context["shelf"].cards] == [cup]


def test_recalled_coupon_says_why_in_the_readers_language(member, customer):
    coupon = make_coupon(customer=customer)
    reason = "the order was refunded in full"
    recall_coupon(coupon_id=coupon.pk, order_key=coupon.number, reason=reason, at=timezone.now())
    assert "the order was refunded in full" in member.get("/wallet/?show=recalled").text
    assert "订单已全额退款" in member.get("/wallet/?show=recalled", headers=CHINESE).text


def test_coupons_about_to_expire_come_first_and_are_marked(member, customer):
    today = timezone.localtime(timezone.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    make_lasting_coupon(customer)
    soon = make_lasting_coupon(customer)
    Coupon.objects.filter(pk=soon.pk).update(valid_until=today + timedelta(days=2))
    page = member.get("/wallet/")
    assert [(card.coupon.pk == soon.pk, card.is_soon) for card in page.context["wallet"].cards] == [
        (True, True),
        (False, False),
    ]
    assert '<span class="badge coupon">until tomorrow</span>' in page.text
    assert "明天到期" in member.get("/wallet/", headers=CHINESE).text


def test_wallet_is_searched_sorted_and_paged(member, customer):
    many_coupons(customer, count=25)
    tea = make_lasting_coupon(customer, template=make_template(name="Tea time", params={"off_cents": 9_000}))
    first, second = member.get("/wallet/").context["wallet"], member.get("/wallet/?page=2").context["wallet"]
    assert (len(first.cards), len(second.cards), second.cards[-1].coupon) == (24, 2, tea)
    assert [card.coupon for card in member.get("/wallet/?q=tea").context["wallet"].cards] == [tea]
    assert member.get("/wallet/?sort=worth").context["wallet"].cards[0].coupon == tea
    assert "No coupon found" in member.get("/wallet/?soon=1").text


@pytest.mark.parametrize("query", ["?show=x", "?page=-1", "?page=9999999999", "?sort=x", "?q=%00", "?page=x"])
def test_odd_filters_show_the_wallet_all_the_same(member, customer, query):
    make_lasting_coupon(customer)
    assert len(member.get(f"/wallet/{query}").context["wallet"].cards) == 1


def test_goods_of_a_coupon_are_exactly_those_where_it_applies(member, customer):
    product, tea = make_product(name="Vase"), make_category()
    small, large = make_sku(product=product), make_sku(product=product, list_cents=5_000)
    pot, _other = make_sku(category=tea), make_sku()
    coupon = make_lasting_coupon(customer, template=make_template(sku=small, scopes=[{"category": tea}]))
    page = member.get(f"/wallet/{coupon.pk}/goods/")
    assert {card.sku for card in page.context["shelf"].cards} == {small, pot}  # not `large`, though it is cheaper
    assert f'href="/products/{product.code}/?sku={small.code}"' in page.text
    dear_first = member.get(f"/wallet/{coupon.pk}/goods/?sort=-price").context["shelf"]
    assert {card.sku for card in dear_first.cards} == {small, pot}
    assert large.code not in page.text


def test_goods_of_a_coupon_say_how_far_the_cart_is(member, customer):
    sku = make_sku(list_cents=6_000)
    coupon = make_lasting_coupon(customer)
    page = f"/wallet/{coupon.pk}/goods/"
    assert member.get(page).context["progress"] is None
    member.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    assert "¥40 more for ¥10 off" in member.get(page).text
    member.post("/cart/add/", {"sku": sku.pk, "quantity": 1})
    assert "It takes ¥10.00 off what is in your cart." in member.get(page).text


def test_goods_of_somebody_elses_coupon_do_not_exist(member, guest):
    foreign = make_lasting_coupon(make_customer())
    for number in (foreign.pk, 10**30):
        assert member.get(f"/wallet/{number}/goods/").status_code == 404
    assert guest.get(f"/wallet/{foreign.pk}/goods/")["Location"].startswith("/sign-in/")


def test_pages_ask_as_much_with_many_coupons_as_with_few(member, customer):
    template = make_template()
    few = many_coupons(customer, count=3, template=template)
    member.post("/cart/add/", {"sku": make_sku().pk, "quantity": 1})
    pages = ("/wallet/", "/checkout/", "/cart/", f"/wallet/{few[0].pk}/goods/")
    asked = {page: queries_of(member, page) for page in pages}
    many_coupons(customer, count=200)
    Coupon.objects.filter(customer=customer).update(template=template, revision=template.current_revision)
    assert {page: queries_of(member, page) for page in pages} == asked
    assert len(member.get("/checkout/").context["view"].coupons) == 1


def test_each_empty_drawer_says_what_will_stand_there(member):
    pages = {drawer: member.get(f"/wallet/?show={drawer}").text for drawer in DRAWERS}
    assert "Coupons that you claim wait for you in this wallet." in pages["unused"]
    assert "Coupons that were taken back stand here, with the reason." in pages["recalled"]
    tabs = {drawer: 'href="/wallet/?show=recalled"' in page for drawer, page in pages.items()}
    assert [drawer for drawer, has_recalled in tabs.items() if has_recalled] == ["recalled"]
    assert len({page.split('<div class="empty">')[1].split("<a")[0] for page in pages.values()}) == 5
