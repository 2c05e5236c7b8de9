from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.drafting import Content, edit_draft, revise
from campaigns.commands.interventions import Wish, agree, ask_for, call_back, do_at_once, lapse_overdue, refuse
from campaigns.commands.transitions import CAMPAIGNS, MoveRefused
from campaigns.commands.withdrawal import WrongSkus
from campaigns.models import AuditEntry, Campaign, Intervention, StaffNotice, WithdrawnSku
from campaigns.offers import offer_of
from pricing.selectors.book import book_number
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-11")]

HOUR = timedelta(hours=1)
PERIOD = {"starts_at": NOON - HOUR, "ends_at": NOON + HOUR}


@pytest.fixture
def operator():
    return make_user("olga", groups=["operator"])


@pytest.fixture
def second():
    return make_user("adam", groups=["approver"])


def _wish(deed, *skus, reason="wrong price"):
    return Wish(deed=deed, reason=reason, sku_ids=frozenset(sku.pk for sku in skus), carts=3)


def _state(campaign):
    return Campaign.objects.get(pk=campaign.pk).state


def _history(campaign):
    return list(campaign.transitions.order_by("pk").values_list("move", "by__username", "reason"))[1:]


@pytest.mark.parametrize(
    ("deed", "before", "after"), [("pause", "approved", "paused"), ("resume", "paused", "approved")]
)
def test_what_is_asked_for_happens_when_a_second_person_agrees(operator, second, deed, before, after):
    campaign = make_campaign(paused=before == "paused", **PERIOD)
    asked = ask_for(campaign_id=campaign.pk, wish=_wish(deed), by=operator, at=NOON)
    assert (_state(campaign), asked.outcome, asked.carts) == (before, "waiting", 3)
    with pytest.raises(MoveRefused, match="asked for this yourself"):
        agree(intervention_id=asked.pk, by=operator, at=NOON)
    assert _state(campaign) == before
    agree(intervention_id=asked.pk, by=second, at=NOON, remark="seen")
    asked.refresh_from_db()
    assert (_state(campaign), asked.outcome, asked.decided_by) == (after, "carried_out", second)
    assert _history(campaign) == [
        ("ask", "olga", f"{deed} · wrong price"),
        (deed, "adam", "wrong price"),
    ]


def test_nothing_happens_to_what_is_refused_or_called_back(operator, second):
    campaign = make_campaign(**PERIOD)
    refused = ask_for(campaign_id=campaign.pk, wish=_wish("stop"), by=operator, at=NOON)
    with pytest.raises(MoveRefused, match="asked for already"):
        ask_for(campaign_id=campaign.pk, wish=_wish("stop"), by=second, at=NOON)
    with pytest.raises(MoveRefused, match="Say why"):
        refuse(intervention_id=refused.pk, by=second, at=NOON, remark=" ")
    refuse(intervention_id=refused.pk, by=second, at=NOON, remark="it is right")
    with pytest.raises(MoveRefused, match="Somebody else was faster"):
        agree(intervention_id=refused.pk, by=second, at=NOON)
    called_back = ask_for(campaign_id=campaign.pk, wish=_wish("stop"), by=operator, at=NOON)
    with pytest.raises(MoveRefused, match="Only who has asked"):
        call_back(intervention_id=called_back.pk, by=second, at=NOON)
    call_back(intervention_id=called_back.pk, by=operator, at=NOON)
    assert _state(campaign) == "approved"
    assert list(Intervention.objects.order_by("pk").values_list("outcome", flat=True)) == ["refused", "called_back"]
    assert [move for move, _, _ in _history(campaign)] == ["ask", "refuse", "ask", "call_back"]


