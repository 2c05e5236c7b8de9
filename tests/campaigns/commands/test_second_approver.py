from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from campaigns.commands import review, second_approver
from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.review_limits import WrongLimit, set_review_limit
from campaigns.commands.transitions import MoveRefused
from campaigns.models import Campaign, CampaignApproval, CampaignRevision, ReviewLimit, StaffNotice
from campaigns.selectors.review_limits import limit_in_force
from coupons.commands.claim_campaigns import submit_claim_campaign
from coupons.commands.templates import approve_template, submit_template
from coupons.models import CouponTemplate
from pricing.engine.messages import Message
from pricing.selectors.book import book_number
from pricing.wording import say
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_checker, make_revision, make_user
from tests.factories.coupons import make_claim_revision, make_template, make_template_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]

PERIOD = {"starts_at": NOON, "ends_at": NOON + timedelta(days=3)}


@pytest.fixture
def author():
    return make_user("olga", groups=["operator"])


@pytest.fixture
def adam():
    return make_user("adam", groups=["approver"])


@pytest.fixture
def anna():
    return make_user("anna", groups=["approver"])


def limit(kind="campaigns.campaign", **figures):
    return ReviewLimit.objects.create(kind=kind, reason="house rule", by=make_checker(), at=NOON, **figures)


def handed_in(author, benefit="percent_off", **fields):
    make_sku("TEA", list_cents=10_000)
    revision = make_revision(benefit, author=author, **PERIOD | fields)
    submit_campaign(revision_id=revision.pk, by=author, at=NOON)
    return CampaignRevision.objects.get(pk=revision.pk)


def approve(revision, by):
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=by, at=NOON)


def reasons(revision):
    return [say(Message(**reason)) for reason in revision.second_reasons]


def test_deep_cut_waits_for_a_second_person_and_says_by_how_much(author, adam, anna):
    limit(depth_bp=1_500)
    revision = handed_in(author, params={"rate_bp": 2_000})
    assert reasons(revision) == ["It takes 20 % off (TEA): 5 points above the limit of 15 %."]
    page = book_number()
    approve(revision, adam)
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.current_revision, book_number()) == ("in_review", None, page)
    assert StaffNotice.objects.filter(user=anna).first().msgid.startswith("%(kind)s “%(thing)s” needs a second")
    approve(revision, anna)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.current_revision_id) == ("approved", revision.pk)
    assert [row.move for row in campaign.transitions.all()] == ["submit", "approve_first", "approve"]
    assert set(revision.approvals.values_list("checker__username", flat=True)) == {"adam", "anna"}


@pytest.mark.parametrize(
    ("figures", "fields", "expected"),
    [
        pytest.param({"depth_bp": 2_000}, {"params": {"rate_bp": 2_000}}, [], id="depth at the limit"),
        pytest.param({"budget_cents": 5_000}, {"budget_cents": 5_000}, [], id="budget at the limit"),
        pytest.param(
            {"budget_cents": 5_000},
            {"budget_cents": 5_001},
            ["Its budget of ¥50.01 is ¥0.01 above the limit of ¥50."],
            id="a cent above",
        ),
        pytest.param(
            {"budget_cents": 5_000},
            {},
            ["Its budget is unlimited; the limit is ¥50."],
            id="no budget is above every limit",
        ),
        pytest.param({}, {}, [], id="no figure, no limit"),
    ],
)
def test_limits_bind_above_and_not_at_their_figure(author, figures, fields, expected):
    limit(**figures)
    assert reasons(handed_in(author, **fields)) == expected


def test_same_person_is_not_the_second(author, adam):
    limit(depth_bp=0)
    revision = handed_in(author)
    approve(revision, adam)
    with pytest.raises(MoveRefused, match="You have approved this already"):
        approve(revision, adam)
    with pytest.raises(MoveRefused, match="You wrote this yourself"):
        approve(revision, author)
    assert (Campaign.objects.get().state, revision.approvals.count()) == ("in_review", 1)


def test_second_person_may_reject_after_the_first_has_approved(author, adam, anna):
    limit(depth_bp=0)
    revision = handed_in(author)
    approve(revision, adam)
    reject_campaign(revision_id=revision.pk, by=anna, at=NOON, reason="too deep")
    assert Campaign.objects.get().state == "rejected"
    with pytest.raises(MoveRefused):
        approve(revision, make_checker())


def test_change_of_what_runs_stays_out_until_the_second_approval(author, adam, anna):
    campaign = make_campaign("percent_off", **PERIOD)
    limit(depth_bp=0)
    make_sku("TEA")
    change = make_revision("percent_off", campaign=campaign, author=author, **PERIOD)
    submit_campaign(revision_id=change.pk, by=author, at=NOON)
    change.refresh_from_db()
    before = campaign.current_revision_id
    approve(change, adam)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.current_revision_id) == ("approved", before)
    approve(change, anna)
    campaign.refresh_from_db()
    assert campaign.current_revision_id == change.pk


