"""Who asked for a stop and who decided about it: the database itself lets nobody rewrite it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction

from campaigns.commands.interventions import Wish, agree, ask_for
from campaigns.commands.transitions import MoveRefused
from campaigns.models import Campaign, Intervention
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-11")]


@pytest.fixture
def asked():
    campaign = make_campaign(starts_at=NOON, ends_at=NOON + timedelta(hours=1))
    wish = Wish(deed="stop", reason="wrong price")
    return ask_for(campaign_id=campaign.pk, wish=wish, by=make_user("olga", groups=["operator"]), at=NOON)


def write(**columns):
    with transaction.atomic():
        Intervention.objects.update(**columns)


def test_an_operator_cannot_decide_even_by_writing_the_row(asked):
    decided = {"outcome": "carried_out", "decided_at": NOON}
    with pytest.raises(IntegrityError, match="may not decide"):
        write(**decided, decided_by=make_user(groups=["operator"]))
    write(**decided, decided_by=make_user(groups=["approver"]))


def test_no_request_is_written_as_decided_already(asked):
    approver = make_user(groups=["approver"])
    row = {"campaign": asked.campaign, "deed": "stop", "reason": "x", "asked_by": asked.asked_by, "asked_at": NOON}
    with pytest.raises(IntegrityError, match="begins undecided"), transaction.atomic():
        Intervention.objects.create(**row, outcome="carried_out", decided_by=approver, decided_at=NOON)


def test_what_was_asked_and_what_was_decided_is_never_rewritten(asked):
    for columns in ({"reason": "no reason"}, {"asked_by": make_user()}, {"deed": "pause"}):
        with pytest.raises(DatabaseError, match="decided or differs"):
            write(**columns)
    with pytest.raises(DatabaseError, match="stays"), transaction.atomic():
        Intervention.objects.all().delete()
    agree(intervention_id=asked.pk, by=make_user(groups=["approver"]), at=NOON, remark="seen")
    with pytest.raises(DatabaseError, match="decided or differs"):
        write(remark="not seen")


@pytest.mark.parametrize("taken_away", [{"is_active": False}, {"is_staff": False}])
def test_who_has_been_sent_away_since_the_page_was_opened_decides_nothing(asked, taken_away):
    person = make_user(groups=["approver"])
    assert person.has_perm("campaigns.approve_campaign")  # as the page has read it
    User.objects.filter(pk=person.pk).update(**taken_away)
    with pytest.raises(MoveRefused, match="ask an approver"):
        agree(intervention_id=asked.pk, by=person, at=NOON)
    assert Campaign.objects.get().state == "approved"
