"""Two campaigns approved at one moment: the report of the second has to know the first; and what happens without."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest

from campaigns.commands import conflict_gate
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.models import Campaign, CampaignRevision
from tests.factories import NOON
from tests.factories.campaigns import make_checker, make_revision, make_user
from tests.factories.pricing import make_sku
from tests.support.crowd import all_at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.concurrency, pytest.mark.req("CAM-14")]

PERIOD = {"starts_at": NOON, "ends_at": NOON + timedelta(days=9)}
SHORT = 3  # seconds: so long the first one waits for a second to look beside it


@pytest.fixture
def two():
    """Two campaigns, harmless alone and below cost together; a report on each knows nothing of the other."""
    make_sku("TEA", list_cents=10_000, cost_cents=7_000)
    return [handed_in("percent_off", rate_bp=2_000, layer="item"), handed_in("percent_off", rate_bp=2_000)]


def handed_in(benefit, *, rate_bp, **fields):
    revision = make_revision(benefit, params={"rate_bp": rate_bp}, author=make_user(), **PERIOD | fields)
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    return CampaignRevision.objects.get(pk=revision.pk)


def approved_at_once(revisions):
    """Approve each by a person of its own; return how it went for both, sorted."""
    works = [
        partial(approve_campaign, revision_id=revision.pk, seen_hash=revision.content_hash, by=make_checker(), at=NOON)
        for revision in revisions
    ]
    return sorted(type(answer).__name__ for answer in all_at_once(works))


def looking_together(monkeypatch):
    """Let whoever looks whether the report holds wait a moment for the other one to look as well."""
    both, look = Barrier(2), conflict_gate.standing_of

    def look_and_wait(revision, *, at):
        found = look(revision, at=at)
        if found.is_current:
            with suppress(BrokenBarrierError):  # nobody came: they are kept apart
                both.wait(SHORT)
        return found

    monkeypatch.setattr(conflict_gate, "standing_of", look_and_wait)


def test_of_two_that_fall_below_cost_together_one_is_approved_and_the_other_has_to_be_looked_at_anew(two, monkeypatch):
    looking_together(monkeypatch)
    assert approved_at_once(two) == ["NoneType", "ReportNeeded"]
    assert Campaign.objects.exclude(current_revision=None).count() == 1


def test_negative_control_without_the_lock_both_are_in_force_by_one_approver_each(two, monkeypatch):
    looking_together(monkeypatch)
    monkeypatch.setattr(conflict_gate, "_one_after_the_other", lambda: None)
    assert approved_at_once(two) == ["NoneType", "NoneType"]
    assert Campaign.objects.exclude(current_revision=None).count() == 2
