"""What shoppers do in the shop, as they do it: through pages, forms and buttons."""

import re

from playwright.sync_api import Locator, Page, expect

from promo_site.demo_logins import DEMO_LOGINS, DemoLogin

SHOPPER, NEWCOMER = (login for login in DEMO_LOGINS if login.role == "shopper")


def sign_in(page: Page, shopper: DemoLogin = SHOPPER) -> None:
    page.goto("/sign-in/")
    page.fill("input[name=username]", shopper.username)
    page.fill("input[name=password]", shopper.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda address: "sign-in" not in address)


def claim(page: Page, coupon: str) -> None:
    """Claim a coupon in the coupon centre, with a double click as impatient people do."""
    page.goto("/coupons/")
    ticket = page.locator("article.ticket", has_text=coupon)
    ticket.get_by_role("button", name="Claim", exact=True).dblclick()
    expect(ticket.locator(".badge")).to_have_text("Claimed")


def put_into_cart(page: Page, product: str, *, sku: str, units: int = 1) -> None:
    page.goto(f"/products/{product}/?sku={sku}")
    page.fill("input[name=quantity]", str(units))
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#toast")).to_contain_text("Added to the cart.")


def fill_in_recipient(page: Page) -> None:
    """Type who gets it; the region prices the cart anew, and the button to order comes again with the new prices."""
    page.fill("input[name=name]", "王小明")
    page.fill("input[name=phone]", "13800138000")
    page.fill("input[name=region]", "上海")
    with page.expect_response("**/checkout/region/"):
        page.locator("textarea[name=address]").fill("徐汇区安福路 201 号")
    settled(page)


def settled(page: Page) -> None:
    """Wait until every live part that was asked for is there."""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def place_order(page: Page) -> str:
    """Fill in who gets it, order, and return the order number from the pay page's address."""
    fill_in_recipient(page)
    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url("**/pay/")
    return page.url.split("/")[-3]


def cents(amount: Locator) -> int:
    """Read one amount as the page shows it: the exact cents of a price, else the last ¥ in its text."""
    amount.first.wait_for()
    amount.page.wait_for_load_state()
    value = amount.locator("data.price").or_(amount.and_(amount.page.locator("data.price")))
    if value.count():
        return int(value.first.get_attribute("value") or "")
    return cents_in(amount.inner_text())


def cents_in(text: str) -> int:
    whole, fraction = re.findall(r"¥\s*([\d,]+)\s*\.(\d\d)", text)[-1]
    return int(whole.replace(",", "")) * 100 + int(fraction)


def steps(page: Page) -> dict[str, int]:
    """Read a price breakdown: label -> cents, discounts negative."""
    found = {}
    page.locator("dl.steps").first.wait_for()
    page.wait_for_load_state()  # a list that is there may still be growing
    for row in page.locator("dl.steps").first.locator("> div").all():
        sign = -1 if "off" in (row.get_attribute("class") or "") else 1
        found[row.locator("dt").inner_text()] = sign * cents(row.locator("dd"))
    return found
