"""The live parts in a real browser: quantities, claims, coupons, countdowns; and the same without any script."""

import pytest
from playwright.sync_api import Page, expect

from pricing.models import Sku
from storefront.models import CartLine
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.coupons import make_claim_campaign
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sign_in(page: Page) -> None:
    make_customer(user=make_user("mei"), name="Mei")
    page.goto("/sign-in/")
    page.get_by_label("Username").fill("mei")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "sign-in" not in address)


def add(page: Page, sku: Sku) -> None:
    page.goto(f"/products/{sku.product.code}/")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.locator("#toast")).to_contain_text("Added to the cart.")


def to_pay(page: Page):
    return page.locator(".steps .due data")


@pytest.mark.req("SHP-05")
def test_totals_and_the_gap_to_the_next_tier_follow_the_quantity_at_once(live):
    make_campaign("spend_tiers")
    page = live.page(phone=True)
    add(page, make_sku(list_cents=8_000))
    expect(page.locator("#cart-count")).to_have_text("1")
    page.goto("/cart/")
    expect(page.locator(".gain p")).to_have_text("¥20 more for ¥10 off")
    page.get_by_role("button", name="One more").click()
    expect(to_pay(page)).to_have_attribute("value", "15000")
    expect(page.locator("#cart-count")).to_have_text("2")
    expect(page.locator(".gain")).to_have_count(0)


@pytest.mark.req("CPN-04")
def test_coupon_claimed_in_the_cart_lowers_the_price_at_once(live):
    make_claim_campaign()
    page = live.page()
    sign_in(page)
    add(page, make_sku())
    page.goto("/cart/")
    expect(to_pay(page)).to_have_attribute("value", "10000")
    page.get_by_role("button", name="Claim and use").dblclick()
    expect(to_pay(page)).to_have_attribute("value", "9000")
    page.goto("/checkout/")
    page.get_by_role("checkbox", name="Coupon").uncheck()
    expect(to_pay(page)).to_have_attribute("value", "10000")
    page.get_by_role("button", name="Choose the best for me").click()
    expect(to_pay(page)).to_have_attribute("value", "9000")
    # signed out elsewhere: what is wrong is told, and no page of error stands inside this one
    page.context.clear_cookies()
    page.get_by_role("checkbox", name="Coupon").click()
    expect(page.locator("#toast")).to_contain_text("Please try that again · The page was open for too long")
    expect(page.locator("main .empty")).to_have_count(0)


@pytest.mark.req("SHP-02")
def test_countdown_runs_and_the_page_is_fresh_at_zero(live):
    sku = make_sku()
    make_campaign("percent_off", sku=sku)
    page = live.page()
    page.goto(f"/products/{sku.product.code}/")
    clock = page.locator("#price .clock")
    before = clock.inner_text()
    expect(clock).not_to_have_text(before)
    Sku.objects.filter(pk=sku.pk).update(list_cents=20_000)
    page.evaluate("document.querySelector('#price .countdown').dataset.until = 1")
    expect(page.locator("#price data.now")).to_have_attribute("value", "16000")


@pytest.mark.req("SHP-06")
def test_main_path_works_without_any_script(live, browser):
    sku = make_sku()
    visitor = browser.new_context(base_url=live.url, java_script_enabled=False)
    page = visitor.new_page()
    page.goto(f"/products/{sku.product.code}/")
    with page.expect_navigation():
        page.get_by_role("button", name="Add to cart").click()
    page.goto("/cart/")
    page.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Update").click()
    expect(to_pay(page)).to_have_attribute("value", "20000")
    page.get_by_role("link", name="Check out").click()
    for label, text in (("Full name", "Li"), ("Phone", "13800138000"), ("region", "Zhejiang"), ("Address", "1 Road")):
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Place the order").click()
    page.get_by_role("button", name="Pay ¥200.00").click()
    expect(page.locator(".note.success")).to_have_text("Thank you! Your payment has arrived.")
    assert not CartLine.objects.exists()
    visitor.close()


@pytest.mark.req("SHP-01", "PLT-04")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_no_page_is_wider_than_a_phone(live, language):
    sku = make_sku(list_cents=9_999_999_999)
    sku.product.name = "Donaudampfschifffahrtsgesellschaftskapitänsmütze " * 2
    sku.product.name_zh = "一个非常非常长的商品名称用来检验页面是否会被撑宽" * 3
    sku.product.save()
    make_campaign("percent_off", sku=sku, name="N" * 100, badge="B" * 24)
    make_claim_campaign()
    page = live.page(phone=True, language=language)
    page.goto(f"/products/{sku.product.code}/")
    page.locator(".buy .button").first.click()
    page.locator("#toast .note").wait_for()
    for path in ("/", "/products/", f"/products/{sku.product.code}/", "/coupons/", "/cart/", "/checkout/", "/sign-up/"):
        page.goto(path)
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert (path, too_wide) == (path, 0)
