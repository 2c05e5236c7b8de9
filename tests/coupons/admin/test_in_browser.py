"""An operator sets a coupon and its claim campaign up, an approver approves both: in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from coupons.commands.claiming import claim_coupon
from coupons.models import ClaimCampaign, CouponTemplate
from tests.factories.campaigns import make_customer, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("CPN-01", "CPN-03")]


@pytest.fixture
def operator():
    return make_user("olga", groups=["operator"])


@pytest.fixture
def approver():
    return make_user("adam", groups=["approver"])


def sign_in(live, username):
    page = live.page()
    page.goto("/admin/login/?next=/admin/coupons/coupontemplate/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", "secret")
    page.click("button[type=submit]")
    page.wait_for_url("**/coupontemplate/")
    return page


def submit_for_review(page):
    page.click("button[name=_submit]")
    page.click("button[name=_do]")
    expect(page.locator(".promo-state")).to_have_text("in review")


def approve(page, subject):
    page.goto(f"/admin/coupons/{subject._meta.model_name}/{subject.pk}/change/")
    page.get_by_role("link", name="Approve").click()
    page.click("button[name=_do]")
    page.wait_for_url("**/change/")


def test_coupon_goes_from_the_form_to_a_wallet(live, operator, approver):
    page = sign_in(live, "olga")
    page.goto("/admin/coupons/coupontemplate/add/")
    page.click("a[href='?kind=amount_off']")
    page.fill("input[name=name]", "¥10 off ¥100")
    page.fill("input[name=name_zh]", "满100减10")
    page.fill("input[name=rule_off_cents]", "10")
    page.fill("input[name=threshold_cents]", "100")
    expect(page.locator("input[name=valid_from_0]")).to_be_hidden()
    page.fill("input[name=valid_days]", "3")
    expect(page.locator("strong[role=status]")).to_have_text(re.compile(r"^Claimed today \(.+\) → valid through .+\.$"))
    page.check("input[name=everything]", force=True)
    for question in ("with_shop_offers", "with_platform_activities", "with_coupons"):
        page.check(f"input[name={question}][value=yes]")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    submit_for_review(page)
    template = CouponTemplate.objects.get()

    checker = sign_in(live, "adam")
    approve(checker, template)
    expect(checker.locator(".promo-state")).to_have_text("approved")

    page.goto(f"/admin/coupons/claimcampaign/add/?template={template.pk}")
    page.fill("input[name=name]", "Grab ¥10")
    page.fill("input[name=name_zh]", "领10元")
    yesterday = timezone.localdate() - timedelta(days=1)
    for field, text in {"starts_at_0": f"{yesterday}", "starts_at_1": "10:00:00", "ends_at_0": "2099-11-12"}.items():
        page.fill(f"input[name={field}]", text)
    page.fill("input[name=ends_at_1]", "00:00:00")
    page.keyboard.press("Escape")
    page.check("input[name=positions][value=home]")
    submit_for_review(page)
    claim_campaign = ClaimCampaign.objects.get()
    approve(checker, claim_campaign)
    expect(checker.locator(".promo-state")).to_have_text("running")

    customer = make_customer()
    claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=customer.pk, seq=1, at=timezone.now())
    checker.goto("/admin/coupons/coupon/")
    expect(checker.locator("tbody")).to_contain_text("¥10 off ¥100")
    assert live.problems == []
