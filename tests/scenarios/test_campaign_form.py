"""Setting a campaign up by keyboard: the summary writes itself, names come from the rule, nothing typed gets lost."""

import pytest
from playwright.sync_api import expect

from campaigns.models import CampaignRevision
from tests.factories.campaigns import make_user
from tests.factories.pricing import make_category, make_sku
from tests.support.browser import wait_for_copy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-01", "CAM-16")]

ADD = "/admin/campaigns/campaign/add/?kind=spend_tiers"


def back_office(live, username="olga", **shape):
    page = live.page(**shape)
    page.goto("/admin/login/?next=/admin/campaigns/campaign/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "secret")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/campaign/")
    return page


def type_tier(page, start, off):
    row = page.locator(".promo-tier").first.locator("input")
    row.first.fill(start)
    row.last.fill(off)


def test_summary_follows_the_typing_and_the_keys_save(live):
    make_user("olga", groups=["operator"])
    make_sku(category=make_category("shoes", name="Shoes", name_zh="鞋靴"))
    page = back_office(live)
    page.goto(ADD)
    summary = page.locator("#summary")
    type_tier(page, "300", "50")
    expect(summary.locator("[lang=en] dl")).to_contain_text("¥50 off from ¥300")
    expect(summary.locator("[lang=zh-hans] dl")).to_contain_text("满¥300减¥50")
    page.locator(".select2-search__field").nth(1).press_sequentially("Shoes")
    page.locator(".select2-results__option", has_text="Shoes").click()
    expect(summary.locator("[lang=en] dl")).to_contain_text("1 SKU of Shoes")
    page.keyboard.press("Alt+n")
    expect(page.locator("input[name=name]")).to_have_value("Shoes: ¥50 off from ¥300")
    expect(page.locator("input[name=name_zh]")).to_have_value("鞋靴：满300减50")
    type_tier(page, "300", "40")
    expect(summary.locator(".promo-doubt").first).to_contain_text("speaks of ¥50; the rule does not.")

    page.keyboard.press("Control+s")
    errors = page.locator("#form-errors")
    expect(errors).to_contain_text("Starts at: This field is required.")
    errors.get_by_role("link", name="Starts at").click()
    expect(page.locator("input[name=starts_at_0]")).to_be_focused()
    page.keyboard.type("2099-11-11")
    for name, text in (("starts_at_1", "00:00:00"), ("ends_at_0", "2099-11-12"), ("ends_at_1", "00:00:00")):
        page.fill(f"input[name={name}]", text)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_url("**/change/")
    assert CampaignRevision.objects.get().params == {"tiers": [{"threshold_cents": 30_000, "off_cents": 4_000}]}
    assert page.evaluate("localStorage.length") == page.evaluate(
        "Object.keys(localStorage).filter((key) => !key.startsWith('draft:')).length"
    )


def test_what_was_typed_and_left_is_offered_again(live):
    make_user("olga", groups=["operator"])
    make_category("shoes", name="Shoes", name_zh="鞋靴")
    page = back_office(live, phone=True)
    page.goto(ADD)
    type_tier(page, "300", "50")
    page.locator(".select2-search__field").nth(1).press_sequentially("Shoes")
    page.locator(".select2-results__option", has_text="Shoes").click()
    wait_for_copy(page, "Shoes")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto("/admin/campaigns/campaign/")
    assert asked == ["beforeunload"]
    page.goto(ADD)
    page.get_by_role("button", name="Bring it back").click()
    expect(page.locator(".promo-tier input").first).to_have_value("300")
    expect(page.locator("#summary [lang=en] dl")).to_contain_text("SKUs of Shoes")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
