"""The main job, end to end, in a real browser: set up, approve, claim, buy, pay, return a part, report.

The figures are worked out by hand here, so that pages, ledgers and CSV are held to arithmetic and not to each
other. List prices: one sweater 299.00, one vase 128.00, two bowls 2 × 89.00; shipping 10.00 and 12.00.

    sweater 20 % off                 299.00 → 239.20
    goods before the order's offers  239.20 + 128.00 + 178.00 = 545.20
    300 − 50 takes                    21.94 +  11.74 +  16.32 =  50.00  (by net; the missing cents by largest fraction)
    coupon 30 takes                   13.16 +   7.04 +   9.80 =  30.00
    paid for the bowls               178.00 − 16.32 − 9.80 = 151.88, so one of two is 75.94
"""

import time
from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from campaigns.models import Campaign, PhaseChange
from pricing.clock import database_now
from promo_site.audit.run import audit
from promo_site.demo.people import welcome_people
from promo_site.demo.stocking import stock_shelves
from promo_site.demo_logins import DemoLogin
from storefront.models import MoneyTransfer
from tests.scenarios import office, shop

THRESHOLD, PERCENT, COUPON = "Autumn 300 − 50", "Sweaters 20% off", "¥30 off ¥200"
LIST, ITEM_OFF, ORDER_OFF, COUPON_OFF, SHIPPING = 60_500, 5_980, 5_000, 3_000, 2_200
PAID = LIST - ITEM_OFF - ORDER_OFF - COUPON_OFF + SHIPPING
ONE_BOWL = 7_594
WORKER_SECONDS = 120  # a machine may be busy with other tests


@pytest.fixture
def town(transactional_db):
    """Goods on the shelves and people with logins; nothing else."""
    stock_shelves()
    welcome_people(at=database_now())


@pytest.fixture
def visitors(live):
    """`live.page`, but an error on the console is a problem too, whatever it is about."""

    def open_page(**shape: object) -> Page:
        page = live.page(**shape)
        page.on("console", lambda said: _is_trouble(said) and live.problems.append(f"{page.url}: {said.text}"))
        return page

    return open_page


def _is_trouble(said: ConsoleMessage) -> bool:
    """A live part that asks anew, or whose page is left, gives up what it asked before: htmx calls that an error."""
    return said.type == "error" and not said.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.req("CAM-01", "CAM-05", "CAM-06", "CAM-07", "CAM-08", "CAM-09", "CPN-01", "CPN-03", "CPN-04", "CPN-08")
@pytest.mark.req("PRC-03", "PRC-05", "SHP-02", "SHP-05", "SHP-06", "SHP-07", "SHP-08", "REV-02", "REV-04", "ANA-05")
def test_campaign_is_set_up_approved_sold_returned_and_reported(town, visitors, celery_beat):
    set_everything_up(visitors)
    agent, finance = visitors(), visitors()
    office.sign_in(agent, "service")
    office.sign_in(finance, "finance")
    for phone, login in ((False, shop.SHOPPER), (True, shop.NEWCOMER)):
        number = buy_and_give_back(visitors(phone=phone), login, agent)
        finance_counts_the_same(finance, number)
    in_time(lambda: MoneyTransfer.objects.filter(entry__amount_cents=-ONE_BOWL).count() == 2)
    in_time(lambda: PhaseChange.objects.filter(phase="running").count() == Campaign.objects.count())
    assert audit() == []


def buy_and_give_back(shopper: Page, login: DemoLogin, agent: Page) -> str:
    """Return the order's number."""
    # when: a shopper claims, fills the cart, orders and pays
    number = buy(shopper, login)

    # then: the order says step by step what was paid
    assert shop.steps(shopper) == {
        "Goods at list price": LIST,
        "Shipping": SHIPPING,
        PERCENT: -ITEM_OFF,
        THRESHOLD: -ORDER_OFF,
        f"Coupon {COUPON}": -COUPON_OFF,
        "Total": PAID,
    }

    # when: one of the two bowls comes back
    give_back(shopper, number)
    approve_refund(agent, number)

    # then: exactly what was shown is to be paid back
    shopper.goto(f"/orders/{number}/")
    expect(shopper.get_by_text("1 returned")).to_be_visible()
    assert shop.cents_in(shopper.locator("dl.steps").nth(1).inner_text()) == ONE_BOWL
    return number


def set_everything_up(visitors: Callable[..., Page]) -> None:
    """The operator writes and hands in, the approver decides; each in a browser of their own."""
    operator, approver = visitors(), visitors()
    office.sign_in(operator, "operator")
    office.sign_in(approver, "approver")
    for set_up, state in ((set_up_threshold, "running"), (set_up_percentage, "running"), (set_up_template, "approved")):
        address = set_up(operator)
        nobody_approves_their_own(operator, address)
        office.approve(approver, address, state=state)
    office.approve(approver, set_up_claiming(operator), state="running")


def set_up_threshold(page: Page) -> str:
    values = {
        "name": THRESHOLD,
        "name_zh": "秋日满300减50",
        "badge": "300 − 50",
        "badge_zh": "满300减50",
        "rule_tiers_from": "300 600",
        "rule_tiers_off": "50 120",
    }
    ticked = ("[name=everything]", *office.combining())
    return office.set_up(page, office.CAMPAIGNS, "spend_tiers", values | office.period(), ticked=ticked)


