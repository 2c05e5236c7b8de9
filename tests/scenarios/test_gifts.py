"""A gift campaign from the form to the parcel: two people set it up, a shopper chooses and orders."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Campaign, GiftStock
from storefront.models import OrderGift
from tests.campaigns.admin.pages import act_of
from tests.factories.campaigns import make_customer, make_user
from tests.factories.pricing import make_product, make_sku
from tests.scenarios import shop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.req("CAM-02", "SHP-05"),
]


def back_office(live, username):
    page = live.page()
    page.goto("/admin/login/?next=/admin/campaigns/campaign/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "secret")
    page.click("button[type=submit]")
    page.wait_for_url("**/campaign/")
    return page


def set_up(page):
    page.goto("/admin/campaigns/campaign/add/?kind=gift")
    page.fill("input[name=name]", "A gift for you")
    page.fill("input[name=name_zh]", "满百有礼")
    today, day = timezone.localdate(), timedelta(days=1)
    for name, text in (
        ("starts_at_0", str(today - day)), ("starts_at_1", "00:00:00"),
        ("ends_at_0", str(today + day)), ("ends_at_1", "23:59:59"),
    ):  # fmt: skip
        page.fill(f"input[name={name}]", text)
    page.fill("input[name=rule_threshold_cents]", "100")
    page.fill("input[name=rule_choose]", "1")
    for number, (code, value, stock) in enumerate((("MUG", "30", "5"), ("PEN", "5", ""))):
        row = page.locator(".promo-gift").nth(number)
        row.locator(".select2-selection").click()
        page.locator(".select2-search--dropdown .select2-search__field").press_sequentially(code)
        page.locator(".select2-results__option", has_text=code).click()
        row.locator("input[name=rule_gifts_value]").fill(value)
        row.locator("input[name=rule_gifts_stock]").fill(stock)
    page.locator("input[name=everything]").check()
    for question in ("with_shop_offers", "with_platform_activities", "with_coupons"):
        page.locator(f"input[name={question}]").first.check()
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.locator(".promo")).to_contain_text("1 of 2 gifts from ¥100")
    page.locator(".promo").get_by_role("button", name="Submit for review").click()
    expect(page.locator(".promo-state")).to_have_text("in review")


def approve(page, campaign):
    page.goto(act_of(campaign, "approve"))
    expect(page.locator(".promo")).to_contain_text("worth ¥30 each, 5 in stock")
    page.locator(".promo").get_by_role("button", name="Approve").click()
    expect(page.locator(".promo-state")).to_have_text("running")


def test_a_gift_is_set_up_approved_chosen_and_ordered(live):
    make_user("olga", groups=["operator"])
    make_user("adam", groups=["approver"])
    make_customer(user=make_user("mei"), name="Mei")
    tea = make_sku("TEA", product=make_product(name="Tea", name_zh="茶"))
    for code, name_zh in (("MUG", "马克杯"), ("PEN", "钢笔")):
        make_sku(code, product=make_product(name=code.title(), name_zh=name_zh))
    set_up(back_office(live, "olga"))
    approve(back_office(live, "adam"), Campaign.objects.get())

    page = live.page(phone=True, language="zh-CN")
    page.goto("/sign-in/")
    page.fill("input[name=username]", "mei")
    page.fill("input[name=password]", "secret")
    page.locator("main form button").first.click()
    page.wait_for_url(lambda address: "sign-in" not in address)
    page.goto(f"/products/{tea.product.code}/")
    page.get_by_role("button", name="加入购物车").click()
    expect(page.locator("#cart-count")).to_have_text("1")
    page.goto("/cart/")
    gifts = page.locator("#gifts")
    expect(gifts).to_contain_text("马克杯")
    gifts.get_by_label("钢笔").check()
    expect(gifts.locator("article")).to_contain_text("钢笔")
    page.goto("/checkout/")
    shop.fill_in_recipient(page)
    page.locator("button[form=order-form]").click()
    page.wait_for_url("**/pay/")
    assert OrderGift.objects.get().sku.code == "PEN"
    assert dict(GiftStock.objects.values_list("sku__code", "used")) == {"MUG": 0, "PEN": 1}
