"""What happens while somebody looks at the checkout: a campaign ends or sells out, a button is clicked twice.

One piece at 100.00, 20% off by the campaign: 80.00 is on the page, 100.00 is what it costs afterwards.
"""

from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from playwright.sync_api import Page, expect

from campaigns.models import Campaign
from pricing.clock import database_now
from pricing.models import Sku
from promo_site.audit.run import audit
from storefront.models import Order, PaymentEntry
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, order_cart
from tests.scenarios import shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

NAME = "Autumn sale"


def ends_today(sku: Sku) -> Campaign:
    return make_campaign("percent_off", sku=sku, name=NAME, ends_at=database_now() + timedelta(minutes=5))


def the_end_comes(sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ten minutes later for the site, by its own clock and by the database's."""
    now, later = timezone.now, timedelta(minutes=10)

    class Later(CursorWrapper):
        def fetchone(self):
            return (self.cursor.fetchone()[0] + later,)

    monkeypatch.setattr("django.utils.timezone.now", lambda: now() + later)
    monkeypatch.setattr(
        "pricing.clock.connection", SimpleNamespace(cursor=lambda: Later(connection.cursor(), connection))
    )


def has_one_piece(sku: Sku) -> Campaign:
    return make_campaign("percent_off", sku=sku, name=NAME, stock={sku: 1})


def somebody_else_takes_it(sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = order_cart(make_cart({sku: 1}, customer=make_customer()))
    assert taken.total_cents == 8_000


@pytest.mark.req("SHP-06", "CAM-08", "CAM-10")
@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    ("campaign_that", "meanwhile", "why"),
    [
        pytest.param(ends_today, the_end_comes, "it is over.", id="ends"),
        pytest.param(has_one_piece, somebody_else_takes_it, "it is sold out.", id="sells out"),
    ],
)
def test_shopper_is_told_that_a_campaign_is_gone_and_may_accept_the_new_price(
    live,
    campaign_that: Callable[[Sku], Campaign],
    meanwhile: Callable[[Sku, pytest.MonkeyPatch], None],
    why: str,
    phone: bool,
    monkeypatch,
):
    # given: a checkout that shows the price of the campaign
    sku, page = make_sku(), live.page(phone=phone)
    shop.put_into_cart(page, sku.product.code, sku=sku.code)
    campaign_that(sku)
    page.goto("/checkout/")
    assert amount_due(page) == 8_000
    shop.fill_in_recipient(page)

    # when: the campaign is gone before the order is placed
    meanwhile(sku, monkeypatch)
    others = Order.objects.count()
    page.get_by_role("button", name="Place the order").click()

    # then: the page says so, shows the new price, and nothing was ordered or charged
    notice = page.locator("#price-changed")
    expect(notice).to_contain_text("The price has changed. Nothing was ordered or charged.")
    expect(notice.locator("li")).to_have_text(
        [f"“{NAME}” does not apply any more: {why}", "Amount due: ¥80 before, ¥100 now."]
    )
    assert amount_due(page) == 10_000
    assert (Order.objects.count(), PaymentEntry.objects.count()) == (others, 0)

    # when: the shopper agrees, everything that was typed is still there
    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url("**/pay/")
    order = Order.objects.get(number=page.url.split("/")[-3])
    assert (order.total_cents, order.recipient["name"], Order.objects.count()) == (10_000, "王小明", others + 1)
    assert audit() == []


@pytest.mark.req("SHP-06")
def test_double_click_on_the_last_button_makes_one_order(live):
    sku, page = make_sku(), live.page()
    shop.put_into_cart(page, sku.product.code, sku=sku.code)
    page.goto("/checkout/")
    shop.fill_in_recipient(page)
    page.get_by_role("button", name="Place the order").dblclick()
    page.wait_for_url("**/pay/")
    assert Order.objects.get().number == page.url.split("/")[-3]


def amount_due(page: Page) -> int:
    return shop.steps(page)["Amount due"]
