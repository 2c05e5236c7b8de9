"""A campaign that promises a coupon to every order and an audience of that coupon are approved at the same moment."""

import time
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection, transaction

from campaigns import sources
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.review import NotReady
from coupons.commands.templates import approve_template, submit_template
from coupons.models import CouponTemplate
from tests.factories import FAR_AHEAD, NOON
from tests.factories.campaigns import make_checker, make_revision
from tests.factories.coupons import make_template, make_template_revision
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CPN-06")]

NEXT_YEAR = NOON + timedelta(days=365)


def wait_for_end_or_block(thread):
    deadline = time.monotonic() + 30
    with connection.cursor() as cursor:
        while thread.is_alive() and time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))")
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)


@pytest.fixture
def approved_at_once():
    """Approve the audience; before it commits the campaign is handed in and approved, too. Return what that answers."""
    # coupons for the time after the campaign: no conflict report of the campaign's own time looks at them
    later = {"validity": "fixed", "valid_days": None, "valid_from": NEXT_YEAR, "valid_until": FAR_AHEAD}
    template = make_template(**later)
    aimed = make_template_revision(template=template, new_to="platform", **later)
    submit_template(revision_id=aimed.pk, by=aimed.author, at=NOON)
    params = {"template": str(template.pk), "value_cents": 1_000, "threshold_cents": 10_000}
    reward = make_revision("reward", params=params, layer="order", starts_at=NOON, ends_at=NEXT_YEAR)
    checkers = make_checker(), make_checker()

    def approve():
        reward.refresh_from_db()
        approve_campaign(revision_id=reward.pk, seen_hash=reward.content_hash, by=checkers[0], at=NOON)

    def run():
        answers = []
        approving = Thread(target=lambda: answers.extend(all_at_once([approve])))
        aimed.refresh_from_db()
        with transaction.atomic():
            approve_template(revision_id=aimed.pk, seen_hash=aimed.content_hash, by=checkers[1], at=NOON)
            handed_in = all_at_once([lambda: submit_campaign(revision_id=reward.pk, by=reward.author, at=NOON)])
            assert handed_in == [None]
            approving.start()
            wait_for_end_or_block(approving)
        approving.join(30)
        reward.refresh_from_db()
        assert CouponTemplate.objects.get().current_revision == aimed
        return answers[0], reward.review

    return run


def test_the_campaign_waits_for_the_audience_and_is_refused(approved_at_once):
    answer, review = approved_at_once()
    assert (type(answer), review) == (NotReady, "in_review")
    assert "meant for some customers only" in str(answer)


def test_both_would_be_in_force_if_the_campaign_did_not_hold_its_coupon(approved_at_once, monkeypatch):
    monkeypatch.setitem(sources._sources, "hold_templates", lambda codes: None)
    assert approved_at_once() == (None, "approved")
