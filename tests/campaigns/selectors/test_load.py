from datetime import date, timedelta

import pytest

from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign
from campaigns.selectors.load import Limits, starts_between
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_revision
from tests.factories.planning import make_festival
from tests.factories.pricing import make_category, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("PLT-06")]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
LIMITS = Limits(big_skus=3, skus_per_minute=8)


@pytest.fixture
def skus():
    shop = make_shop()
    return [make_sku(shop=shop) for _ in range(4)]


def _at(starts_at, **fields):
    return {"starts_at": starts_at, "ends_at": starts_at + DAY, **fields}


def _starts(until=NOON + DAY):
    return starts_between(NOON - DAY, until, limits=LIMITS)


def test_skus_and_campaigns_of_a_second_and_of_its_minute_are_summed(skus):
    make_campaign("percent_off", sku=skus[:3], **_at(NOON))
    make_revision("percent_off", sku=skus[:1], **_at(NOON))
    make_campaign(**_at(NOON + 59 * SECOND))
    make_campaign("percent_off", sku=skus[:2], **_at(NOON + 60 * SECOND))
    found = [(start.at - NOON, start.skus, len(start.starting), start.big, start.minute_skus) for start in _starts()]
    assert found == [
        (0 * SECOND, 4, 2, 1, 8),
        (59 * SECOND, 4, 1, 1, 8),
        (60 * SECOND, 2, 1, 0, 2),
    ]
    assert [(start.is_crowded, start.is_above_limit) for start in _starts()] == [(False, False)] * 3


def test_two_big_campaigns_in_one_second_are_crowded_and_a_full_minute_is_above_the_limit(skus):
    for wanted in (skus[:3], skus, skus[:2]):
        make_campaign("percent_off", sku=wanted, **_at(NOON))
    (start,) = _starts()
    assert (start.big, start.is_crowded) == (2, True)
    assert (start.minute_skus, start.is_above_limit) == (9, True)


def test_goods_named_by_category_are_counted_and_excluded_ones_are_not(skus):
    category = make_category()
    inside = [make_sku(category=category) for _ in range(2)]
    make_campaign("percent_off", scopes=[{"category": category}], **_at(NOON))
    revision = make_revision("percent_off", sku=[*skus, *inside], **_at(NOON + SECOND))
    revision.skus.filter(sku=skus[0]).update(excluded=True)
    assert [start.skus for start in _starts()] == [2, 5]


def test_stopped_and_rejected_campaigns_and_those_outside_the_time_do_not_start(skus):
    for state in (CampaignState.STOPPED, CampaignState.REJECTED):
        campaign = make_campaign(**_at(NOON))
        Campaign.objects.filter(pk=campaign.pk).update(state=state)
    make_campaign(**_at(NOON - 2 * DAY))
    make_campaign(**_at(NOON + DAY))
    assert _starts() == []


def test_a_start_stands_beside_the_festivals_of_its_day_by_the_sites_clock():
    singles = make_festival("Singles' Day", first=date(2026, 11, 1), last=date(2026, 11, 11), peak_orders=60)
    make_festival("Later", first=date(2026, 11, 12))
    late_evening = NOON + timedelta(hours=11)  # 23:00 on the 11th
    make_campaign(**_at(late_evening))
    assert [start.festivals for start in _starts()] == [(singles,)]


def test_a_change_of_what_runs_counts_by_what_is_in_force(skus):
    campaign = make_campaign("percent_off", sku=skus[:1], **_at(NOON))
    make_revision("percent_off", campaign=campaign, sku=skus, **_at(NOON + SECOND))
    assert [(start.at, start.skus) for start in _starts()] == [(NOON, 1)]
