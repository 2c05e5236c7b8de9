import pytest

from campaigns.commands.campaigns import stakes_of
from campaigns.commands.interventions import Wish, do_at_once
from campaigns.models import CampaignRevision
from coupons.commands.templates import stakes_of_template
from pricing.models import Sku
from tests.factories import NOON
from tests.factories.campaigns import approve, make_revision, make_user
from tests.factories.coupons import make_template_revision
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-09")]


@pytest.fixture(autouse=True)
def goods():
    make_sku("CUP", list_cents=5_000)
    make_sku("TEA", list_cents=10_000)
    make_sku("POT", list_cents=20_000, floor_cents=19_000)


def deepest(benefit, params, **fields):
    depth = stakes_of(make_revision(benefit, params=params, **fields)).depth
    return depth and (depth.bp, depth.witness)


TIERS = [{"threshold_cents": 30_000, "off_cents": 5_000}, {"threshold_cents": 60_000, "off_cents": 12_000}]


@pytest.mark.parametrize(
    ("benefit", "params", "fields", "expected"),
    [
        pytest.param("percent_off", {"rate_bp": 3_000}, {}, (3_000, "CUP"), id="a rate, but on what has a floor"),
        pytest.param("spend_tiers", {"tiers": TIERS}, {}, (2_000, "CUP × 12"), id="tiers just reached"),
        pytest.param("amount_off", {"off_cents": 4_000}, {"layer": "item"}, (8_000, "CUP"), id="an amount"),
        pytest.param("fixed_price", {"price_cents": 4_000}, {"layer": "item"}, (6_000, "TEA"), id="a price for all"),
        pytest.param("buy_get", {"buy": 3, "get": 1}, {"layer": "multi"}, (2_500, "CUP × 4"), id="one of four free"),
        pytest.param("nth_unit_off", {"every": 2, "rate_bp": 5_000}, {"layer": "multi"}, (2_500, "CUP × 2"), id="n-th"),
        pytest.param(
            "bundle_price",
            {"goods": {"CUP": 2, "TEA": 1}, "price_cents": 12_000},
            {"layer": "multi"},
            (4_000, "CUP × 2 + TEA"),
            id="a set that the rule names",
        ),
        pytest.param("free_shipping", {}, {"layer": "shipping"}, None, id="shipping cuts no goods"),
        pytest.param(
            "percent_off", {"rate_bp": 3_000},
            {"conditions": [{"code": "min_quantity", "params": {"pieces": 7}}]},
            (3_000, "CUP × 7"),
            id="a condition says how many",
        ),
    ],
)  # fmt: skip
def test_depth_is_that_of_the_worst_cart(benefit, params, fields, expected):
    assert deepest(benefit, params, **fields) == expected


def test_floor_stops_a_cut():
    depth = stakes_of(make_revision("percent_off", params={"rate_bp": 3_000}, scopes=[], least_list_cents=20_000)).depth
    assert (depth.bp, depth.witness) == (500, "POT")


def test_coupon_cuts_deepest_where_its_threshold_is_just_reached():
    stakes = stakes_of_template(make_template_revision(issue_total=100))
    assert (stakes.depth.bp, stakes.depth.witness, stakes.budget_cents) == (1_000, "CUP × 2", 100_000)


def test_own_prices_of_skus_are_looked_at_one_by_one():
    revision = make_revision("sku_prices", sku=list(Sku.objects.all()))
    for code, price_cents in (("CUP", 4_000), ("TEA", 3_500), ("POT", 1_000)):
        revision.skus.filter(sku__code=code).update(price_cents=price_cents)
    depth = stakes_of(revision).depth
    assert (depth.bp, depth.witness) == (6_500, "TEA")


def test_own_price_of_a_sku_that_was_taken_out_is_no_cut():
    revision = make_revision("sku_prices", sku=list(Sku.objects.filter(code__in=("CUP", "TEA"))))
    for code, price_cents in (("CUP", 1_000), ("TEA", 8_000)):
        revision.skus.filter(sku__code=code).update(price_cents=price_cents)
    approve(revision)
    wish = Wish(deed="withdraw", reason="too cheap", sku_ids=frozenset([Sku.objects.get(code="CUP").pk]), carts=0)
    do_at_once(campaign_id=revision.campaign_id, wish=wish, by=make_user(groups=["operator"]), at=NOON)
    depth = stakes_of(CampaignRevision.objects.get(pk=revision.pk)).depth
    assert (depth.bp, depth.witness) == (2_000, "TEA")