@pytest.mark.parametrize(("deed", "meanwhile"), [("pause", "paused"), ("stop", "stopped")])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_emergency_works_at_once_and_is_confirmed_or_reverted(operator, second, deed, meanwhile, is_confirmed):
    campaign = make_campaign(**PERIOD)
    done = do_at_once(campaign_id=campaign.pk, wish=_wish(deed), by=operator, at=NOON)
    assert (_state(campaign), done.outcome) == (meanwhile, "waiting")
    with pytest.raises(MoveRefused, match="asked for this yourself"):
        refuse(intervention_id=done.pk, by=operator, at=NOON, remark="no")
    if is_confirmed:
        agree(intervention_id=done.pk, by=second, at=NOON, remark="right so")
    else:
        refuse(intervention_id=done.pk, by=second, at=NOON, remark="false alarm")
    done.refresh_from_db()
    expected = (meanwhile, "confirmed") if is_confirmed else ("approved", "reverted")
    assert (_state(campaign), done.outcome) == expected
    assert [move for move, _, _ in _history(campaign)] == [
        deed,
        "confirm" if is_confirmed else {"pause": "resume", "stop": "reinstate"}[deed],
    ]


def test_what_was_paused_before_its_emergency_stop_is_paused_again_when_the_stop_is_reverted(operator, second):
    campaign = make_campaign(**PERIOD)
    paused = do_at_once(campaign_id=campaign.pk, wish=_wish("pause"), by=operator, at=NOON)
    agree(intervention_id=paused.pk, by=second, at=NOON)
    stopped = do_at_once(campaign_id=campaign.pk, wish=_wish("stop"), by=operator, at=NOON)
    refuse(intervention_id=stopped.pk, by=second, at=NOON, remark="the pause is enough")
    assert _state(campaign) == "paused"
    assert [move for move, _, _ in _history(campaign)] == ["pause", "confirm", "stop", "reinstate_paused"]


def test_request_that_nobody_decided_lapses_with_the_end_of_its_campaign_and_not_before(operator):
    campaign = make_campaign(**PERIOD)
    asked = ask_for(campaign_id=campaign.pk, wish=_wish("pause"), by=operator, at=NOON)
    assert lapse_overdue(at=NOON + HOUR - timedelta(microseconds=1)) == 0
    assert [lapse_overdue(at=NOON + HOUR) for _ in range(2)] == [1, 0]
    asked.refresh_from_db()
    assert (asked.outcome, asked.decided_by) == ("lapsed", None)
    assert _history(campaign)[-1] == ("lapse", None, "pause · wrong price")
    assert AuditEntry.objects.filter(act="lapse", by=None, object_id=campaign.pk).count() == 1
    assert "has lapsed" in StaffNotice.objects.get(user=operator).msgid


def test_what_cannot_be_reverted_any_more_stays_to_be_confirmed(operator, second):
    campaign = make_campaign(**PERIOD)
    done = do_at_once(campaign_id=campaign.pk, wish=_wish("stop"), by=operator, at=NOON)
    with pytest.raises(MoveRefused, match="the end of its period has passed"):
        refuse(intervention_id=done.pk, by=second, at=NOON + HOUR, remark="no")
    done.refresh_from_db()
    assert (_state(campaign), done.outcome) == ("stopped", "waiting")
    agree(intervention_id=done.pk, by=second, at=NOON + HOUR)


def test_what_gives_is_never_done_at_once(operator):
    sku = make_sku()
    campaign = make_campaign("percent_off", paused=True, sku=sku, **PERIOD)
    for deed in ("resume", "take_back"):
        with pytest.raises(MoveRefused, match="A second person"):
            do_at_once(campaign_id=campaign.pk, wish=_wish(deed, sku), by=operator, at=NOON)
    assert not Intervention.objects.exists()


def test_request_that_a_stop_has_overtaken_lapses(operator, second):
    campaign = make_campaign(**PERIOD)
    asked = ask_for(campaign_id=campaign.pk, wish=_wish("pause"), by=operator, at=NOON)
    do_at_once(campaign_id=campaign.pk, wish=_wish("stop"), by=second, at=NOON)
    asked.refresh_from_db()
    assert (asked.outcome, asked.decided_by) == ("lapsed", None)
    assert [move for move, _, _ in _history(campaign)] == ["ask", "stop", "lapse"]
    assert "has lapsed" in StaffNotice.objects.get(user=operator).msgid