def test_who_may_not_approve_does_not_by_the_command_either(author, anna):
    revision = handed_in(author)
    gone = make_user(groups=["approver"], is_active=False)
    for person in (make_user(groups=["operator"]), make_user(groups=["finance"]), make_user(), gone):
        with pytest.raises(MoveRefused, match="You may not decide about this"):
            approve(revision, person)
        with pytest.raises(MoveRefused, match="You may not decide about this"):
            reject_campaign(revision_id=revision.pk, by=person, at=NOON, reason="no")
    assert not CampaignApproval.objects.exists()


BY_HAND = """INSERT INTO campaigns_campaignapproval (revision_id, maker_id, checker_id, decision, reason, at)
VALUES (%s, %s, %s, 'approved', '', now())"""


def by_hand(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_database_takes_no_approval_from_who_may_not_and_nothing_in_force_with_one_of_two(author, adam, anna):
    limit(depth_bp=0)
    revision = handed_in(author)
    for person in (make_user(groups=["operator"]), make_user(groups=["approver"], is_active=False)):
        with pytest.raises(IntegrityError, match="may not decide"):
            by_hand(BY_HAND, revision.pk, author.pk, person.pk)
    by_hand(BY_HAND, revision.pk, author.pk, adam.pk)
    with pytest.raises(IntegrityError):
        by_hand(BY_HAND, revision.pk, author.pk, adam.pk)
    in_force = "UPDATE campaigns_campaign SET current_revision_id = %s"
    with pytest.raises(IntegrityError, match="1 of 2 approvals"):
        by_hand(in_force, revision.pk)
    with pytest.raises(DatabaseError, match="has been submitted"):
        by_hand("UPDATE campaigns_campaignrevision SET second_reasons = '[]' WHERE id = %s", revision.pk)
    by_hand(BY_HAND, revision.pk, author.pk, anna.pk)
    by_hand(in_force, revision.pk)


def test_registered_rule_demands_a_second_person_also_after_it_was_handed_in(author, adam, anna, monkeypatch):
    monkeypatch.setattr(second_approver, "_rules", [])
    revision = handed_in(author)
    assert revision.second_reasons == []
    danger = Message("“%(thing)s” was approved by %(who)s.", {"thing": "TEA", "who": "x"})
    second_approver.second_approver_rule(lambda revision, at: [danger])
    approve(revision, adam)
    assert Campaign.objects.get().current_revision is None
    monkeypatch.setattr(second_approver, "_rules", [])  # what was a reason once stays one
    approve(revision, anna)
    revision.refresh_from_db()
    assert (len(revision.second_reasons), Campaign.objects.get().current_revision_id) == (1, revision.pk)


def test_what_is_in_review_keeps_its_reasons_when_limits_change(author, adam):
    revision = handed_in(author, params={"rate_bp": 2_000}) if limit(depth_bp=1_500) else None
    limit(depth_bp=9_000)
    approve(revision, adam)
    assert Campaign.objects.get().state == "in_review"


def test_coupons_and_their_activities_go_through_the_same(adam, anna):
    make_sku("TEA", list_cents=10_000)
    limit("coupons.coupontemplate", depth_bp=900)
    limit("coupons.claimcampaign", budget_cents=9_999)
    revision = make_template_revision()
    submit_template(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    assert reasons(revision) == ["It takes 10 % off (TEA): 1 points above the limit of 9 %."]
    for approver, state in ((adam, "in_review"), (anna, "approved")):
        approve_template(revision_id=revision.pk, seen_hash=revision.content_hash, by=approver, at=NOON)
        assert CouponTemplate.objects.get(pk=revision.template_id).state == state
    claim = make_claim_revision(template=make_template(), total=10)
    submit_claim_campaign(revision_id=claim.pk, by=claim.author, at=NOON)
    claim.refresh_from_db()
    assert reasons(claim) == ["Its budget of ¥100 is ¥0.01 above the limit of ¥99.99."]


def test_limits_are_set_by_approvers_with_a_reason_and_keep_their_history(author, adam, anna):
    for by, figures, problem in ((author, {"reason": "x"}, "ask an approver"), (adam, {"reason": " "}, "Say why")):
        with pytest.raises(WrongLimit, match=problem):
            set_review_limit(ReviewLimit(kind="campaigns.campaign", **figures), by=by, at=NOON)
    for depth_bp in (4_000, 3_000):
        row = ReviewLimit(kind="campaigns.campaign", depth_bp=depth_bp, reason="autumn")
        set_review_limit(row, by=adam, at=NOON)
    assert limit_in_force("campaigns.campaign").depth_bp == 3_000
    assert ReviewLimit.objects.count() == 2
    assert StaffNotice.objects.filter(user=anna).count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        ReviewLimit.objects.update(depth_bp=1)


def test_every_kind_of_reviewed_thing_is_registered():
    assert set(review.REVIEWS) >= {"campaigns.campaign", "coupons.coupontemplate", "coupons.claimcampaign"}
