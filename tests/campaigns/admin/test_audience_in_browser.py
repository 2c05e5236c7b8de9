"""Groups of conditions in a real browser, by keyboard, with the customers reached counted live."""

import pytest
from playwright.sync_api import expect

from campaigns.models import Campaign, Segment
from tests.factories.audience import is_, make_level, make_tag
from tests.factories.campaigns import make_customer, make_user
from tests.support.browser import wait_for_copy

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-03")]


@pytest.fixture
def page(live):
    make_user("olga", groups=["operator"])
    ann, bob = make_customer("ann", level="gold"), make_customer("bob", level="gold")
    make_customer("eve")
    make_level("gold")
    make_level("silver")
    make_tag("reader", bob)
    assert ann.level == "gold"
    opened = live.page()
    opened.goto("/admin/login/?next=/admin/campaigns/segment/add/")
    opened.fill("input[name=username]", "olga")
    opened.fill("input[name=password]", "secret")
    opened.keyboard.press("Enter")
    expect(opened.locator(".promo-audience")).to_be_visible()
    return opened


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def test_segment_is_built_by_keyboard_alone(page):
    reach = page.locator(".promo-reach")
    expect(reach).to_contain_text("Reaches 3 of 3 customers (100 %).")
    page.fill("input[name=name]", "Golden")
    page.get_by_role("button", name="+ condition").focus()
    press(page, "Enter")  # a row for the member level, the cursor in it
    press(page, "Tab", "Space")  # gold
    expect(reach).to_contain_text("Reaches 2 of 3 customers (66.67 %).")
    page.get_by_role("button", name="+ group").focus()
    press(page, "Enter", "n")  # none of …
    press(page, "Tab", "Tab", "T")  # past the button that removes the group, to the kind of condition: Tag
    press(page, "Tab", "R")  # Reader
    expect(reach).to_contain_text("Reaches 1 of 3 customers (33.33 %).")
    expect(reach).to_contain_text("Member level Gold and not tagged “Reader”")
    press(page, "Tab")
    assert page.evaluate("document.activeElement.tagName") == "SELECT"  # or another tag
    press(page, "Tab", "Enter")  # the row is gone, the cursor on the button that adds one
    assert page.evaluate("document.activeElement.textContent") == "+ condition"
    expect(reach).to_contain_text("A group is empty: add a condition to it, or remove the group.")
    press(page, "Enter", "p")
    expect(reach).to_contain_text("phone number not verified")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/segment/")
    assert Segment.objects.get().tree == {"all": [is_("level", "gold"), {"none": [is_("phone_verified")]}]}


def test_conditions_typed_and_not_saved_are_brought_back(page):
    address = "/admin/campaigns/campaign/add/?kind=percent_off"
    page.goto(address)
    audience = page.locator("#field-audience")
    audience.get_by_role("button", name="+ condition").click()
    audience.get_by_label("Gold").check()
    audience.get_by_role("button", name="+ group").click()
    audience.locator("[data-kind]").last.select_option("region")
    audience.locator("input[type=text]").fill("Spain")
    wait_for_copy(page, "Spain")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(address)
    page.get_by_role("button", name="Bring it back").click()
    expect(audience.get_by_label("Gold")).to_be_checked()
    expect(audience.locator("input[type=text]")).to_have_value("Spain")
    expect(audience.locator(".promo-reach")).to_contain_text("Member level Gold and (lives in Spain)")
    assert not Campaign.objects.exists()
