import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Campaign, CampaignRevision
from tests.factories.campaigns import make_user
from tests.factories.pricing import make_category, make_sku

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-01", "CAM-09")]


def _signed_in(live, username, **shape):
    page = live.page(**shape)
    page.goto("/admin/login/?next=/admin/campaigns/campaign/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "secret")
    page.click("button[type=submit]")
    page.wait_for_url("**/campaign/")
    return page


def _fill_in(page):
    page.fill("input[name=name]", "Tea week")
    page.fill("input[name=name_zh]", "茶叶周")
    today, day = timezone.localdate(), timedelta(days=1)
    page.fill("input[name=starts_at_0]", str(today - day))
    page.fill("input[name=starts_at_1]", "00:00:00")
    page.fill("input[name=ends_at_0]", str(today + day))
    page.fill("input[name=ends_at_1]", "23:59:59")
    for question in ("with_shop_offers", "with_platform_activities", "with_coupons"):
        page.locator(f"input[name={question}]").first.check()


def test_operator_sets_up_tiers_and_approver_puts_them_in_force(live):
    make_user("olga", groups=["operator"])
    make_user("adam", groups=["approver"])
    sku = make_sku("TEA-1")
    page = _signed_in(live, "olga")
    page.goto("/admin/campaigns/campaign/add/")
    page.get_by_text("Threshold reduction with tiers").click()
    _fill_in(page)
    # Two tiers, typed in the first row and in one that the button has added.
    page.get_by_role("button", name="+ another tier").click()
    rows = page.locator(".promo-tier")
    for row, (start, off) in ((rows.first, ("300", "50")), (rows.last, ("500", "100"))):
        row.locator("input").first.fill(start)
        row.locator("input").last.fill(off)
    # The SKU is found while typing.
    page.locator(".select2-search__field").nth(3).press_sequentially("TEA")
    page.locator(".select2-results__option", has_text="TEA-1").click()
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.locator(".promo")).to_contain_text("¥100 off from ¥500")
    page.locator(".promo").get_by_role("button", name="Submit for review").click()
    expect(page.locator(".promo-state")).to_have_text("in review")
    assert CampaignRevision.objects.get().skus.get().sku == sku

    page = _signed_in(live, "adam")
    page.get_by_role("link", name="In review").click()
    page.get_by_role("link", name="Tea week").click()
    page.get_by_role("link", name="Approve").click()
    expect(page.locator(".promo")).to_contain_text("¥50 off from ¥300")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".promo-state")).to_have_text("running")
    assert Campaign.objects.get().current_revision.params == {
        "tiers": [{"threshold_cents": 30_000, "off_cents": 5_000}, {"threshold_cents": 50_000, "off_cents": 10_000}]
    }


def _fits(page):
    shown, there = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    assert shown <= there == 390


def test_units_follow_the_choice_and_nothing_is_wider_than_a_phone(live):
    make_user("olga", groups=["operator"])
    make_sku("A-VERY-LONG-CODE-OF-A-TEA-1", list_cents=9_900)
    page = _signed_in(live, "olga", phone=True)
    page.goto("/admin/campaigns/campaign/add/?kind=spend_tiers")
    page.select_option("select[name=rule_tiers_given]", "rate")
    page.select_option("select[name=rule_tiers_counted]", "pieces")
    expect(page.locator(".promo-tier").first).to_have_text(re.compile(r"from\s+pcs\s+→\s+%\s+off"))
    _fits(page)
    page.goto("/admin/campaigns/campaign/recipes/big_festival/")
    _fits(page)
    # The figures of a SKU stand below its name and within the box, with what is wrong with them.
    page.goto("/admin/campaigns/campaign/add/?kind=sku_prices")
    page.locator("[data-find]").fill("TEA-1")
    expect(page.locator("[data-add]").first).to_contain_text("TEA-1")
    page.keyboard.press("Enter")
    page.locator("[data-cell=price]").fill("1000000000")
    expect(page.locator("[data-said]")).to_have_text("Not below the list price.")
    box, last = page.locator("[data-sku-table]").bounding_box(), page.locator("[data-remove]").bounding_box()
    assert last["x"] + last["width"] <= box["x"] + box["width"]
    _fits(page)


def test_signs_of_unit_prices_follow_the_choice(live):
    make_user("olga", groups=["operator"])
    page = _signed_in(live, "olga", phone=True)
    page.goto("/admin/campaigns/campaign/add/?kind=bulk_unit_price")
    row = page.locator(".promo-tier").first
    expect(row).to_have_text(re.compile(r"from\s+pcs\s+→\s+¥\s+each"))
    page.select_option("select[name=rule_tiers_given]", "rate")
    expect(row).to_have_text(re.compile(r"from\s+pcs\s+→\s+%\s+off"))
    page.get_by_role("button", name="+ another tier").click()
    expect(page.locator(".promo-tier").last).to_have_text(re.compile(r"from\s+pcs\s+→\s+%\s+off"))
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.req("CAM-02")
def test_goods_to_get_are_found_while_typing(live):
    make_user("olga", groups=["operator"])
    make_sku("TEA-1")
    make_sku("HAT-1", category=make_category("hats"))
    page = _signed_in(live, "olga")
    page.goto("/admin/campaigns/campaign/add/?kind=buy_get")
    _fill_in(page)
    page.fill("input[name=rule_buy]", "2")
    page.fill("input[name=rule_get]", "1")
    for field, typed, found in ((0, "hat", "Hats"), (6, "TEA", "TEA-1")):
        page.locator(".select2-search__field").nth(field).press_sequentially(typed)
        page.locator(".select2-results__option", has_text=found).click()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".promo")).to_contain_text("Buy 2, get 1 of certain other goods free")
    revision = CampaignRevision.objects.get()
    assert revision.params["get_scope"] == {"categories": ["hats"]}
    assert [row.sku.code for row in revision.skus.all()] == ["TEA-1"]