def test_sku_leaves_with_the_next_quote_and_comes_back(operator, second):
    out, stays = make_sku("OUT"), make_sku("STAYS")
    campaign = make_campaign("percent_off", sku=[out, stays], **PERIOD)
    page = book_number()
    asked = ask_for(campaign_id=campaign.pk, wish=_wish("withdraw", out), by=operator, at=NOON)
    assert (book_number(), _excluded(campaign)) == (page, set())
    agree(intervention_id=asked.pk, by=second, at=NOON)
    assert (_excluded(campaign), Campaign.objects.get().edition) == ({"OUT"}, 2)
    assert book_number() > page
    with pytest.raises(WrongSkus, match="Not in this campaign, or out already: OUT"):
        ask_for(campaign_id=campaign.pk, wish=_wish("withdraw", out), by=operator, at=NOON)
    back = ask_for(campaign_id=campaign.pk, wish=_wish("take_back", out), by=operator, at=NOON)
    agree(intervention_id=back.pk, by=second, at=NOON)
    assert (_excluded(campaign), Campaign.objects.get().edition) == (set(), 3)
    assert _history(campaign) == [
        ("ask", "olga", "take SKUs out · OUT · wrong price"),
        ("withdraw", "adam", "OUT · wrong price"),
        ("ask", "olga", "take SKUs back in · OUT · wrong price"),
        ("take_back", "adam", "OUT · wrong price"),
    ]


def test_emergency_withdrawal_is_reverted_by_the_second_person(operator, second):
    sku = make_sku("OUT")
    campaign = make_campaign("percent_off", sku=sku, **PERIOD)
    done = do_at_once(campaign_id=campaign.pk, wish=_wish("withdraw", sku), by=operator, at=NOON)
    assert _excluded(campaign) == {"OUT"}
    refuse(intervention_id=done.pk, by=second, at=NOON, remark="the price is right")
    assert _excluded(campaign) == set()


def test_reverting_an_old_withdrawal_leaves_a_later_one_alone(operator, second):
    sku = make_sku("OUT")
    campaign = make_campaign("percent_off", sku=sku, **PERIOD)
    old = do_at_once(campaign_id=campaign.pk, wish=_wish("withdraw", sku), by=operator, at=NOON)
    back = ask_for(campaign_id=campaign.pk, wish=_wish("take_back", sku), by=operator, at=NOON)
    agree(intervention_id=back.pk, by=second, at=NOON)
    later = ask_for(campaign_id=campaign.pk, wish=_wish("withdraw", sku), by=operator, at=NOON)
    agree(intervention_id=later.pk, by=second, at=NOON)
    refuse(intervention_id=old.pk, by=second, at=NOON, remark="the price was right")
    assert _excluded(campaign) == {"OUT"}


def test_reverting_an_old_pause_leaves_a_later_one_alone(operator, second):
    campaign = make_campaign(**PERIOD)
    first = do_at_once(campaign_id=campaign.pk, wish=_wish("pause"), by=operator, at=NOON)
    for deed in ("resume", "pause"):
        asked = ask_for(campaign_id=campaign.pk, wish=_wish(deed), by=operator, at=NOON)
        agree(intervention_id=asked.pk, by=second, at=NOON)
    with pytest.raises(MoveRefused, match="paused again since"):
        refuse(intervention_id=first.pk, by=second, at=NOON, remark="no need")
    assert _state(campaign) == "paused"


def test_only_skus_of_the_campaign_are_taken_out_and_one_at_least(operator):
    campaign = make_campaign("percent_off", sku=make_sku("IN"), **PERIOD)
    for skus, text in (((), "at least one SKU"), ((make_sku("OTHER"),), "Not in this campaign, or out already: OTHER")):
        with pytest.raises(WrongSkus, match=text):
            ask_for(campaign_id=campaign.pk, wish=_wish("withdraw", *skus), by=operator, at=NOON)
    with pytest.raises(WrongSkus, match="Not taken out of this campaign: IN"):
        ask_for(campaign_id=campaign.pk, wish=_wish("take_back", *campaign_skus(campaign)), by=operator, at=NOON)


