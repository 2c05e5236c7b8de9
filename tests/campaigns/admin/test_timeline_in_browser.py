from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import CampaignRevision
from tests.campaigns.admin.test_in_browser import _signed_in
from tests.factories.campaigns import make_revision, make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-16")]

PAGE = "/admin/campaigns/campaign/timeline/"
DAY = timedelta(days=1)


@pytest.fixture
def olga():
    return make_user("olga", groups=["operator"])


def _draft(author, **fields):
    tomorrow = timezone.make_aware(datetime.combine(timezone.localdate() + DAY, time(10)))
    return make_revision(author=author, name="Tea week", starts_at=tomorrow, ends_at=tomorrow + 3 * DAY, **fields)


def _moved(draft):
    return CampaignRevision.objects.get(pk=draft.pk).starts_at - draft.starts_at


def test_own_draft_is_dragged_by_whole_days_and_keeps_its_time_of_day(live, olga):
    draft = _draft(olga)
    page = _signed_in(live, "olga")
    page.goto(PAGE)
    bar = page.locator(".plan-item", has_text="Tea week")
    box, day = bar.bounding_box(), page.locator(".plan-day").first.bounding_box()["width"]
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + 5.2 * day, box["y"] + 10, steps=4)
    page.mouse.up()
    expect(page.get_by_text("“Tea week” now runs from")).to_be_visible()
    assert _moved(draft) == 5 * DAY


def test_own_draft_is_moved_by_keyboard_in_the_table_below(live, olga):
    draft = _draft(olga)
    page = _signed_in(live, "olga")
    page.goto(PAGE)
    page.get_by_label("day on which “Tea week” starts").fill(str(timezone.localdate(draft.starts_at) + 8 * DAY))
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Tea week” now runs from")).to_be_visible()
    assert _moved(draft) == 8 * DAY


def test_a_click_opens_a_campaign_and_others_drafts_cannot_be_dragged(live, olga):
    draft = _draft(make_user("ada", groups=["operator"]))
    page = _signed_in(live, "olga")
    page.goto(PAGE)
    bar = page.locator(".plan-item", has_text="Tea week")
    assert bar.get_attribute("data-move") is None
    bar.click()
    expect(page.locator(".promo h1")).to_have_text("Tea week")
    assert _moved(draft) == timedelta()


def test_timeline_scrolls_in_its_own_frame_on_a_phone(live, olga):
    _draft(olga)
    page = _signed_in(live, "olga", phone=True)
    page.goto(PAGE)
    expect(page.locator(".plan-item")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
