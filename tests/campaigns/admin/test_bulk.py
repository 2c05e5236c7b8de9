from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.commands.bulk import Bulk, act_on
from campaigns.models import Campaign, CampaignRevision, CampaignTransition, Intervention
from pricing import tasks
from pricing.models import Job
from tests.campaigns.admin.pages import LIST, act_of
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-16")]

DAY = timedelta(days=1)


def _bulk(client, code, campaigns, **sent):
    url = reverse("admin:campaigns_campaign_bulk", args=[code])
    return client.post(url, {"campaigns": ",".join(str(row.pk) for row in campaigns), "key": str(uuid4()), **sent})


def _draft(author, name, **fields):
    start = timezone.now() + DAY
    return make_revision(author=author, name=name, starts_at=start, ends_at=start + DAY, **fields).campaign


def _states(*campaigns):
    found = dict(Campaign.objects.values_list("pk", "state"))
    return [found[campaign.pk] for campaign in campaigns]


def _said(answer):
    return [str(message) for message in answer.context["messages"]]


def test_confirm_page_says_how_many_are_touched_and_whom_it_would_skip_and_why(client, operator):
    running, paused = make_campaign(name="Tea"), make_campaign(name="Cups", paused=True)
    sent = {"action": "pause_selected", "_selected_action": [running.pk, paused.pk]}
    page = client.post(LIST, sent)
    assert [one.name for one in page.context["touched"]] == ["Tea"]
    assert [(one.name, one.why_not) for one in page.context["refused"]] == [
        ("Cups", "This is not possible now: the state is “paused”.")
    ]
    assert "2 campaigns are chosen." in page.content.decode()
    assert _states(running, paused) == ["approved", "paused"]


def test_confirm_page_says_what_drafts_lack_before_they_are_handed_in(client, operator):
    drafts = [_draft(operator, "Complete"), _draft(operator, "Lacking", with_coupons=None)]
    sent = {"action": "submit_selected", "_selected_action": [draft.pk for draft in drafts]}
    page = client.post(LIST, sent)
    assert [one.name for one in page.context["touched"]] == ["Complete"]
    assert [(one.name, one.why_not) for one in page.context["refused"]] == [
        ("Lacking", "Answer all three stacking questions.")
    ]


def test_pause_needs_a_reason_touches_what_can_be_paused_and_names_what_was_skipped(client, operator):
    running, draft = make_campaign(name="Tea"), _draft(operator, "Idea")
    asked_again = _bulk(client, "pause", [running, draft], reason="  ")
    assert _said(asked_again) == ["Say why: the reason is kept in the history."]
    assert _states(running, draft) == ["approved", "draft"]
    answer = client.get(_bulk(client, "pause", [running, draft], reason="Stock is late").url)
    assert _said(answer) == [
        "Done for 1 campaign.",
        "“Idea” was skipped: This is not possible now: the state is “draft”.",
    ]
    assert _states(running, draft) == ["paused", "draft"]
    assert CampaignTransition.objects.get(subject=running, move="pause").reason == "Stock is late"
    _bulk(client, "resume", [running, draft])
    assert _states(running, draft) == ["paused", "draft"]
    # Both wait for a second person: the pause to be confirmed, the resumption to be carried out.
    waiting = Intervention.objects.filter(campaign=running, outcome="waiting").order_by("pk")
    assert list(waiting.values_list("deed", "at_once")) == [("pause", True), ("resume", False)]


def test_submit_hands_in_complete_drafts_of_ones_own_and_says_what_the_others_lack(client, operator):
    complete = _draft(operator, "Complete")
    lacking = _draft(operator, "Lacking", with_coupons=None, name_zh="")
    foreign = _draft(make_user(), "Foreign")
    answer = client.get(_bulk(client, "submit", [complete, lacking, foreign]).url)
    assert _said(answer) == [
        "Done for 1 campaign.",
        "“Lacking” was skipped: Shoppers need a name in both languages. Answer all three stacking questions.",
        "“Foreign” was skipped: Only its author can hand a draft in.",
    ]
    assert _states(complete, lacking, foreign) == ["in_review", "draft", "draft"]


def test_copies_are_drafts_so_many_days_later_and_a_second_click_makes_none(client, operator):
    first = make_campaign(name="Tea", starts_at=NOON, ends_at=NOON + 2 * DAY, warm_up_at=NOON - DAY)
    second = make_campaign(name="Cups", starts_at=NOON + DAY, ends_at=NOON + 3 * DAY)
    key = str(uuid4())
    for _ in range(2):
        _bulk(client, "duplicate", [first, second], days="364", key=key)
    copies = CampaignRevision.objects.filter(author=operator).order_by("name")
    assert [(row.name, row.starts_at, row.ends_at, row.warm_up_at, row.campaign.state) for row in copies] == [
        ("Cups", NOON + 365 * DAY, NOON + 367 * DAY, None, "draft"),
        ("Tea", NOON + 364 * DAY, NOON + 366 * DAY, NOON + 363 * DAY, "draft"),
    ]