def set_up_percentage(page: Page) -> str:
    values = {
        "name": PERCENT,
        "name_zh": "毛衣8折",
        "badge": "20% off",
        "badge_zh": "8折",
        "rule_rate_bp": "20",
        "sku_codes": "KNIT-SWEATER-M 10",
        "limit_units": "2",
    }
    return office.set_up(page, office.CAMPAIGNS, "percent_off", values | office.period(), ticked=office.combining())


def set_up_template(page: Page) -> str:
    values = {
        "name": COUPON,
        "name_zh": "满200减30",
        "rule_off_cents": "30",
        "threshold_cents": "200",
        "valid_days": "15",
        "issue_total": "100",
        "issue_per_customer": "1",
    }
    ticked = ("[name=everything]", *office.combining())
    return office.set_up(page, office.TEMPLATES, "amount_off", values, ticked=ticked)


def set_up_claiming(page: Page) -> str:
    values = {"template": COUPON, "name": "Autumn coupon", "name_zh": "秋日领券", "total": "50"}
    ticked = ("[name=positions][value=coupon_centre]", "[name=positions][value=home]")
    return office.set_up(page, office.CLAIM_CAMPAIGNS, "", values | office.period(), ticked=ticked)


def nobody_approves_their_own(page: Page, address: str) -> None:
    """The author sees no button, and the address behind it is closed."""
    page.goto(address)
    expect(page.get_by_role("link", name="Approve")).to_have_count(0)
    answer = page.request.get(address.replace("/change/", "/do/approve/"))
    assert answer.status == 403


def buy(page: Page, login: DemoLogin) -> str:
    """Sign in, see the offers, claim, fill the cart, order and pay; return the order's number."""
    shop.sign_in(page, login)
    page.goto("/products/knit-sweater/?sku=KNIT-SWEATER-M")
    expect(page.locator("#price .badge", has_text="300 − 50")).to_be_visible()
    assert shop.cents(page.locator("#price .card-price")) == 23_920
    shop.put_into_cart(page, "ceramic-vase", sku="CERAMIC-VASE")
    page.goto("/cart/")
    expect(page.locator(".gain")).to_contain_text("¥172 more for ¥50 off")
    shop.claim(page, COUPON)
    shop.put_into_cart(page, "knit-sweater", sku="KNIT-SWEATER-M")
    shop.put_into_cart(page, "rice-bowls", sku="RICE-BOWLS-BLUE", units=2)
    page.goto("/cart/")
    expect(page.locator(".gain")).to_contain_text("¥54.80 more for another ¥70 off (¥50 off already)")
    page.get_by_role("link", name="Check out").click()
    expect(page.locator(".choice", has_text=COUPON).locator("input")).to_be_checked()
    assert shop.cents(page.locator(".pay-bar")) == PAID
    number = shop.place_order(page)
    page.get_by_role("button", name="Pay ¥487.20").click()
    page.wait_for_url(f"**/orders/{number}/")
    expect(page.get_by_text("Thank you! Your payment has arrived.")).to_be_visible()
    return number


def give_back(page: Page, number: str) -> None:
    """Ask one bowl back; the amount is shown before it is asked for."""
    page.get_by_role("link", name="Return goods").click()
    page.get_by_label("Rice bowls, set of two · blue rim").fill("1")
    page.get_by_role("button", name="Show me the amount").click()
    assert shop.cents(page.locator("dl.steps .due")) == ONE_BOWL
    expect(page.get_by_text(f"Your coupon “{COUPON}” stays used")).to_be_visible()
    page.get_by_role("button", name="Request ¥75.94").click()
    page.wait_for_url(f"**/orders/{number}/")
    expect(page.get_by_text("Your refund request is being looked at.")).to_be_visible()


def approve_refund(page: Page, number: str) -> None:
    page.goto("/admin/storefront/refund/")
    row = page.get_by_role("row").filter(has_text=number)
    expect(row).to_contain_text("¥75.94")
    row.get_by_role("link").first.click()
    page.get_by_role("link", name="Approve, goods back on the shelf").click()
    page.wait_for_url("**/do/approve/")
    page.locator("button[name=_do]").click()
    page.wait_for_url("**/change/")
    expect(page.locator(".promo-state").first).to_have_text("refunded", ignore_case=True)


def finance_counts_the_same(page: Page, number: str) -> None:
    """Every figure of the pages is a sum of the CSV, to the cent."""
    rows = [row for row in office.download_report(page) if row["order"] == number]

    def total(column: str, **wanted: str) -> int:
        return sum(
            int(Decimal(row[column]) * 100) for row in rows if all(row[name] == value for name, value in wanted.items())
        )

    assert total("list", entry="goods") == LIST
    assert total("net", entry="shipping") == SHIPPING
    assert total("discount", entry="discount", campaign_name=PERCENT) == ITEM_OFF
    assert total("discount", entry="discount", campaign_name=THRESHOLD) == ORDER_OFF
    assert total("discount", entry="discount", template_name=COUPON) == COUPON_OFF
    assert {row["funder"] for row in rows if row["entry"] == "discount"} == {"platform"}
    assert total("net", entry="goods_back") + total("net", entry="discount_back") == -ONE_BOWL
    assert total("net") == PAID - ONE_BOWL


def in_time(holds: Callable[[], bool]) -> None:
    """Wait for the worker."""
    deadline = time.monotonic() + WORKER_SECONDS
    while not holds():
        assert time.monotonic() < deadline, f"the worker did not do it within {WORKER_SECONDS} s"
        time.sleep(0.2)
