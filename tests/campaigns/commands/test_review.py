from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from campaigns.commands.campaigns import approve_campaign, reject_campaign, submit_campaign
from campaigns.commands.caps import CapBelowUse
from campaigns.commands.copying import duplicate_campaign
from campaigns.commands.drafting import Content, MoveRefused, discard_draft, edit_draft, revise
from campaigns.commands.review import NotReady
from campaigns.commands.stock import take_units
from campaigns.commands.transitions import CAMPAIGNS, move_campaign
from campaigns.models import Campaign, CampaignRevision, StockBucket
from pricing.selectors.book import book_number
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_checker, make_revision, make_user
from tests.factories.pricing import make_shop, make_sku

pytestmark = pytest.mark.django_db

PERIOD = {"starts_at": NOON, "ends_at": NOON + timedelta(days=3)}


@pytest.fixture
def author():
    return make_user("author")


@pytest.fixture
def checker():
    return make_user("checker", groups=["approver"])


@pytest.fixture
def draft(author):
    return make_revision(author=author, **PERIOD)


def _submitted(revision):
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    return revision


def _approve(revision, by):
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=by, at=NOON)


def _moves(campaign_id):
    return list(Campaign.objects.get(pk=campaign_id).transitions.values_list("move", "source", "target"))


@pytest.mark.req("CAM-09")
def test_approved_draft_is_in_force_with_its_caps_and_turns_the_book(author, checker):
    revision = _submitted(make_revision(author=author, stock=100, budget_cents=5_000, **PERIOD))
    page = book_number()
    _approve(revision, checker)
    campaign = Campaign.objects.get(pk=revision.campaign_id)
    assert (campaign.state, campaign.current_revision_id) == ("approved", revision.pk)
    assert sum(StockBucket.objects.values_list("total", flat=True)) == 100
    assert StockBucket.objects.count() == 16
    assert campaign.budget.total_cents == 5_000
    assert book_number() > page
    assert _moves(campaign.pk) == [("submit", "draft", "in_review"), ("approve", "in_review", "approved")]
    assert list(revision.approvals.values_list("maker", "checker", "decision")) == [(author.pk, checker.pk, "approved")]


@pytest.mark.req("CAM-09")
def test_author_never_decides_about_their_own_work(draft, author):
    revision = _submitted(draft)
    with pytest.raises(MoveRefused, match="You wrote this yourself"):
        _approve(revision, author)
    with pytest.raises(MoveRefused, match="You wrote this yourself"):
        reject_campaign(revision_id=revision.pk, by=author, at=NOON, reason="no")
    assert Campaign.objects.get().state == "in_review"
    assert not revision.approvals.exists()


@transaction.atomic
def _execute(statements, *values):
    with connection.cursor() as cursor:
        for statement in statements.split("; "):
            cursor.execute(statement, values[: statement.count("%s")])


APPROVE_BY_HAND = """INSERT INTO campaigns_campaignapproval (revision_id, maker_id, checker_id, decision, reason, at)
VALUES (%s, %s, %s, 'approved', '', now())"""


@pytest.mark.req("CAM-09")
def test_database_refuses_a_maker_who_checks_and_a_maker_who_is_not_the_author(draft, author, checker):
    for maker, second in ((author, author), (checker, author)):
        with pytest.raises(IntegrityError):
            _execute(f"{APPROVE_BY_HAND}; SET CONSTRAINTS ALL IMMEDIATE", draft.pk, maker.pk, second.pk)
    with pytest.raises(IntegrityError):
        _execute("UPDATE campaigns_campaign SET current_revision_id = %s", draft.pk)
    assert not draft.approvals.exists()


@pytest.mark.req("CAM-09")
def test_rejection_needs_a_reason_and_leads_back_to_a_new_draft(draft, author, checker):
    revision = _submitted(draft)
    with pytest.raises(MoveRefused) as refused:
        reject_campaign(revision_id=revision.pk, by=checker, at=NOON, reason=" ")
    assert refused.value.field == "reason"
    reject_campaign(revision_id=revision.pk, by=checker, at=NOON, reason="Too deep")
    assert Campaign.objects.get().state == "rejected"
    assert revision.approvals.get().reason == "Too deep"
    mended = revise(CAMPAIGNS, subject_id=revision.campaign_id, by=author, at=NOON)
    assert (mended.number, mended.review, Campaign.objects.get().state) == (2, "draft", "draft")


