"""A grant by hand: reviewed by a second person, then given row by row by a job that may be stopped and repeated."""

from datetime import timedelta

import pytest
from django.db import connection

from campaigns.commands import review
from campaigns.commands.review import NotReady
from campaigns.commands.transitions import MoveRefused, Step, move_subject
from campaigns.models import ReviewLimit, StaffNotice
from coupons import jobs
from coupons.commands import grant_giving
from coupons.commands.claiming import claim_coupon
from coupons.commands.grant_giving import give_grant
from coupons.commands.grants import GRANT_REVIEW, GRANTS, move_grant
from coupons.models import Coupon, CouponGrant, CouponTemplate, GrantResult, GrantRow, TemplateBudget
from coupons.refusals import GrantHalted, NotGivenNow
from coupons.selectors.grants import list_of
from pricing import tasks
from pricing.clock import database_now
from pricing.commands.jobs import repeat_job, stop_job
from pricing.models import Job
from promo_site.audit.run import audit
from tests.factories import LONG_AGO, NOON
from tests.factories.campaigns import make_checker, make_customer, make_user
from tests.factories.coupons import make_claim_campaign, make_coupon, make_template
from tests.factories.grants import make_grant, make_grant_draft
from tests.factories.risk import make_risk_limit
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]


@pytest.fixture
def customers():
    return [make_customer(code) for code in ("A", "B", "C")]


