"""What staff do in the back office, as they do it: through pages, forms and buttons."""

import csv
import io
from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page, expect

from promo_site.demo_logins import DEMO_LOGINS

CAMPAIGNS = "/admin/campaigns/campaign/"
TEMPLATES = "/admin/coupons/coupontemplate/"
CLAIM_CAMPAIGNS = "/admin/coupons/claimcampaign/"
COMBINES = ("with_shop_offers", "with_platform_activities", "with_coupons")


def sign_in(page: Page, role: str) -> None:
    """Sign the first person of a role in to the back office."""
    login = next(login for login in DEMO_LOGINS if login.role == role)
    page.goto("/admin/login/?next=/admin/")
    page.fill("input[name=username]", login.username)
    page.fill("input[name=password]", login.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")


def set_up(page: Page, listing: str, kind: str, values: Mapping[str, str], *, ticked: tuple[str, ...] = ()) -> str:
    """Choose a kind where there is a choice, fill the form in, hand it in; return the address of its page.

    `values` by field name; a list of tiers by "rule_tiers_from" and "rule_tiers_off", separated by blanks.
    """
    page.goto(f"{listing}add/" + (f"?kind={kind}" if kind else ""))
    for name, value in values.items():
        _fill(page, name, value)
    for selector in ticked:
        page.locator(selector).check(force=True)
    page.locator("button[name=_submit]").click()
    page.wait_for_url("**/do/submit/")
    page.locator("button[name=_do]").click()
    page.wait_for_url("**/change/")
    expect(page.locator(".promo-state")).to_have_text("in review", ignore_case=True)
    return page.url


def approve(page: Page, address: str, *, state: str) -> None:
    """Look at what was handed in and approve it; afterwards it stands in `state`."""
    page.goto(address)
    page.get_by_role("link", name="Approve").click()
    page.wait_for_url("**/do/approve/")
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url("**/change/")
    expect(page.locator(".promo-state")).to_have_text(state, ignore_case=True)


def period(*, days: int = 10) -> dict[str, str]:
    """A period that began an hour ago, as the date and time fields want it."""
    now = timezone.localtime(timezone=timezone.get_default_timezone())
    starts_at, ends_at = now - timedelta(hours=1), now + timedelta(days=days)
    return {
        "starts_at_0": f"{starts_at:%Y-%m-%d}",
        "starts_at_1": f"{starts_at:%H:%M:%S}",
        "ends_at_0": f"{ends_at:%Y-%m-%d}",
        "ends_at_1": f"{ends_at:%H:%M:%S}",
    }


def combining() -> tuple[str, ...]:
    """The three answers, all yes."""
    return tuple(f"input[name={name}][value=yes]" for name in COMBINES)


def download_report(page: Page) -> list[dict[str, str]]:
    """Download the report of discounts for these days, as finance does, and read it as a spreadsheet would."""
    page.goto("/admin/reports/")
    report = page.locator("#discount_shares")
    report.locator("[name=since]").fill(f"{timezone.localdate() - timedelta(days=2)}")  # the month may be an hour old
    with page.expect_download() as downloaded:
        report.get_by_role("button", name="Download CSV").click()
    return list(csv.DictReader(io.StringIO(downloaded.value.path().read_text(encoding="utf-8-sig"))))


def _fill(page: Page, name: str, value: str) -> None:
    fields = page.locator(f"[name={name}]")
    fields.first.evaluate("field => { const folded = field.closest('details'); if (folded) folded.open = true; }")
    if fields.first.evaluate("field => field.tagName") == "SELECT":
        fields.select_option(label=value)
        return
    parts = value.split() if name.startswith("rule_tiers_") else [value]
    for position, part in enumerate(parts):
        fields.nth(position).fill(part)
