from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from campaigns.commands.review import NotReady
from campaigns.commands.transitions import MoveRefused
from coupons.commands.activities import duplicate_activity
from coupons.commands.caps import CapBelowUse
from coupons.commands.claim_campaigns import (
    CLAIM_CAMPAIGNS,
    approve_claim_campaign,
    move_claim_campaign,
    reject_claim_campaign,
    submit_claim_campaign,
)
from coupons.commands.claiming import claim_coupon
from coupons.models import ClaimCampaign, ClaimCampaignRevision, ClaimCount, CouponTemplate
from coupons.refusals import ClaimOver
from coupons.validity import ValidityTooShort
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import (
    approve_template,
    make_claim_campaign,
    make_claim_revision,
    make_template,
    make_template_revision,
)

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-03", "CAM-09")]

DAY = timedelta(days=1)


def submitted(revision):
    submit_claim_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    return revision


def approve(revision, by=None):
    approve_claim_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=by or make_checker(), at=NOON)


def problems(revision):
    with pytest.raises(NotReady) as refusal:
        submit_claim_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    assert revision.review == "draft"
    return [problem.field for problem in refusal.value.problems]


def test_approved_claim_campaign_hands_out_coupons_up_to_its_total():
    revision = submitted(make_claim_revision(total=7))
    approve(revision)
    claim_campaign = ClaimCampaign.objects.get()
    assert (claim_campaign.state, claim_campaign.current_revision) == ("approved", revision)
    assert (claim_campaign.count.total, claim_campaign.count.used) == (7, 0)
    assert claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=make_customer().pk, seq=1, at=NOON)


def test_author_cannot_approve():
    revision = submitted(make_claim_revision())
    with pytest.raises(MoveRefused):
        approve(revision, by=revision.author)
    reject_claim_campaign(revision_id=revision.pk, by=make_checker(), at=NOON, reason="Too long")
    assert ClaimCampaign.objects.get().state == "rejected"
    assert not ClaimCount.objects.exists()


def test_what_was_submitted_is_frozen_by_the_database():
    submitted(make_claim_revision())
    with pytest.raises(DatabaseError, match="has been submitted"), transaction.atomic():
        ClaimCampaignRevision.objects.update(per_customer=99)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": " "}, ["name"]),
        ({"positions": []}, ["positions"]),
        ({"total": 0}, ["total"]),
        ({"ends_at": NOON}, ["ends_at"]),
        ({"conditions": [{"code": "min_spend", "params": {"threshold_cents": 1}}]}, ["conditions"]),
        ({"conditions": [{"code": "member_level", "params": {}}]}, ["levels"]),
    ],
)
def test_incomplete_claim_campaign_is_not_submitted_and_the_field_is_named(fields, wrong):
    assert problems(make_claim_revision(**fields)) == wrong


@pytest.mark.req("CPN-02")
def test_activity_only_narrows_what_the_template_allows():
    template = make_template(issue_total=100, issue_per_customer=2)
    assert problems(make_claim_revision(template=template, total=101, per_customer=3)) == ["total", "per_customer"]
    approve(submitted(make_claim_revision(template=template, total=100, per_customer=2)))


@pytest.mark.parametrize("state", ["draft", "in_review", "rejected", "paused", "stopped"])
def test_coupons_of_a_template_that_is_not_in_force_are_not_handed_out(state):
    template = make_template()
    CouponTemplate.objects.update(state=state)
    assert problems(make_claim_revision(template=template)) == ["template"]


def test_claiming_until_12_november_needs_coupons_that_last_a_day_longer():
    fixed = {"validity": "fixed", "valid_from": LONG_AGO}
    end = NOON + DAY
    claiming = {"starts_at": LONG_AGO, "ends_at": end}
    short, long = make_template(**fixed, valid_until=end - DAY), make_template(**fixed, valid_until=end + DAY)
    assert problems(make_claim_revision(template=short, **claiming)) == ["ends_at"]
    approve(submitted(make_claim_revision(template=long, **claiming)))


def test_template_shortened_between_submission_and_approval_is_noticed():
    fixed = {"validity": "fixed", "valid_from": LONG_AGO}
    template = make_template(**fixed, valid_until=NOON + 10 * DAY)
    revision = submitted(make_claim_revision(template=template, ends_at=NOON + 5 * DAY))
    approve_template(make_template_revision(template=template, **fixed, valid_until=NOON + 5 * DAY))
    with pytest.raises((NotReady, ValidityTooShort)) as refusal:
        approve(revision)
    assert refusal.value.field == "ends_at"
    assert ClaimCampaign.objects.get().state == "in_review"


def test_total_below_what_is_claimed_is_refused():
    claim_campaign = make_claim_campaign(total=5)
    for _ in range(2):
        claim_coupon(claim_campaign_id=claim_campaign.pk, customer_id=make_customer().pk, seq=1, at=NOON)
    revision = submitted(make_claim_revision(claim_campaign=claim_campaign, total=1))
    with pytest.raises(CapBelowUse) as refusal:
        approve(revision)
    assert refusal.value.field == "total"
    assert ClaimCount.objects.get().total == 5


def test_paused_claim_campaign_gives_nothing_out_until_it_is_resumed():
    claim_campaign, by = make_claim_campaign(), make_user()
    claim = {"claim_campaign_id": claim_campaign.pk, "customer_id": make_customer().pk, "seq": 1, "at": NOON}
    move_claim_campaign(claim_campaign_id=claim_campaign.pk, move="pause", by=by, at=NOON, reason="Too fast")
    with pytest.raises(ClaimOver):
        claim_coupon(**claim)
    move_claim_campaign(claim_campaign_id=claim_campaign.pk, move="resume", by=by, at=NOON)
    assert claim_coupon(**claim).pk


@pytest.mark.parametrize("move", ["pause", "stop"])
def test_claim_campaign_that_the_clock_has_ended_is_not_moved_any_more(move):
    claim_campaign = make_claim_campaign(ends_at=NOON)
    with pytest.raises(MoveRefused, match="the end of its period has passed"):
        move_claim_campaign(claim_campaign_id=claim_campaign.pk, move=move, by=make_checker(), at=NOON, reason="late")
    claim_campaign.refresh_from_db()
    assert claim_campaign.state == "approved"


def test_duplicate_is_a_draft_of_its_own():
    original = make_claim_campaign(total=5, per_customer=2)
    copy = duplicate_activity(
        CLAIM_CAMPAIGNS, subject_id=original.pk, owner=("template",), by=make_user(), at=NOON, key=None
    )
    assert (copy.state, copy.current_revision, copy.template) == ("draft", None, original.template)
    assert (copy.revisions.get().total, copy.revisions.get().per_customer) == (5, 2)
