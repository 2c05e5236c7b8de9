from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.drafting import Content, edit_draft
from campaigns.commands.transitions import CAMPAIGNS, MoveRefused, move_campaign
from campaigns.models import AuditEntry, Campaign, CampaignTransition
from coupons.commands.templates import move_template
from pricing.engine.errors import Refusal
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_checker, make_revision, make_user
from tests.factories.coupons import make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

PERIOD = {"starts_at": NOON, "ends_at": NOON + timedelta(days=3)}


@pytest.fixture
def author():
    return make_user("olga", groups=["operator"])


@pytest.fixture
def submitted(author):
    revision = make_revision(author=author, **PERIOD)
    submit_campaign(revision_id=revision.pk, by=author, at=NOON)
    revision.refresh_from_db()
    return revision


def entries(**found):
    return [
        (entry.outcome, entry.act, entry.by and entry.by.username, entry.before, entry.after, entry.reason)
        for entry in AuditEntry.objects.filter(**found).order_by("pk").select_related("by")
    ]


def test_every_change_of_state_is_written_down_with_before_and_after(submitted, author):
    adam = make_user("adam", groups=["approver"])
    approve_campaign(revision_id=submitted.pk, seen_hash=submitted.content_hash, by=adam, at=NOON, comment="fine")
    move_campaign(campaign_id=submitted.campaign_id, move="pause", by=author, at=NOON, reason="typo")
    assert entries(kind="campaigns.campaign", object_id=submitted.campaign_id) == [
        ("done", "submit", "olga", "draft", "in_review", ""),
        ("done", "approve", "adam", "in_review", "approved", "fine"),
        ("done", "pause", "olga", "approved", "paused", "typo"),
    ]


def attempt_of_the_author(revision, author):
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=author, at=NOON, comment="quick")


def attempt_of_a_stranger(revision, author):
    person = make_user("stranger", groups=["operator"])
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=person, at=NOON)


def attempt_on_a_stale_version(revision, author):
    approve_campaign(revision_id=revision.pk, seen_hash="0" * 64, by=make_user("adam", groups=["approver"]), at=NOON)


def attempt_without_a_reason(revision, author):
    reject_campaign(revision_id=revision.pk, by=make_user("adam", groups=["approver"]), at=NOON, reason=" ")


def attempt_to_move_what_does_not_run(revision, author):
    move_campaign(campaign_id=revision.campaign_id, move="pause", by=author, at=NOON, reason="typo")


def attempt_to_edit_what_is_handed_in(revision, author):
    edit_draft(CAMPAIGNS, revision_id=revision.pk, content=Content({"name": "Sly"}, {}), by=author)


@pytest.mark.parametrize(
    ("attempt", "expected", "why"),
    [
        (attempt_of_the_author, ("approve", "olga", "quick"), "You wrote this yourself"),
        (attempt_of_a_stranger, ("approve", "stranger", ""), "You may not decide"),
        (attempt_on_a_stale_version, ("approve", "adam", ""), "not the version"),
        (attempt_without_a_reason, ("reject", "adam", ""), "Say why"),
        (attempt_to_move_what_does_not_run, ("pause", "olga", "typo"), "not possible now"),
        (attempt_to_edit_what_is_handed_in, ("edit_draft", "olga", ""), "cannot be changed"),
    ],
)
def test_every_refused_attempt_is_written_down_and_changes_nothing(submitted, author, attempt, expected, why):
    with pytest.raises(Refusal):
        attempt(submitted, author)
    entry = AuditEntry.objects.filter(outcome="refused").get()
    assert (entry.act, entry.by.username, entry.reason) == expected
    assert (entry.kind, entry.object_id) == ("campaigns.campaign", submitted.campaign_id)
    assert (entry.before, entry.after) == ("in_review", "in_review")
    assert why in entry.msgid
    assert Campaign.objects.get().state == "in_review"


@pytest.mark.django_db(transaction=True)
def test_attempt_stays_written_though_its_transaction_was_rolled_back():
    campaign = make_campaign(**PERIOD)
    moves = CampaignTransition.objects.count()
    with pytest.raises(MoveRefused):
        move_campaign(campaign_id=campaign.pk, move="resume", by=make_user("olga"), at=NOON)
    assert CampaignTransition.objects.count() == moves
    assert entries(outcome="refused") == [("refused", "resume", "olga", "approved", "approved", "")]


def test_coupons_leave_the_same_trail():
    template = make_template()
    with pytest.raises(MoveRefused):
        move_template(template_id=template.pk, move="resume", by=make_checker(), at=NOON)
    assert AuditEntry.objects.get().kind == "coupons.coupontemplate"


def test_edit_tells_what_was_there_before_and_after(author):
    revision = make_revision(author=author, name="Old", budget_cents=None, **PERIOD)
    content = Content({"name": "New", "budget_cents": 5_000, "priority": revision.priority}, {})
    edit_draft(CAMPAIGNS, revision_id=revision.pk, content=content, by=author)
    changes = {row["field"]: (row["before"], row["after"]) for row in AuditEntry.objects.get().changes}
    assert changes == {"name": ("Old", "New"), "budget_cents": (None, 5_000)}
    edit_draft(CAMPAIGNS, revision_id=revision.pk, content=content, by=author)
    assert AuditEntry.objects.count() == 1


def test_trail_cannot_be_rewritten(submitted):
    for rewrite in (lambda: AuditEntry.objects.update(reason="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            rewrite()
