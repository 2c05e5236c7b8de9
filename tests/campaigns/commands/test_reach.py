from datetime import timedelta

import pytest

from campaigns.commands.campaigns import problems_of
from campaigns.commands.interventions import Wish, do_at_once, refuse
from campaigns.commands.reach import send_letters, tell_audiences
from campaigns.commands.transitions import move_campaign
from campaigns.models import ContactWish, Reach, ReachWave, ShopperMessage
from campaigns.reach_letters import Mailbox
from campaigns.selectors.reach import reach_figures
from tests.factories import NOON
from tests.factories.audience import all_of, is_
from tests.factories.campaigns import make_campaign, make_customer, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-19")]

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TEXTS = {"reach_text": "From today on.", "reach_text_zh": "今日开始。"}
IN_SITE, EMAIL = {"reach_in_site": True, **TEXTS}, {"reach_email": True, **TEXTS}


class Letters(list):
    """What has left the house."""

    @property
    def addresses(self):
        return [letter.address for letter in self]

    @property
    def mailbox(self):
        return Mailbox(self.append, "https://shop.example", lambda pk: f"/campaigns/{pk}/", "/account/")


@pytest.fixture
def letters():
    return Letters()


def _starting(**fields):
    return make_campaign(**{"starts_at": NOON, "ends_at": NOON + DAY, **fields})


def _person(name):
    return make_customer(name, user=make_user(name, email=f"{name}@example.com"))


def _tell(at=NOON, most_a_week=3):
    return tell_audiences(at=at, most_a_week=most_a_week)


def _told():
    return sorted(ShopperMessage.objects.values_list("customer__code", flat=True))


def _outcomes(campaign, channel):
    rows = Reach.objects.filter(campaign=campaign, channel=channel).order_by("customer")
    return dict(rows.values_list("customer__code", "outcome"))


def test_nobody_is_told_unless_the_campaign_says_so():
    _person("mei")
    _starting()
    assert (_tell(), _told(), ReachWave.objects.count()) == (0, [], 0)


def test_exactly_the_audience_gets_one_message_when_the_campaign_starts_and_not_before():
    make_customer("ann", level="vip")
    make_customer("bob")
    make_customer("cat", level="vip")
    campaign = _starting(audience=all_of(is_("level", "vip")), name="Tea week", name_zh="茶叶周", **IN_SITE)
    _tell(at=NOON - timedelta(microseconds=1))
    assert _told() == []
    for _ in range(3):
        _tell()
    assert _told() == ["ann", "cat"]
    message = ShopperMessage.objects.first()
    assert (message.title, message.title_zh, message.text, message.text_zh) == (
        "Tea week", "茶叶周", "From today on.", "今日开始。",
    )  # fmt: skip
    assert (message.campaign, message.source, message.at, message.read_at) == (
        campaign, f"campaign:{campaign.pk}", NOON, None,
    )  # fmt: skip


def test_who_has_opted_out_or_heard_enough_is_recorded_and_not_told():
    for name in ("ann", "bob", "cat"):
        make_customer(name)
    ContactWish.objects.create(customer=make_customer("dan"), in_site=False)
    first = _starting(**IN_SITE)
    _tell(most_a_week=1)
    second = _starting(**IN_SITE)
    make_customer("eve")
    _tell(at=NOON + MINUTE, most_a_week=1)
    assert _outcomes(first, "in_site") == {"ann": "sent", "bob": "sent", "cat": "sent", "dan": "opted_out"}
    assert _outcomes(second, "in_site") == {
        "ann": "capped", "bob": "capped", "cat": "capped", "dan": "opted_out", "eve": "sent",
    }  # fmt: skip
    assert _told() == ["ann", "bob", "cat", "eve"]
    assert reach_figures([second.pk]) == {
        second.pk: {("in_site", "capped"): 3, ("in_site", "opted_out"): 1, ("in_site", "sent"): 1}
    }


@pytest.mark.parametrize(("later", "outcome"), [(7 * DAY - MINUTE, "capped"), (7 * DAY, "sent")])
def test_the_cap_counts_seven_days(later, outcome):
    make_customer("ann")
    _starting(**IN_SITE)
    _tell(most_a_week=1)
    second = _starting(starts_at=NOON + later, ends_at=NOON + 30 * DAY, **IN_SITE)
    _tell(at=NOON + later, most_a_week=1)
    assert _outcomes(second, "in_site") == {"ann": outcome}


def test_two_campaigns_that_start_in_one_second_do_not_pass_the_cap_together():
    make_customer("ann")
    campaigns = [_starting(**IN_SITE) for _ in range(3)]
    _tell(most_a_week=2)
    assert [_outcomes(campaign, "in_site")["ann"] for campaign in campaigns] == ["sent", "sent", "capped"]


