"""The demo is made through the same commands as everything else, once, and is consistent."""

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.db.models import Count, F

from campaigns.lifecycle import CampaignState, Phase
from campaigns.models import Campaign, CampaignApproval, CampaignRevision, Intervention, PhaseChange, StaffNotice
from campaigns.selectors.phases import phases_of
from coupons.models import Coupon
from pricing.clock import database_now
from pricing.models import Category, OnHandStock, Product, Shop, Sku, StockMovement
from promo_site.audit.run import audit
from promo_site.demo.loading import is_loaded, load_demo
from promo_site.demo_logins import DEMO_LOGINS
from storefront.lifecycle import OrderState, RefundState
from storefront.models import Order, Refund
from tests.promo_site.demo.contents import counts


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for all of this module: what a test adds is taken back after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        assert load_demo(at=database_now())
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    assert is_loaded()


def test_shelves_are_full_in_both_languages(demo):
    assert (Shop.objects.count(), Product.objects.count()) == (3, 26)
    for named in (*Shop.objects.all(), *Category.objects.all(), *Product.objects.all()):
        assert named.name, named
        assert named.name_zh, named
    skus_by_product = Product.objects.annotate(skus_count=Count("skus")).values_list("skus_count", flat=True)
    assert set(skus_by_product) <= {1, 2, 3, 4}
    assert Product.objects.filter(never_discounted=True, kind="physical").exists()
    assert Product.objects.filter(kind="virtual").exists()


@pytest.mark.req("PLT-01")
def test_second_load_changes_nothing(demo):
    before = counts()
    assert not load_demo(at=database_now())
    assert counts() == before


def test_everyone_can_sign_in(demo, rf):
    signed_in = [authenticate(rf.get("/"), username=one.username, password=one.password) for one in DEMO_LOGINS]
    assert all(signed_in)
    assert [user.is_staff for user in signed_in] == [one.role != "shopper" for one in DEMO_LOGINS]


def test_who_signs_in_at_the_back_office_stays_there(demo, client):
    operator = next(one for one in DEMO_LOGINS if one.role == "operator")
    answer = client.post("/admin/login/", {"username": operator.username, "password": operator.password})
    assert (answer.status_code, answer.url) == (302, "/admin/")


@pytest.mark.req("CAM-09", "CAM-10")
def test_campaigns_stand_in_every_stage(demo):
    states = {campaign.state for campaign in Campaign.objects.all()}
    assert states == {CampaignState.DRAFT, CampaignState.IN_REVIEW, CampaignState.REJECTED, CampaignState.APPROVED}
    current = CampaignRevision.objects.exclude(current_of=None).select_related("campaign")
    phases = set(phases_of(current, at=database_now()).values())
    assert {Phase.RUNNING, Phase.WARM_UP, Phase.ENDED} <= phases
    assert CampaignApproval.objects.exists()


def test_orders_are_paid_cancelled_unpaid_and_returned(demo):
    assert {order.state for order in Order.objects.all()} == set(OrderState)
    assert set(Refund.objects.values_list("state", flat=True)) == {RefundState.APPROVED, RefundState.REQUESTED}
    assert set(Coupon.objects.values_list("state", flat=True)) == {"unused", "locked", "used"}


def test_the_days_before_are_over(demo):
    assert PhaseChange.objects.filter(phase="running").exists()
    assert not PhaseChange.objects.exclude(seen_at=F("due_at")).exists()
    # A campaign and a grant wait for an approver, one campaign for a second one; the other notices have been read.
    unread = StaffNotice.objects.filter(read_at=None).exclude(link__contains="/intervention/")
    assert sorted(unread.values_list("user__username", flat=True)) == ["anna"] * 3 + ["arthur"] * 2


def test_a_pause_and_a_withdrawal_wait_for_a_second_person(demo):
    waiting = Intervention.objects.filter(outcome="waiting").order_by("deed")
    assert [(row.deed, row.asked_by.username) for row in waiting] == [("pause", "olivia"), ("withdraw", "olivia")]


def test_an_order_of_today_earns_a_coupon_for_the_next_one(demo):
    reward = CampaignRevision.objects.exclude(current_of=None).get(benefit_code="reward")
    assert phases_of([reward], at=database_now()) == {reward.campaign_id: Phase.RUNNING}
    assert [tier["threshold_cents"] for tier in (reward.params, *reward.params["higher"])] == [15_000, 30_000]


def test_ledgers_of_the_demo_agree(demo):
    assert audit() == []


@pytest.mark.req("CAM-17")
def test_warehouse_holds_goods_some_scarce_and_campaigns_have_reserved_theirs(demo):
    assert OnHandStock.objects.filter(free=0).exists()
    assert StockMovement.objects.filter(kind="reservation").exists()
    assert StockMovement.objects.filter(kind="sale").exists()
    assert Sku.objects.filter(on_hand=None, product__kind="virtual").exists()