def campaign_skus(campaign):
    return [row.sku for row in campaign.current_revision.skus.all()]


@pytest.mark.parametrize("keeps", [True, False])
def test_next_version_says_whether_the_sku_stays_out(operator, second, keeps):
    known, later = make_sku("KNOWN"), make_sku("LATER")
    campaign = make_campaign("percent_off", sku=[known, later], **PERIOD)
    do_at_once(campaign_id=campaign.pk, wish=_wish("withdraw", known), by=second, at=NOON)
    draft = revise(CAMPAIGNS, subject_id=campaign.pk, by=operator, at=NOON)
    edit_draft(CAMPAIGNS, revision_id=draft.pk, content=Content({"keeps_withdrawn": keeps}, {}), by=operator)
    draft.refresh_from_db()
    assert offer_of(draft).scope.excluded_skus == (frozenset({"KNOWN"}) if keeps else frozenset())
    submit_campaign(revision_id=draft.pk, by=operator, at=NOON + timedelta(minutes=1))
    do_at_once(campaign_id=campaign.pk, wish=_wish("withdraw", later), by=second, at=NOON + timedelta(minutes=2))
    draft.refresh_from_db()
    approve_campaign(revision_id=draft.pk, seen_hash=draft.content_hash, by=second, at=NOON + timedelta(minutes=3))
    assert _excluded(campaign) == ({"KNOWN", "LATER"} if keeps else {"LATER"})


@pytest.mark.parametrize("goods", ["bundle", "to get"])
def test_rule_that_cannot_do_without_the_sku_rests(operator, goods):
    first, other = make_sku("FIRST"), make_sku("OTHER")
    if goods == "bundle":
        params = {"goods": {"FIRST": 1, "OTHER": 1}, "price_cents": 5_000}
        campaign = make_campaign("bundle_price", params=params, layer="multi", sku=[first, other], **PERIOD)
    else:
        params = {"buy": 1, "get": 1, "rate_bp": 10_000, "get_scope": {"skus": ["OTHER"]}}
        campaign = make_campaign("buy_get", params=params, layer="multi", sku=[first], **PERIOD)
    assert not offer_of(campaign.current_revision).paused
    do_at_once(campaign_id=campaign.pk, wish=_wish("withdraw", other), by=operator, at=NOON)
    assert offer_of(Campaign.objects.get().current_revision).paused


@pytest.mark.parametrize("role", ["operator", "finance", "service"])
def test_commands_themselves_ask_for_the_permission_and_refuse_who_left(operator, role):
    campaign = make_campaign(**PERIOD)
    asked = ask_for(campaign_id=campaign.pk, wish=_wish("stop"), by=operator, at=NOON)
    other, left = make_user(groups=[role]), make_user(groups=["approver"], is_active=False)
    for by in (other, left):
        with pytest.raises(MoveRefused, match="You may not decide about this"):
            agree(intervention_id=asked.pk, by=by, at=NOON)
    for by in (left, make_user()):
        with pytest.raises(MoveRefused, match="You may not interrupt campaigns"):
            do_at_once(campaign_id=campaign.pk, wish=_wish("pause"), by=by, at=NOON)
    assert _state(campaign) == "approved"


def test_database_refuses_a_decision_by_who_has_asked_and_giving_at_once(operator):
    campaign = make_campaign(paused=True, **PERIOD)
    asked = ask_for(campaign_id=campaign.pk, wish=_wish("resume"), by=operator, at=NOON)
    rows = Intervention.objects.filter(pk=asked.pk)
    for wrong in (
        {"outcome": "carried_out", "decided_by": operator, "decided_at": NOON},
        {"at_once": True},
        {"outcome": "carried_out"},
        {"reason": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    assert not WithdrawnSku.objects.exists()


def _excluded(campaign):
    return set(offer_of(Campaign.objects.get(pk=campaign.pk).current_revision).scope.excluded_skus)