@pytest.mark.req("CAM-06")
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        pytest.param({"with_coupons": None}, "with_coupons", id="stacking question not answered"),
        pytest.param({"everything": False}, "everything", id="no products"),
        pytest.param({"name_zh": ""}, "name_zh", id="no Chinese name"),
        pytest.param({"ends_at": NOON, "starts_at": NOON - timedelta(days=1)}, "ends_at", id="already over"),
        pytest.param({"ends_at": NOON + timedelta(days=800)}, "ends_at", id="endless"),
        pytest.param({"params": {"tiers": []}}, "tiers", id="rule without tiers"),
        pytest.param({"params": {"rate_bp": 1}}, "rate_bp", id="parameter of another rule"),
        pytest.param({"layer": "item"}, "layer", id="layer that the benefit does not know"),
        pytest.param({"limit_units": 0}, "limit_units", id="limit of nothing"),
    ],
)
def test_incomplete_draft_is_not_handed_in_and_the_field_is_named(author, fields, field):
    revision = make_revision(author=author, **PERIOD | fields)
    with pytest.raises(NotReady) as refused:
        submit_campaign(revision_id=revision.pk, by=author, at=NOON)
    assert [problem.field for problem in refused.value.problems] == [field]
    revision.refresh_from_db()
    assert (revision.review, revision.campaign.state) == ("draft", "draft")


def test_shop_campaign_takes_no_goods_of_another_shop(author):
    revision = make_revision(author=author, shop=make_shop("leaf"), sku=make_sku("CUP"), **PERIOD)
    with pytest.raises(NotReady, match="Not this shop's own: CUP"):
        submit_campaign(revision_id=revision.pk, by=author, at=NOON)


@pytest.mark.req("CAM-12")
def test_change_of_a_running_campaign_takes_effect_with_its_approval_only(author, checker):
    first = _submitted(make_revision(author=author, name="Old", **PERIOD))
    _approve(first, checker)
    second = revise(CAMPAIGNS, subject_id=first.campaign_id, by=author, at=NOON)
    fields = {"name": "New", "priority": 5}
    edit_draft(CAMPAIGNS, revision_id=second.pk, content=Content(fields=fields, rows={}), by=author)
    second = _submitted(CampaignRevision.objects.get(pk=second.pk))
    campaign = Campaign.objects.get()
    assert (campaign.current_revision.name, campaign.state) == ("Old", "approved")
    _approve(second, checker)
    campaign.refresh_from_db()
    assert (campaign.current_revision.name, campaign.state) == ("New", "approved")
    assert CampaignRevision.objects.get(pk=first.pk).name == "Old"


@pytest.mark.req("CAM-12")
def test_paused_campaign_stays_paused_when_its_change_is_approved(author, checker):
    campaign = make_campaign(paused=True, **PERIOD)
    change = _submitted(revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON))
    _approve(change, checker)
    campaign.refresh_from_db()
    assert (campaign.state, campaign.current_revision_id) == ("paused", change.pk)


@pytest.mark.req("CAM-12")
def test_change_of_what_was_stopped_meanwhile_is_rejected_out_of_the_queue_and_never_approved(checker):
    campaign = make_campaign(**PERIOD)
    change = _submitted(revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON))
    move_campaign(campaign_id=campaign.pk, move="stop", by=checker, at=NOON, reason="typo")
    with pytest.raises(MoveRefused, match="stopped for good"):
        _approve(change, checker)
    reject_campaign(revision_id=change.pk, by=checker, at=NOON, reason="stopped")
    change.refresh_from_db()
    assert (change.review, Campaign.objects.get().state) == ("rejected", "stopped")


@pytest.mark.req("CAM-08")
def test_cap_below_what_is_sold_is_refused_and_nothing_changes(author, checker):
    sku = make_sku()
    campaign = make_campaign(stock=100, **PERIOD)
    take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=30, source="order:1", at=NOON)
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)
    edit_draft(CAMPAIGNS, revision_id=change.pk, content=Content({"stock_units": 29}, {}), by=author)
    change = _submitted(CampaignRevision.objects.get(pk=change.pk))
    with pytest.raises(CapBelowUse) as refused:
        _approve(change, checker)
    assert refused.value.figures == {"used": 30}
    change.refresh_from_db()
    assert change.review == "in_review"
    assert sum(StockBucket.objects.values_list("total", flat=True)) == 100


