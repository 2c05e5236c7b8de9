"""The sample cart beside the form: goods are found and added by keyboard, and prices follow the typing."""

import pytest
from playwright.sync_api import expect

from campaigns.models import Campaign
from storefront.models import Cart
from tests.factories.campaigns import make_user
from tests.factories.pricing import make_product, make_sku
from tests.scenarios.test_campaign_form import ADD, back_office, type_tier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-16")]


def test_sample_is_filled_by_keyboard_and_follows_the_form(live):
    make_user("olga", groups=["operator"])
    make_sku("TEA-1", product=make_product(name="Green tea"), list_cents=20_000)
    make_sku("CUP-1", product=make_product(name="Cup"), list_cents=5_000)
    page = back_office(live)
    page.goto(ADD)
    type_tier(page, "300", "50")
    page.locator("input[name=everything]").check()
    sample = page.locator("#sample")
    find = page.locator("#sample-find")
    for words, code in (("green", "TEA-1"), ("cup", "CUP-1")):
        find.press_sequentially(words)
        expect(page.locator("#sample-found")).to_contain_text(code)
        page.keyboard.press("Enter")
        expect(sample.locator(".sample-lines")).to_contain_text(code)
        expect(find).to_have_value("")
    expect(sample).to_contain_text("¥50 more for ¥50 off")
    quantity = sample.get_by_label("Pieces of CUP-1")
    quantity.fill("2")
    quantity.press("Tab")
    expect(sample).to_contain_text("The draft makes this cart ¥50.00 cheaper.")
    expect(sample.locator(".due")).to_contain_text("¥250.00")

    type_tier(page, "300", "80")  # the sample follows what is typed beside it
    expect(sample).to_contain_text("The draft makes this cart ¥80.00 cheaper.")
    sample.get_by_role("button", name="Take TEA-1 out").click()
    expect(sample.locator(".sample-lines")).not_to_contain_text("TEA-1")
    expect(sample).to_contain_text("¥200 more for ¥80 off")

    # what is typed while prices are on their way is not taken back by them
    held = []
    page.route("**/admin/preview/sample/**", lambda route: held.append(route), times=1)
    with page.expect_request("**/admin/preview/sample/**"):
        type_tier(page, "200", "80")
    sample.get_by_label("Pieces of CUP-1").fill("6")
    page.keyboard.press("Tab")
    held[0].continue_()
    expect(sample.locator(".due")).to_contain_text("¥220.00")
    expect(sample.get_by_label("Pieces of CUP-1")).to_have_value("6")
    assert not Campaign.objects.exists()
    assert not Cart.objects.exists()
