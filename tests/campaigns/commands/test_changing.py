"""What a new version cannot change of something that sells already."""

from datetime import timedelta

import pytest
from django.db.models import F

from campaigns.commands.changing import problems_of_change
from campaigns.commands.drafting import revise
from campaigns.commands.limits import use_limit
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import CampaignRevision, StockBucket
from tests.factories import NOON
from tests.factories.campaigns import approve, make_campaign, make_customer, make_revision, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-12")]
HOUR = timedelta(hours=1)


def wrong_fields(campaign, **change):
    draft = revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON)
    CampaignRevision.objects.filter(pk=draft.pk).update(**change)
    return [problem.field for problem in problems_of_change(CampaignRevision.objects.get(pk=draft.pk), NOON)]


@pytest.mark.parametrize(
    ("paused", "ends_at", "starts_at", "wrong"),
    [
        pytest.param(False, NOON + HOUR, NOON + 2 * HOUR, ["starts_at"], id="running"),
        pytest.param(False, NOON + HOUR, NOON, [], id="goes on at once"),
        pytest.param(False, NOON, NOON + 2 * HOUR, [], id="over"),
        pytest.param(True, NOON + HOUR, NOON + 2 * HOUR, [], id="paused"),
    ],
)
def test_a_later_start_does_not_interrupt_what_runs(paused, ends_at, starts_at, wrong):
    campaign = make_campaign(paused=paused, starts_at=NOON - HOUR, ends_at=ends_at)
    assert wrong_fields(campaign, starts_at=starts_at, ends_at=NOON + 9 * HOUR) == wrong


@pytest.mark.req("CAM-08")
@pytest.mark.parametrize(("before", "after"), [("day", "campaign"), ("campaign", "day")])
def test_a_limit_goes_on_counting_as_it_has_counted(before, after):
    campaign = make_campaign(limit_units=2, limit_period=before)
    use = {"campaign_id": campaign.pk, "units": 2, "at": NOON, "revision": campaign.current_revision}
    use_limit(customer_id=make_customer().pk, **use)
    assert wrong_fields(campaign, limit_period=after) == ["limit_period"]


@pytest.mark.req("CAM-08")
def test_an_order_that_only_got_a_gift_counts_as_well():
    campaign = make_campaign(limit_orders=1, limit_period="campaign")
    use = {"campaign_id": campaign.pk, "units": 0, "at": NOON, "revision": campaign.current_revision}
    use_limit(customer_id=make_customer().pk, **use)
    assert wrong_fields(campaign, limit_period="day") == ["limit_period"]


@pytest.mark.req("CAM-08")
def test_a_limit_that_was_taken_away_comes_back_with_either_period_and_is_changed_freely_then():
    campaign, customer = make_campaign(limit_units=2, limit_period="campaign"), make_customer()
    use = {"campaign_id": campaign.pk, "customer_id": customer.pk, "units": 1, "at": NOON}
    use_limit(**use, revision=campaign.current_revision)
    approve(make_revision(campaign=campaign))
    campaign.refresh_from_db()
    draft = make_revision(campaign=campaign, limit_units=5, limit_period="day")
    assert list(problems_of_change(draft, NOON)) == []
    approve(draft)
    campaign.refresh_from_db()
    use_limit(**use, revision=campaign.current_revision)
    assert wrong_fields(campaign, limit_units=6) == []


def test_what_is_sold_out_may_begin_again_later():
    campaign = make_campaign("percent_off", starts_at=NOON - HOUR, ends_at=NOON + HOUR, stock_units=1)
    later = make_revision(campaign=campaign, starts_at=NOON + HOUR, ends_at=NOON + 9 * HOUR)
    assert [problem.field for problem in problems_of_change(later, NOON)] == ["starts_at"]
    StockBucket.objects.update(used=F("total"))
    assert list(problems_of_change(later, NOON)) == []


@pytest.mark.req("CAM-08")
def test_a_limit_that_has_counted_nobody_yet_may_count_otherwise():
    campaign = make_campaign(limit_units=2, limit_period="day")
    assert wrong_fields(campaign, limit_period="campaign") == []


@pytest.mark.req("CAM-11")
def test_that_skus_come_back_is_said_for_one_version_and_not_for_the_next_ones():
    campaign = make_campaign(keeps_withdrawn=False)
    first = revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON)
    assert first.keeps_withdrawn
    CampaignRevision.objects.filter(pk=first.pk).update(review="rejected", keeps_withdrawn=False)
    assert not revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON).keeps_withdrawn  # mended, not decided
