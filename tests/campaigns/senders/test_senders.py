"""Letters leave the house by mail or into the log, and the site does not start with a sender that does not exist."""

import logging

import pytest
from django.core import mail

from campaigns.senders import SENDERS, Letter
from campaigns.senders.checks import check_reach

pytestmark = pytest.mark.req("CAM-19")

LETTER = Letter(
    key="campaign-7-3@shop.example",
    address="ann@example.com",
    subject="茶叶周 / Tea week",
    body="今日开始。\n",
    opt_out_url="https://shop.example/account/",
)


def test_mail_carries_the_letter_with_its_key_and_the_way_out():
    SENDERS["mail"].send(LETTER)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["ann@example.com"], "茶叶周 / Tea week", "今日开始。\n")
    assert sent.extra_headers == {
        "Message-ID": "<campaign-7-3@shop.example>",
        "List-Unsubscribe": "<https://shop.example/account/>",
    }


def test_console_writes_into_the_log_and_sends_nothing(caplog):
    with caplog.at_level(logging.INFO, logger="campaigns.senders.console"):
        SENDERS["console"].send(LETTER)
    assert "to ann@example.com: 茶叶周 / Tea week" in caplog.text
    assert mail.outbox == []


def test_site_does_not_start_without_a_sender_or_with_a_cap_that_lets_nothing_through(settings):
    assert check_reach() == []
    settings.REACH_SENDER, settings.REACH_MOST_A_WEEK = "pigeon", 0
    assert [(error.id, error.msg) for error in check_reach()] == [
        ("campaigns.E010", "REACH_SENDER=pigeon is no sender"),
        ("campaigns.E011", "REACH_MOST_A_WEEK is below 1"),
    ]