def test_what_was_handed_in_is_frozen_for_everybody(draft, author):
    revision = _submitted(draft)
    with pytest.raises(MoveRefused, match="cannot be changed"):
        edit_draft(CAMPAIGNS, revision_id=revision.pk, content=Content({"name": "Sly"}, {}), by=author)
    with pytest.raises(DatabaseError), transaction.atomic():
        CampaignRevision.objects.filter(pk=revision.pk).update(budget_cents=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        revision.skus.create(sku=make_sku())


def test_approver_decides_about_what_was_seen(draft, checker):
    revision = _submitted(draft)
    with pytest.raises(MoveRefused, match="not the version"):
        approve_campaign(revision_id=revision.pk, seen_hash="0" * 64, by=checker, at=NOON)


def test_decision_is_made_once(draft, checker):
    revision = _submitted(draft)
    _approve(revision, checker)
    for again in (
        lambda: _approve(revision, make_checker()),
        lambda: submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON),
    ):
        with pytest.raises(MoveRefused):
            again()
    assert revision.approvals.count() == 1


def test_draft_belongs_to_its_author_and_others_work_on_a_copy(draft, checker):
    with pytest.raises(MoveRefused, match="belongs to somebody else"):
        edit_draft(CAMPAIGNS, revision_id=draft.pk, content=Content({"name": "Mine"}, {}), by=checker)
    copy = duplicate_campaign(campaign_id=draft.campaign_id, by=checker, at=NOON)
    revision = copy.revisions.get()
    assert (copy.state, copy.current_revision, revision.author, revision.params) == (
        "draft",
        None,
        checker,
        draft.params,
    )


def test_copy_has_the_scope_of_the_original():
    sku, left_out = make_sku(), make_sku()
    original = make_campaign(scopes=[{"product": left_out.product, "excluded": True}], stock={sku: 7})
    revision = duplicate_campaign(campaign_id=original.pk, by=make_user(), at=NOON).revisions.get()
    assert list(revision.skus.values_list("sku", "stock_units")) == [(sku.pk, 7)]
    assert list(revision.scopes.values_list("product", "excluded")) == [(left_out.product_id, True)]


def test_only_one_draft_is_open_and_it_can_be_thrown_away(author):
    campaign = make_campaign(**PERIOD)
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)
    with pytest.raises(MoveRefused, match="a draft already"):
        revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)
    discard_draft(CAMPAIGNS, revision_id=change.pk, by=author, at=NOON)
    assert campaign.revisions.count() == 1
    with pytest.raises(MoveRefused, match="Only a draft of a change"):
        discard_draft(CAMPAIGNS, revision_id=campaign.current_revision_id, by=author, at=NOON)


@pytest.mark.req("CAM-09")
def test_a_draft_is_thrown_away_by_its_author_or_once_that_person_has_left_by_another(author):
    campaign = make_campaign(**PERIOD)
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=author, at=NOON)
    other = make_user(groups=["operator"])
    with pytest.raises(MoveRefused, match="belongs to somebody else"):
        discard_draft(CAMPAIGNS, revision_id=change.pk, by=other, at=NOON)
    assert campaign.revisions.count() == 2
    type(author).objects.filter(pk=author.pk).update(is_active=False)
    discard_draft(CAMPAIGNS, revision_id=change.pk, by=other, at=NOON)
    assert campaign.revisions.count() == 1


@pytest.mark.req("CAM-11")
def test_pause_and_stop_need_a_reason_and_stop_is_for_good(checker):
    campaign = make_campaign()
    with pytest.raises(MoveRefused) as refused:
        move_campaign(campaign_id=campaign.pk, move="stop", by=checker, at=NOON)
    assert refused.value.field == "reason"
    move_campaign(campaign_id=campaign.pk, move="pause", by=checker, at=NOON, reason="wrong price")
    move_campaign(campaign_id=campaign.pk, move="resume", by=checker, at=NOON)
    move_campaign(campaign_id=campaign.pk, move="stop", by=checker, at=NOON, reason="recall")
    with pytest.raises(MoveRefused, match="the state is “stopped”"):
        move_campaign(campaign_id=campaign.pk, move="resume", by=checker, at=NOON)
    with pytest.raises(MoveRefused, match="stopped for good"):
        revise(CAMPAIGNS, subject_id=campaign.pk, by=checker, at=NOON)
    assert [move for move, _, _ in _moves(campaign.pk)][1:] == ["pause", "resume", "stop"]


@pytest.mark.req("CAM-11")
@pytest.mark.parametrize("move", ["pause", "resume", "stop"])
def test_campaign_that_the_clock_has_ended_is_not_moved_any_more(checker, move):
    campaign = make_campaign(paused=move == "resume", **PERIOD)
    before = (campaign.state, _moves(campaign.pk))
    with pytest.raises(MoveRefused, match="the end of its period has passed"):
        move_campaign(campaign_id=campaign.pk, move=move, by=checker, at=PERIOD["ends_at"], reason="too late")
    campaign.refresh_from_db()
    assert (campaign.state, _moves(campaign.pk)) == before
