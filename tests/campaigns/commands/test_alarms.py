from datetime import timedelta

import pytest

from campaigns.commands.alarms import raise_alarm, watch_campaigns
from campaigns.commands.interventions import refuse
from campaigns.models import Alarm, Campaign, Intervention, StaffNotice
from campaigns.selectors import alarming
from pricing.clock import database_now
from storefront.quoting import quote_cart
from tests.factories.campaigns import make_campaign, make_customer, make_user
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_cart, make_order

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-13")]


@pytest.fixture
def approver():
    return make_user("adam", groups=["approver"])


@pytest.fixture
def thin():
    """Sold at 80.00, it costs 90.00."""
    return make_sku("THIN", cost_cents=9_000)


def _sell(sku, units=1):
    return make_order({sku: units}, customer=make_customer())


def _alarms():
    return list(Alarm.objects.order_by("pk").values_list("kind", "figure", "limit", "sku__code", "paused"))


@pytest.mark.parametrize(
    ("guard", "alarm"),
    [
        pytest.param({}, ("below_cost", 2_000, 0, "THIN", False), id="below cost, watched unless switched off"),
        pytest.param(
            {"guards_cost": False, "loss_limit_cents": 1_999},
            ("loss_limit", 2_000, 1_999, None, False),
            id="beyond the loss limit",
        ),
        pytest.param(
            {"guards_cost": False, "lowest_share_bp": 8_001},
            ("low_price", 8_000, 8_001, "THIN", False),
            id="at an outlier price",
        ),
        pytest.param(
            {"guards_cost": False, "hourly_limit_cents": 3_999},
            ("hourly_limit", 4_000, 3_999, None, False),
            id="spent too fast",
        ),
    ],
)
def test_limit_is_told_once_to_approvers_and_the_author(approver, thin, guard, alarm):
    campaign = make_campaign("percent_off", sku=thin, **guard)
    assert watch_campaigns(at=database_now()) == 0
    _sell(thin, 2)
    assert [watch_campaigns(at=database_now()) for _ in range(3)] == [1, 0, 0]
    assert _alarms() == [alarm]
    assert Campaign.objects.get().state == "approved"
    told = StaffNotice.objects.all()
    assert {notice.link for notice in told} == {f"/admin/campaigns/campaign/{campaign.pk}/results/"}
    assert {approver.pk, campaign.created_by_id} <= {notice.user_id for notice in told}
    assert len({notice.user_id for notice in told}) == len(told)


@pytest.mark.parametrize(
    "guard",
    [
        {"guards_cost": False},
        {"guards_cost": False, "loss_limit_cents": 2_000},
        {"guards_cost": False, "lowest_share_bp": 8_000},
        {"guards_cost": False, "hourly_limit_cents": 4_000},
    ],
)
def test_nothing_is_said_up_to_the_limit(thin, guard):
    make_campaign("percent_off", sku=thin, **guard)
    _sell(thin, 2)
    assert watch_campaigns(at=database_now()) == 0


def test_campaign_is_interrupted_at_once_and_a_second_person_reviews_it(approver, thin):
    make_campaign("percent_off", sku=thin, loss_limit_cents=1_000, guards_cost=False, guard_pauses=True)
    _sell(thin, 2)
    watch_campaigns(at=database_now())
    row = Intervention.objects.get()
    assert (row.deed, row.at_once, row.asked_by, row.outcome) == ("pause", True, None, "waiting")
    assert "has lost ¥20 below cost; the limit is ¥10." in row.reason
    assert Campaign.objects.get().state == "paused"
    assert quote_cart(cart=make_cart({thin: 1}), at=database_now()).total_cents == 10_000
    # Let go on by a person, it counts anew: what was lost before does not interrupt it again.
    refuse(intervention_id=row.pk, by=approver, at=database_now(), remark="it clears the shelf")
    assert watch_campaigns(at=database_now()) == 0
    _sell(thin, 2)
    assert watch_campaigns(at=database_now()) == 1
    assert (Campaign.objects.get().state, Alarm.objects.filter(paused=True).count()) == ("paused", 2)


def test_budget_is_told_at_80_percent_and_when_it_is_spent(approver):
    sku = make_sku()
    make_campaign("percent_off", sku=sku, budget_cents=10_000, guard_pauses=True)
    told = []
    for units in (3, 1, 1):
        _sell(sku, units)
        watch_campaigns(at=database_now())
        told.append([kind for kind, *_ in _alarms()])
    assert told == [[], ["budget_80"], ["budget_80", "budget_100"]]
    assert _alarms()[1] == ("budget_100", 10_000, 10_000, None, False)
    assert Campaign.objects.get().state == "approved"  # at its cap it gives nothing more by itself


def test_what_was_given_more_than_an_hour_ago_is_not_too_fast():
    sku = make_sku()
    make_campaign("percent_off", sku=sku, hourly_limit_cents=1)
    _sell(sku)
    assert watch_campaigns(at=database_now() + timedelta(hours=1, seconds=1)) == 0
    assert watch_campaigns(at=database_now()) == 1


def test_two_workers_at_once_raise_one_alarm(approver, thin):
    make_campaign("percent_off", sku=thin, guard_pauses=True)
    _sell(thin)
    (trip,) = alarming.tripped(database_now())
    assert [raise_alarm(trip, at=database_now()) for _ in range(2)] == [True, False]
    assert (Alarm.objects.count(), Intervention.objects.count()) == (1, 1)