@pytest.mark.parametrize("days", ["soon", "3661", "-3661", "1.5", "9" * 5000])
def test_days_that_are_none_are_refused_and_nothing_is_copied(client, operator, days):
    answer = _bulk(client, "duplicate", [make_campaign()], days=days)
    assert _said(answer) == ["Give a number of days from −3660 to 3660."]
    assert Campaign.objects.count() == 1


def test_single_copy_begins_on_the_day_that_is_typed(client, operator):
    campaign = make_campaign(starts_at=NOON, ends_at=NOON + DAY)
    client.post(act_of(campaign, "duplicate"), {"first_day": "2027-11-11"})
    copy = CampaignRevision.objects.get(author=operator)
    assert (timezone.localtime(copy.starts_at).date(), copy.ends_at - copy.starts_at) == (date(2027, 11, 11), DAY)


def test_many_are_done_by_a_worker_that_reports_what_it_skipped(client, operator):
    campaigns = [make_campaign(name=f"Tea {number}") for number in range(20)] + [_draft(operator, "Idea")]
    answer = _bulk(client, "pause", campaigns, reason="Night")
    job = Job.objects.get()
    assert answer.url == reverse("admin:pricing_job_change", args=[job.pk])
    assert set(_states(*campaigns)) == {"approved", "draft"}
    tasks.work_off_jobs()
    assert _states(*campaigns) == ["paused"] * 20 + ["draft"]
    report = client.get(reverse("admin:campaigns_campaign_bulk_report", args=[job.pk]))
    assert report.context["title"] == "Pause: Done for 20 campaigns."
    assert report.context["skipped"] == [
        (campaigns[-1].pk, "Idea", ["This is not possible now: the state is “draft”."])
    ]


def test_more_than_three_are_handed_in_by_a_worker_because_each_is_looked_at_for_conflicts(client, operator):
    drafts = [_draft(operator, f"Tea {number}") for number in range(4)]
    answer = _bulk(client, "submit", drafts)
    assert answer.url == reverse("admin:pricing_job_change", args=[Job.objects.get(kind="campaign_bulk").pk])
    assert set(_states(*drafts)) == {"draft"}
    tasks.work_off_jobs()
    assert _states(*drafts) == ["in_review"] * 4


def test_a_worker_that_begins_anew_counts_what_was_done_before_and_does_nothing_twice(operator):
    campaign = make_campaign()
    bulk = Bulk(act="pause", by_id=operator.pk, since=NOON, key=uuid4(), reason="Night")
    assert [act_on(bulk, campaign_id=campaign.pk, at=NOON + number * DAY) for number in range(2)] == [[], []]
    assert CampaignTransition.objects.filter(subject=campaign, move="pause").count() == 1


def test_who_may_not_any_more_when_the_worker_comes_is_refused(operator):
    campaign = make_campaign()
    bulk = Bulk(act="pause", by_id=operator.pk, since=NOON, key=uuid4(), reason="Night")
    type(operator).objects.update(is_active=False)
    assert [str(why) for why in act_on(bulk, campaign_id=campaign.pk, at=NOON)] == ["You may not do this any more."]
    assert _states(campaign) == ["approved"]


@pytest.mark.req("PLT-03")
@pytest.mark.parametrize(
    ("role", "code"),
    [("approver", "submit"), ("approver", "duplicate"), ("finance", "pause"), ("finance", "duplicate")],
)
def test_bulk_acts_are_forbidden_to_those_who_may_not_do_the_single_one(client, role, code):
    campaign = make_campaign()
    client.force_login(make_user(groups=[role]))
    assert _bulk(client, code, [campaign], reason="x").status_code == 403
    assert (Campaign.objects.count(), _states(campaign)) == (1, ["approved"])


@pytest.mark.parametrize("sent", ["", "x,y", "9" * 30, "１", "-1"])
def test_campaigns_that_do_not_exist_are_passed_over(client, operator, sent):
    url = reverse("admin:campaigns_campaign_bulk", args=["pause"])
    assert client.post(url, {"campaigns": sent, "reason": "x"}).url == LIST
    assert client.post(reverse("admin:campaigns_campaign_bulk", args=["explode"])).status_code == 404
