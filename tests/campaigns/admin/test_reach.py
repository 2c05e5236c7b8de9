from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.commands.reach import tell_audiences
from campaigns.models import CampaignRevision, ContactWish
from tests.campaigns.admin.pages import ADD, act_of, page_of
from tests.campaigns.admin.test_campaign import _posted
from tests.factories.campaigns import make_campaign, make_customer

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-19")]


def test_message_is_set_on_the_form_seen_by_the_approver_and_counted_on_the_page(client, operator, approver):
    texts = {"reach_text": "From today on.", "reach_text_zh": "今日开始。"}
    client.post(f"{ADD}?kind=spend_tiers", _posted(starts_at_0="2098-11-11", reach_in_site="on", **texts))
    revision = CampaignRevision.objects.get()
    assert (revision.reach_in_site, revision.reach_email, revision.reach_text_zh) == (True, False, "今日开始。")
    client.post(act_of(revision.campaign, "submit"))
    client.force_login(approver)
    facts = client.get(act_of(revision.campaign, "approve")).context["facts"]
    said = {fact.label: fact.text for fact in facts}
    assert said["Message on start"] == "message in the shop"
    assert said["Text of the message"] == "From today on.\n今日开始。"


def test_page_counts_who_was_told_and_who_was_not_and_why(client, operator):
    now = timezone.now()
    texts = {"reach_text": "x", "reach_text_zh": "x"}
    campaign = make_campaign(reach_in_site=True, reach_email=True, **texts)
    ContactWish.objects.create(customer=make_customer(), in_site=False)
    make_customer()
    tell_audiences(at=now, most_a_week=3)
    page = client.get(page_of(campaign))
    assert page.context["reach"] == [
        ("message in the shop", [("sent", 1), ("does not want it", 1)]),
        ("e-mail", [("no address", 2)]),
    ]
    assert page.context["wave"].finished_at - now < timedelta(seconds=1)


def test_message_is_off_unless_somebody_switches_it_on(client, operator):
    client.post(f"{ADD}?kind=spend_tiers", _posted())
    revision = CampaignRevision.objects.get()
    assert (revision.reach_in_site, revision.reach_email) == (False, False)
