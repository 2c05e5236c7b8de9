"""Activity stock is reserved at approval and released at the end, at a stop, or by a revision that needs less."""

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.db.models.expressions import RawSQL

from campaigns.commands.buckets import bucket_count
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.reserving import release_due
from campaigns.commands.transitions import move_campaign
from campaigns.models import Campaign, StockBucket
from campaigns.refusals import NothingToReserve
from pricing.models import OnHandStock, StockMovement
from promo_site.audit.run import audit
from tests.factories import NOON
from tests.factories.campaigns import approve, make_campaign, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-17")]

LATER = NOON + timedelta(days=30)


def stored_at(sku):
    """Where the rows lie: PostgreSQL writes a row that is updated to another place."""
    return set(StockBucket.objects.filter(sku=sku).annotate(place=RawSQL("ctid::text", [])).values_list("place"))


def free(sku):
    return OnHandStock.objects.get(pk=sku.pk).free


def decide(revision):
    submit_campaign(revision_id=revision.pk, by=revision.author, at=NOON)
    revision.refresh_from_db()
    approver = make_user(groups=["approver"])
    approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=approver, at=NOON)


def test_approval_reserves_and_names_campaign_and_approver():
    sku = make_sku(on_hand=50)
    revision = make_revision("percent_off", stock={sku: 30}, starts_at=NOON, ends_at=LATER)
    decide(revision)
    assert free(sku) == 20
    movement = StockMovement.objects.get(kind="reservation")
    assert (movement.units, movement.free_units) == (0, -30)
    assert movement.source == f"campaign:{revision.campaign_id}:revision:1"
    assert movement.by == revision.approvals.get().checker
    assert audit() == []


def test_approval_without_enough_pieces_is_refused_with_the_figures_and_nothing_is_done():
    tea, cup, endless = make_sku("TEA", on_hand=50), make_sku("CUP", on_hand=8), make_sku()
    revision = make_revision("percent_off", stock={tea: 30, cup: 20, endless: 99}, starts_at=NOON, ends_at=LATER)
    with pytest.raises(NothingToReserve) as refused:
        decide(revision)
    assert (refused.value.field, refused.value.figures) == ("skus", {"codes": "CUP 8/20"})
    assert (free(tea), free(cup), StockBucket.objects.count()) == (50, 8, 0)
    assert Campaign.objects.get().state == "in_review"


def test_revision_that_needs_less_releases_and_one_that_needs_more_reserves():
    sku, other = make_sku(on_hand=50), make_sku(on_hand=10)
    campaign = make_campaign("percent_off", stock={sku: 30, other: 5})
    for units, left in ((10, 40), (45, 5), (None, 50)):
        revision = make_revision("percent_off", campaign=campaign, stock={sku: units} if units else None, sku=sku)
        approve(revision)
        assert free(sku) == left
        assert audit() == []
    assert free(other) == 10


def test_a_new_version_writes_only_the_buckets_that_change():
    kept, changed = make_sku(on_hand=200), make_sku(on_hand=200)
    campaign = make_campaign("percent_off", stock={kept: 100, changed: 100})
    before = stored_at(kept), stored_at(changed)
    approve(make_revision("percent_off", campaign=campaign, stock={kept: 100, changed: 90}))
    assert stored_at(kept) == before[0]
    assert stored_at(changed) != before[1]
    left = StockBucket.objects.order_by().values_list("sku").annotate(left=Sum("total") - Sum("used"))
    assert dict(left) == {kept.pk: 100, changed.pk: 90}


def test_stock_of_all_skus_together_is_a_cap_and_reserves_nothing():
    sku = make_sku(on_hand=50)
    make_campaign("percent_off", sku=sku, stock=30)
    assert free(sku) == 50
    assert not StockBucket.objects.filter(is_backed=True).exists()


@pytest.mark.parametrize("ending", ["stop", "end"])
def test_stop_and_end_release_once_what_is_not_sold(ending):
    sku = make_sku(on_hand=50)
    campaign = make_campaign("percent_off", stock={sku: 30}, ends_at=LATER)
    assert release_due(at=NOON) == 0
    if ending == "stop":
        move_campaign(campaign_id=campaign.pk, move="stop", by=make_user(), at=NOON, reason="enough")
    at = NOON if ending == "stop" else LATER
    assert [release_due(at=at) for _ in range(2)] == [1, 0]
    assert free(sku) == 50
    assert StockBucket.objects.aggregate(total=Sum("total"))["total"] == 30
    assert audit() == []


def test_pause_keeps_the_pieces():
    sku = make_sku(on_hand=50)
    make_campaign("percent_off", stock={sku: 30}, paused=True)
    assert release_due(at=NOON) == 0
    assert free(sku) == 20


@pytest.mark.parametrize(
    ("units", "pools", "rows"),
    [(1, 1, 1), (24, 1, 4), (100, 1, 16), (10**6, 1, 16), (1_000, 5_000, 4), (1_000, 10**5, 1)],
)
def test_hot_stock_is_spread_over_16_rows_and_that_of_very_many_skus_over_fewer(units, pools, rows):
    assert bucket_count(units, pools=pools) == rows