def submit(revision):
    review.submit(GRANT_REVIEW, revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()


def approve(revision, by):
    review.approve(GRANT_REVIEW, revision_id=revision.pk, seen_hash=revision.content_hash, by=by, at=NOON)


def results(grant):
    return [*GrantResult.objects.filter(grant=grant).order_by("row__line").values_list("row__line", "given", "refused")]


def test_who_prepares_a_grant_does_not_approve_it_and_nothing_is_given_before(customers):
    author = make_user(groups=["operator", "approver"])
    revision = make_grant_draft("A,2\nB", author=author)
    submit(revision)
    with pytest.raises(MoveRefused):
        approve(revision, author)
    tasks.work_off_jobs()
    assert not Coupon.objects.exists()
    approve(revision, make_checker())
    tasks.work_off_jobs()
    assert Coupon.objects.filter(route="grant").count() == 3
    assert TemplateBudget.objects.get().issued == 3
    assert StaffNotice.objects.filter(user=author, msgid__contains="has given").exists()
    assert audit() == []


def test_two_people_approve_what_is_worth_more_than_the_limit(customers):
    ReviewLimit.objects.create(
        kind="coupons.coupongrant", budget_cents=2_000, reason="small ones alone", by=make_checker(), at=NOON
    )
    small, large = make_grant_draft("A\nB"), make_grant_draft("A\nB\nC")
    for revision in (small, large):
        submit(revision)
        approve(revision, make_checker())
    states = {grant.pk: grant.state for grant in CouponGrant.objects.all()}
    assert (states[small.grant_id], states[large.grant_id]) == ("approved", "in_review")


def test_done_again_it_gives_what_is_missing_and_nothing_twice(customers, monkeypatch):
    grant = make_grant("A,2\nB\nC,2", given=False)
    usual, seen = grant_giving.issue, []

    def dies_half_way(coupon, **guards):
        seen.append(coupon)
        if len(seen) == 3:
            raise ConnectionError
        return usual(coupon, **guards)

    monkeypatch.setattr(grant_giving, "issue", dies_half_way)
    tasks.work_off_jobs()
    assert (Job.objects.get().state, results(grant)) == ("failed", [(1, 2, "")])
    repeat_job(job_id=Job.objects.get().pk, by=make_user(), at=NOON)
    tasks.work_off_jobs()
    give_grant(grant.pk, tell=lambda rows: None)
    assert results(grant) == [(1, 2, ""), (2, 1, ""), (3, 2, "")]
    assert Coupon.objects.count() == 5
    assert audit() == []


def test_a_row_that_is_refused_says_why_and_stops_no_other(customers):
    template = make_template(issue_per_customer=2)
    grant = make_grant("A,2\nB,2\nC", template=template, given=False)
    make_coupon(template=template, customer=customers[1])
    tasks.work_off_jobs()
    why = "One customer may have no more coupons of this kind."
    assert results(grant) == [(1, 2, ""), (2, 1, why), (3, 1, "")]
    assert Job.objects.get().result == {"given": 4, "refused": 1}


def test_a_paused_grant_gives_nothing_and_the_database_holds_it_so(customers, monkeypatch):
    grant = make_grant("A\nB", given=False)
    stale = CouponGrant.objects.select_related("current_revision").get(pk=grant.pk)
    row = grant_giving.GrantRow.objects.first()
    move_subject(GRANTS, grant.pk, Step("pause", make_checker(), NOON, "wrong list"))
    tasks.work_off_jobs()
    with pytest.raises(GrantHalted):
        grant_giving.give_one(stale, row, place=1, at=NOON)
    assert (Job.objects.get().state, Coupon.objects.count()) == ("failed", 0)
    move_subject(GRANTS, grant.pk, Step("resume", make_checker(), NOON))
    give_grant(grant.pk, tell=lambda rows: None)
    assert Coupon.objects.count() == 2


def test_what_has_no_room_any_more_is_not_handed_in(customers):
    template = make_template(issue_total=3, issue_per_customer=2)
    revision = make_grant_draft("A,2\nB", template=template)
    for _ in range(2):
        make_coupon(template=template, customer=customers[0])
    with pytest.raises(NotReady) as refused:
        submit(revision)
    assert [(problem.figures, problem.field) for problem in refused.value.problems] == [
        ({"coupons": 3, "room": 1}, "rows"), ({"customers": 1}, "rows"),
    ]  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_workers_at_once_give_every_coupon_once(customers):
    grant = make_grant("A,5\nB,5\nC,5", given=False)
    all_at_once([lambda: give_grant(grant.pk, tell=lambda rows: None)] * 4)
    assert (Coupon.objects.count(), TemplateBudget.objects.get().issued) == (15, 15)
    assert results(grant) == [(1, 5, ""), (2, 5, ""), (3, 5, "")]
    assert audit() == []


def test_the_rows_of_a_grant_cannot_be_changed_afterwards(customers):
    make_grant("A\nB", given=False)
    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("UPDATE coupons_grantrow SET number = 9")


def next_minute():
    TemplateBudget.objects.update(minute=LONG_AGO)
    Job.objects.update(not_before=LONG_AGO)
    tasks.work_off_jobs()


def test_a_full_minute_makes_a_grant_wait_and_leaves_half_of_it_to_those_who_claim(customers):
    """Meanwhile other jobs run; the clock of the template's minute is turned by hand."""
    template = make_template(most_per_minute=4)
    grant = make_grant("A,2\nB,2\nC", template=template)
    own = Job.objects.get()
    assert (own.state, own.mark["done"], results(grant)) == ("waiting", 1, [(1, 2, "")])
    other = make_grant("C")
    assert Job.objects.get(subject=f"grant:{other.pk}").state == "done"
    campaign = make_claim_campaign(template=template, per_customer=2)
    for seq in (1, 2):
        claim_coupon(claim_campaign_id=campaign.pk, customer_id=customers[2].pk, seq=seq, at=database_now())
    next_minute()
    next_minute()
    template.refresh_from_db()
    own.refresh_from_db()
    assert (template.state, results(grant)) == ("approved", [(1, 2, ""), (2, 2, ""), (3, 1, "")])
    assert (own.state, own.done, own.turns) == ("done", 3, 2)


def test_a_grant_that_waits_can_be_stopped_and_does_not_wait_for_ever(customers, monkeypatch):
    monkeypatch.setattr(grant_giving, "MOST_WAITS", 3)
    template = make_template(most_per_minute=1)
    grant = make_grant("A\nB", template=template)
    TemplateBudget.objects.update(minute=NOON + timedelta(days=9_000))  # full for ever
    for _ in range(2):
        Job.objects.update(not_before=LONG_AGO)
        tasks.work_off_jobs()
        assert Job.objects.get().state == "waiting"
    Job.objects.update(not_before=LONG_AGO)
    tasks.work_off_jobs()
    assert (Job.objects.get().state, Coupon.objects.count()) == ("failed", 1)
    move_grant(grant.pk, Step("pause", make_checker(), NOON, "enough"))
    move_grant(grant.pk, Step("resume", make_checker(), NOON))
    tasks.work_off_jobs()
    stop_job(job_id=Job.objects.get(state="waiting").pk, at=NOON)
    assert not Job.objects.filter(state="waiting").exists()


def test_a_long_grant_gives_way_to_what_was_asked_for_meanwhile(customers, monkeypatch):
    monkeypatch.setattr(grant_giving, "TURN_SECONDS", -1)  # a turn is one row
    first, second = make_grant("A\nB\nC", given=False), make_grant("A", given=False)
    done = []
    monkeypatch.setattr(jobs, "tell_of_grant", lambda grant, *a, **k: done.append(grant.pk))
    tasks.work_off_jobs()
    assert done == [second.pk, first.pk]
    assert results(first) == [(1, 1, ""), (2, 1, ""), (3, 1, "")]


def test_a_grant_that_is_resumed_gives_the_rest_by_itself(customers):
    grant = make_grant("A\nB", given=False)
    move_grant(grant.pk, Step("pause", make_checker(), NOON, "wrong list"))
    tasks.work_off_jobs()
    assert not Coupon.objects.exists()
    move_grant(grant.pk, Step("resume", make_checker(), NOON))
    tasks.work_off_jobs()
    assert results(grant) == [(1, 1, ""), (2, 1, "")]


def test_a_coupon_of_high_value_without_a_profile_is_not_granted(customers):
    revision = make_grant_draft("A")
    make_risk_limit(face_cents=999)
    with pytest.raises(NotReady) as refused:
        submit(revision)
    assert refused.value.field == "risk_profile"


def test_a_row_that_is_added_to_an_approved_list_gives_nothing(customers):
    grant = make_grant("A", given=False)
    meant = list_of(grant.current_revision)
    with connection.cursor() as cursor:  # as if its guard were not there
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE coupons_grantrow DISABLE TRIGGER list_is_full")
    GrantRow.objects.create(of=meant, line=99, reference="B", customer=customers[1], number=50)
    with pytest.raises(GrantHalted):
        give_grant(grant.pk, tell=lambda rows: None)
    assert not Coupon.objects.exists()


def test_a_grant_ends_at_a_paused_template_and_refuses_no_row_for_it(customers):
    grant = make_grant("A\nB", given=False)
    CouponTemplate.objects.update(state="paused")
    with pytest.raises(NotGivenNow):
        give_grant(grant.pk, tell=lambda _rows: None)
    assert results(grant) == []
    CouponTemplate.objects.update(state="approved")
    give_grant(grant.pk, tell=lambda _rows: None)
    assert Coupon.objects.count() == 2