def test_a_closed_account_gets_no_letter(letters):
    make_customer("ann", user=make_user("ann", email="ann@example.com", is_active=False))
    campaign = _starting(**EMAIL)
    _tell()
    send_letters(at=NOON, mailbox=letters.mailbox)
    assert (letters, _outcomes(campaign, "email")) == ([], {"ann": "no_address"})


def test_letters_say_the_name_the_text_the_link_and_the_way_out_in_both_languages(letters):
    _person("ann")
    make_customer("bob")
    campaign = _starting(name="Tea week", name_zh="茶叶周", **EMAIL)
    _tell()
    assert send_letters(at=NOON, mailbox=letters.mailbox) == 1
    (letter,) = letters
    assert (letter.address, letter.subject) == ("ann@example.com", "茶叶周 / Tea week")
    assert letter.body == (
        f"今日开始。\n\nFrom today on.\n\nhttps://shop.example/campaigns/{campaign.pk}/\n\n"
        "退订 / Unsubscribe: https://shop.example/account/\n"
    )
    assert _outcomes(campaign, "email") == {"ann": "sent", "bob": "no_address"}
    assert (send_letters(at=NOON, mailbox=letters.mailbox), len(letters)) == (0, 1)


def test_a_letter_that_is_not_accepted_keeps_no_other_waiting_and_is_not_sent_again():
    for name in ("ann", "bob"):
        _person(name)
    campaign = _starting(**EMAIL)
    _tell()
    taken = Letters()

    def picky(letter):
        if letter.address.startswith("ann"):
            raise ConnectionError("refused")
        taken.append(letter)

    mailbox = Mailbox(picky, "https://shop.example", str, "/account/")
    assert [send_letters(at=NOON, mailbox=mailbox) for _ in range(2)] == [1, 0]
    assert taken.addresses == ["bob@example.com"]
    assert _outcomes(campaign, "email") == {"ann": "failed", "bob": "sent"}


def test_who_opts_out_before_the_letter_leaves_does_not_get_it(letters):
    ann = _person("ann")
    campaign = _starting(**EMAIL)
    _tell()
    ContactWish.objects.create(customer=ann, email=False)
    send_letters(at=NOON, mailbox=letters.mailbox)
    assert (letters, _outcomes(campaign, "email")) == ([], {"ann": "opted_out"})


def test_a_stopped_campaign_sends_nothing_more_and_a_paused_one_waits(letters):
    _person("ann")
    campaign = _starting(**EMAIL)
    _tell()
    move = {"campaign_id": campaign.pk, "by": make_user(), "at": NOON, "reason": "x"}
    move_campaign(move="pause", **move)
    send_letters(at=NOON, mailbox=letters.mailbox)
    assert _outcomes(campaign, "email") == {"ann": "queued"}
    move_campaign(move="stop", **move)
    send_letters(at=NOON, mailbox=letters.mailbox)
    assert (letters, _outcomes(campaign, "email")) == ([], {"ann": "dropped"})


def test_letters_wait_until_an_emergency_stop_is_reviewed_and_go_out_when_it_is_reverted(letters):
    _person("ann")
    campaign = _starting(**EMAIL)
    _tell()
    stop = Wish(deed="stop", reason="wrong price")
    stopped = do_at_once(campaign_id=campaign.pk, wish=stop, by=make_user(groups=["operator"]), at=NOON)
    send_letters(at=NOON, mailbox=letters.mailbox)
    refuse(intervention_id=stopped.pk, by=make_user(groups=["approver"]), at=NOON, remark="the price is right")
    send_letters(at=NOON, mailbox=letters.mailbox)
    assert (letters.addresses, _outcomes(campaign, "email")) == (["ann@example.com"], {"ann": "sent"})


def test_a_letter_that_was_begun_and_never_ended_is_unknown_after_ten_minutes_and_not_sent_again(letters):
    _person("ann")
    campaign = _starting(**EMAIL)
    _tell()
    Reach.objects.update(outcome="sending", at=NOON)
    for later, outcome in ((9 * MINUTE, "sending"), (10 * MINUTE, "unknown")):
        send_letters(at=NOON + later, mailbox=letters.mailbox)
        assert _outcomes(campaign, "email") == {"ann": outcome}
    assert letters == []


def test_a_campaign_that_is_sold_out_or_over_tells_nobody():
    make_customer("ann")
    sold_out = _starting(stock={make_sku(): 1}, **IN_SITE)
    sold_out.stock_buckets.update(used=1)
    _tell()
    assert _told() == []
    _starting(**IN_SITE)
    _tell(at=NOON + DAY)
    assert _told() == []


def test_the_message_is_complete_in_both_languages_before_it_is_handed_in():
    period = {"starts_at": NOON, "ends_at": NOON + DAY}
    revision = make_revision(reach_in_site=True, reach_text="From today on.", **period)
    assert [(str(problem), problem.field) for problem in problems_of(revision, NOON)] == [
        ("reach_text_zh: Write the message on start in both languages.", "reach_text_zh")
    ]
    assert problems_of(make_revision(reach_text="Only a thought", **period), NOON) == []
