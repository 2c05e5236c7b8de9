"""Stock, limits, budget and approval under a rush of buyers; each with the oversell that the guard prevents."""

from contextlib import contextmanager
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from campaigns.commands.budget import charge_budget
from campaigns.commands.campaigns import approve_campaign, submit_campaign
from campaigns.commands.drafting import Content, content_of, create_campaign, edit_draft
from campaigns.commands.limits import use_limit
from campaigns.commands.stock import take_units
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.models import (
    Campaign,
    CampaignApproval,
    CampaignBudget,
    CampaignBudgetEntry,
    LimitUse,
    StockBucket,
    StockEntry,
)
from campaigns.selectors.content import content_hash
from tests.campaigns.concurrency.crowd import rush
from tests.factories import NOON
from tests.factories.campaigns import make_campaign, make_checker, make_customer, make_revision, make_user
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]


@pytest.mark.req("CAM-01")
def test_one_form_sent_by_eight_clicks_at_once_makes_one_draft():
    key, author = uuid4(), make_user()
    content = content_of(make_revision())
    went = rush(8, lambda _: create_campaign(content=content, shop=None, by=author, at=NOON, key=key))
    assert went == {"done": 8}
    assert [row.revisions.count() for row in Campaign.objects.filter(draft_key=key)] == [1]


@contextmanager
def without_check(table, constraint):
    """Take the CHECK away that stands behind a guard, to see what would happen without either."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        (definition,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {definition}")


@pytest.mark.req("CAM-08")
@pytest.mark.parametrize("units", [1, 3])
def test_hot_stock_over_16_buckets_is_sold_out_exactly(units):
    campaign, sku = make_campaign(stock=100), make_sku()
    size = 40

    def buy(number):
        for turn in range(4):
            take_units(campaign_id=campaign.pk, sku_id=sku.pk, units=units, source=f"{number}:{turn}", at=NOON)

    went = rush(size, buy)
    sold = StockBucket.objects.aggregate(sold=Sum("used"))["sold"]
    assert StockBucket.objects.count() == 16
    assert sold == (100 // units) * units
    assert StockEntry.objects.aggregate(sold=Sum("units"))["sold"] == sold
    assert set(went) <= {"done", "OutOfStock"}


@pytest.mark.req("CAM-08")
def test_negative_control_reading_before_writing_oversells_the_stock():
    campaign = make_campaign(stock=10)
    both_have_read = Barrier(20)

    def buy_carelessly(number):
        with transaction.atomic():
            buckets = list(StockBucket.objects.filter(campaign=campaign))
            left = sum(bucket.total - bucket.used for bucket in buckets)
            both_have_read.wait(30)
            assert left >= 1
            StockEntry.objects.create(campaign=campaign, sku=None, source=str(number), units=1, at=NOON)
            StockBucket.objects.filter(pk=buckets[0].pk).update(used=buckets[0].used + 1)

    rush(20, buy_carelessly)
    assert StockEntry.objects.aggregate(sold=Sum("units"))["sold"] == 20


@pytest.mark.req("CAM-08")
def test_one_customer_in_many_windows_stays_within_the_limits():
    campaign, customer = make_campaign(limit_units=7, limit_orders=3), make_customer()
    revision = campaign.current_revision

    def buy(number):
        use_limit(campaign_id=campaign.pk, customer_id=customer.pk, units=2, at=NOON, revision=revision)

    assert rush(20, buy) == {"done": 3, "LimitReached": 17}
    assert LimitUse.objects.values_list("used_units", "used_orders").get() == (6, 3)


@pytest.mark.req("CAM-08")
def test_negative_control_counting_without_the_guard_exceeds_the_limit(monkeypatch):
    monkeypatch.setattr(
        "campaigns.commands.limits.USE_GUARDED",
        """INSERT INTO campaigns_limituse AS counted (campaign_id, customer_id, period, used_units, used_orders)
        VALUES (%(campaign)s, %(customer)s, %(period)s, %(units)s, 1) ON CONFLICT (campaign_id, customer_id, period)
        DO UPDATE SET used_units = counted.used_units + %(units)s, used_orders = counted.used_orders + 1""",
    )
    campaign, customer = make_campaign(limit_orders=3), make_customer()
    revision = campaign.current_revision

    def buy(number):
        use_limit(campaign_id=campaign.pk, customer_id=customer.pk, units=1, at=NOON, revision=revision)

    assert rush(20, buy) == {"done": 20}


@pytest.mark.req("CAM-13")
def test_budget_holds_to_the_cent_under_32_spenders():
    campaign = make_campaign(budget_cents=10_007)

    def spend(number):
        for turn, amount_cents in enumerate((333, 101, 17, 1)):
            charge_budget(campaign_id=campaign.pk, amount_cents=amount_cents, source=f"{number}:{turn}", at=NOON)

    went = rush(32, spend)
    used_cents = CampaignBudget.objects.get().used_cents
    assert used_cents == CampaignBudgetEntry.objects.aggregate(charged=Sum("amount_cents"))["charged"]
    assert 10_007 - 333 < used_cents <= 10_007
    assert set(went) == {"done", "BudgetSpent"}


@pytest.mark.req("CAM-13")
def test_negative_control_budget_without_guard_and_check_is_overspent(monkeypatch):
    campaign = make_campaign(budget_cents=1_000)
    all_have_read = Barrier(16)

    def spend_carelessly(number):
        with transaction.atomic():
            budget = CampaignBudget.objects.get(pk=campaign.pk)
            all_have_read.wait(30)
            if budget.used_cents + 100 <= budget.total_cents:
                with connection.cursor() as cursor:
                    cursor.execute("UPDATE campaigns_campaignbudget SET used_cents = used_cents + 100")

    with without_check("campaigns_campaignbudget", "campaign_budget_holds"):
        rush(16, spend_carelessly)
        overspent = CampaignBudget.objects.get().used_cents
    assert overspent == 1_600


@pytest.mark.req("CAM-09")
def test_draft_that_is_being_edited_is_handed_in_as_edited():
    author = make_user()
    revision = make_revision(author=author, starts_at=NOON, ends_at=NOON.replace(year=2027))
    handed_in = Thread(target=_submit, args=(revision.pk, author))
    with transaction.atomic():
        content = Content(fields={"name": "Twelve off"}, rows={})
        edit_draft(CAMPAIGNS, revision_id=revision.pk, content=content, by=author)
        handed_in.start()
        handed_in.join(0.5)
    handed_in.join(60)
    revision.refresh_from_db()
    assert (revision.name, revision.review) == ("Twelve off", "in_review")
    assert revision.content_hash == content_hash(revision)


def _submit(revision_id, author):
    submit_campaign(revision_id=revision_id, by=author, at=NOON)
    connection.close()


@pytest.mark.req("CAM-09")
def test_of_many_approvers_one_decides():
    author, approvers = make_user(), [make_checker() for _ in range(8)]
    revision = make_revision(author=author, starts_at=NOON, stock=50, ends_at=NOON.replace(year=2027))
    submit_campaign(revision_id=revision.pk, by=author, at=NOON)
    revision.refresh_from_db()

    def approve(number):
        approve_campaign(revision_id=revision.pk, seen_hash=revision.content_hash, by=approvers[number], at=NOON)

    assert rush(8, approve) == {"done": 1, "MoveRefused": 7}
    assert CampaignApproval.objects.count() == 1
    assert Campaign.objects.get().transitions.filter(move="approve").count() == 1
    assert StockBucket.objects.aggregate(total=Sum("total"))["total"] == 50
