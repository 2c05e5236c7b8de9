"""Telling an audience while workers die and race: nobody is told twice."""

import os
import signal
import time
from collections import Counter
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from campaigns.commands import reach
from campaigns.models import Reach, ReachWave, ShopperMessage
from campaigns.reach_letters import Mailbox
from tests.campaigns.concurrency.crowd import rush
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_customer, make_user

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("CAM-19")]

PEOPLE = 12
TEXTS = {"reach_text": "From today on.", "reach_text_zh": "今日开始。"}


@pytest.fixture(autouse=True)
def people(monkeypatch):
    monkeypatch.setattr(reach, "BATCH", 5)
    for number in range(PEOPLE):
        make_customer(user=make_user(email=f"{number}@example.com"))


def _starting(**fields):
    return make_campaign(starts_at=NOON, ends_at=NOON + timedelta(days=1), **TEXTS, **fields)


def _tell(most_a_week=99):
    return reach.tell_audiences(at=NOON, most_a_week=most_a_week)


def _told():
    return Counter(ShopperMessage.objects.values_list("customer", flat=True))


def _mailbox(send):
    return Mailbox(send, "https://shop.example", str, "/account/")


def test_a_sweep_killed_in_the_middle_of_a_batch_tells_everybody_once_when_it_is_repeated(monkeypatch):
    _starting(reach_in_site=True)
    written, batches = reach._write, []

    def dies_in_the_second_batch(*args):
        written(*args)
        batches.append(args)
        if len(batches) == 2:
            raise KeyboardInterrupt  # like a kill, it is no error that anybody catches

    monkeypatch.setattr(reach, "_write", dies_in_the_second_batch)
    with pytest.raises(KeyboardInterrupt):
        _tell()
    assert (sum(_told().values()), ReachWave.objects.get().finished_at) == (5, None)
    monkeypatch.setattr(reach, "_write", written)
    assert [_tell(), _tell()] == [7, 0]
    assert (len(_told()), set(_told().values()), Reach.objects.count()) == (PEOPLE, {1}, PEOPLE)


def test_a_worker_killed_with_9_sends_no_letter_twice_and_loses_one_at_most(tmp_path):
    campaign = _starting(reach_email=True)
    _tell()
    sent = tmp_path / "sent"

    def slowly(letter):
        with sent.open("a") as file:
            file.write(letter.address + "\n")
        time.sleep(0.01)

    def until_the_fifth(letter):
        slowly(letter)
        if len(sent.read_text().split()) == 5:
            time.sleep(60)  # killed before

    connections.close_all()
    worker = os.fork()
    if worker == 0:
        reach.send_letters(at=NOON, mailbox=_mailbox(until_the_fifth))
        os._exit(0)
    deadline = time.monotonic() + 50
    while time.monotonic() < deadline and (not sent.exists() or len(sent.read_text().split()) < 4):
        time.sleep(0.01)
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    before = len(sent.read_text().split())
    assert 4 <= before < PEOPLE
    later = NOON + timedelta(minutes=11)
    for _ in range(2):
        reach.send_letters(at=later, mailbox=_mailbox(slowly))
    letters = Counter(sent.read_text().split())
    assert set(letters.values()) == {1}
    outcomes = Counter(Reach.objects.filter(campaign=campaign).values_list("outcome", flat=True))
    assert outcomes["sent"] + outcomes["unknown"] == PEOPLE
    assert outcomes["unknown"] <= 1


def _letters_of_four_sweeps():
    sent = []

    def slowly(letter):
        time.sleep(0.01)
        sent.append(letter.address)

    answers = rush(4, lambda _: reach.send_letters(at=NOON, mailbox=_mailbox(slowly)))
    assert answers == {"done": 4}
    return Counter(sent)


def test_four_sweeps_at_once_send_every_letter_once():
    _starting(reach_email=True)
    _tell()
    letters = _letters_of_four_sweeps()
    assert (len(letters), set(letters.values())) == (PEOPLE, {1})


def test_without_the_claim_letters_are_sent_twice(monkeypatch):
    _starting(reach_email=True)
    _tell()
    monkeypatch.setattr(reach, "_claim", lambda pk, at: True)
    assert max(_letters_of_four_sweeps().values()) > 1


def _campaigns_heard_of():
    rush(6, lambda _: _tell(most_a_week=1))
    _tell(most_a_week=1)
    return Counter(Reach.objects.filter(outcome="sent").values_list("customer", flat=True))


def test_sweeps_at_once_keep_the_cap_over_campaigns_that_start_together():
    for _ in range(3):
        _starting(reach_in_site=True)
    heard = _campaigns_heard_of()
    assert (len(heard), set(heard.values())) == (PEOPLE, {1})
    assert Reach.objects.filter(outcome="capped").count() == 2 * PEOPLE


def test_without_turns_the_cap_is_passed(monkeypatch):
    """Each sweep takes another campaign, and all look at what was heard before any of them has written."""
    campaigns = [_starting(reach_in_site=True) for _ in range(3)]
    monkeypatch.setattr(reach, "_is_my_turn", lambda: True)
    heard_lately, all_have_looked = reach.heard_lately, Barrier(3)

    def looks_and_waits(*args, **kwargs):
        found = heard_lately(*args, **kwargs)
        all_have_looked.wait(60)
        return found

    monkeypatch.setattr(reach, "heard_lately", looks_and_waits)
    revisions = [campaign.current_revision_id for campaign in campaigns]
    rush(3, lambda number: reach.tell_batch(revision_id=revisions[number], at=NOON, most_a_week=1))
    assert max(_told().values()) > 1
    connection.close()
