"""Two approvers at once, one person twice, approval against another decision or an edit: exact, with controls."""

from datetime import timedelta
from functools import partial

import pytest
from django.db.models import Sum

from campaigns.commands import review
from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.drafting import Content, edit_draft, revise
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import AuditEntry, Campaign, CampaignApproval, ReviewLimit, StaffNotice, StockBucket
from tests.campaigns.concurrency.crowd import rush
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_checker, make_revision, make_user
from tests.factories.pricing import make_sku
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CAM-09")]

PERIOD = {"starts_at": NOON, "ends_at": NOON + timedelta(days=9)}


@pytest.fixture
def deep():
    """Handed in, and too deep for one approver."""
    make_sku("TEA", list_cents=10_000)
    ReviewLimit.objects.create(kind="campaigns.campaign", depth_bp=0, reason="x", by=make_checker(), at=NOON)
    revision = make_revision("percent_off", author=make_user(), stock=50, **PERIOD)
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    return revision


def approve(revision, by):
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=by, at=NOON)


def test_two_approvers_at_once_are_two_of_two_and_put_it_in_force_once(deep):
    approvers = [make_checker(), make_checker()]
    assert rush(2, lambda number: approve(deep, approvers[number])) == {"done": 2}
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.current_revision_id) == ("approved", deep.pk)
    assert sorted(campaign.transitions.values_list("move", flat=True)) == ["approve", "approve_first", "submit"]
    assert StockBucket.objects.aggregate(total=Sum("total"))["total"] == 50
    assert StaffNotice.objects.filter(user=deep.author, msgid__contains="approved").count() == 1


def test_of_eight_approvers_two_count_and_six_are_refused_and_written_down(deep):
    approvers = [make_checker() for _ in range(8)]
    assert rush(8, lambda number: approve(deep, approvers[number])) == {"done": 2, "MoveRefused": 6}
    assert CampaignApproval.objects.count() == 2
    assert AuditEntry.objects.filter(outcome="refused", act="approve").count() == 6


def test_same_person_in_eight_windows_counts_once(deep):
    approver = make_checker()
    assert rush(8, lambda number: approve(deep, approver)) == {"done": 1, "MoveRefused": 7}
    assert (Campaign.objects.get().state, CampaignApproval.objects.count()) == ("in_review", 1)


def test_without_the_look_at_who_has_approved_the_database_still_counts_one_person_once(deep, monkeypatch):
    monkeypatch.setattr(review, "_approved_by", lambda *given: set())
    approver = make_checker()
    answers = rush(8, lambda number: approve(deep, approver))
    assert answers["done"] == 1
    assert sum(count for answer, count in answers.items() if answer.startswith("crash: IntegrityError")) == 7
    assert (Campaign.objects.get().state, CampaignApproval.objects.count()) == ("in_review", 1)


def test_without_the_lock_two_approvals_do_not_see_each_other_and_it_is_never_in_force(deep, monkeypatch):
    """The negative control: both take themselves for the first of two."""
    from threading import Barrier

    both_have_looked, look = Barrier(2), review._approved_by

    def unlocked(kind, revision_id):
        revision = kind.tables.revisions.objects.select_related("campaign").get(pk=revision_id)
        return revision.campaign, revision

    def look_and_wait(kind, revision):
        seen = look(kind, revision)
        both_have_looked.wait(30)
        return seen

    monkeypatch.setattr(review, "_locked", unlocked)
    monkeypatch.setattr(review, "_approved_by", look_and_wait)
    approvers = [make_checker(), make_checker()]
    assert rush(2, lambda number: approve(deep, approvers[number])) == {"done": 2}
    assert (CampaignApproval.objects.count(), Campaign.objects.get().current_revision_id) == (2, None)


def test_approval_against_rejection_has_one_winner(deep):
    ReviewLimit.objects.create(kind="campaigns.campaign", depth_bp=None, reason="off", by=make_checker(), at=NOON)
    revision = make_revision("percent_off", author=make_user(), **PERIOD)
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    works = [
        partial(approve, revision, make_checker()),
        partial(reject_campaign, revision_id=revision.pk, by=make_checker(), at=NOON, reason="no"),
    ]
    answers = [type(answer).__name__ for answer in all_at_once(works)]
    assert sorted(answers) == ["MoveRefused", "NoneType"]
    state = Campaign.objects.get(pk=revision.campaign_id).state
    assert state == ("approved" if answers[0] == "NoneType" else "rejected")


def test_approval_against_the_author_writing_a_new_version_or_editing(deep):
    """What is in review stays as it was seen: neither an edit nor another draft gets in between."""
    campaign = make_campaign("percent_off", **PERIOD)
    author = make_user()
    ReviewLimit.objects.create(kind="campaigns.campaign", depth_bp=None, reason="off", by=make_checker(), at=NOON)
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)
    submit_campaign(revision_id=change.pk, by=author, at=NOON)
    change.refresh_from_db()
    edit = partial(edit_draft, CAMPAIGNS, revision_id=change.pk, content=Content({"name": "Sly"}, {}), by=author)
    works = [
        partial(approve, change, make_checker()),
        *[edit] * 3,
        *[partial(revise, CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)] * 3,
    ]
    answers = [type(answer).__name__ for answer in all_at_once(works)]
    assert answers[0] == "NoneType"
    assert answers[1:4] == ["MoveRefused"] * 3
    assert answers[4:].count("CampaignRevision") <= 1
    campaign.refresh_from_db()
    assert (campaign.current_revision_id, campaign.current_revision.name) == (change.pk, change.name)
