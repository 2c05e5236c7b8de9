import pytest

from campaigns.selectors.goods import risk_of, skus_taken_by
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_category, make_product, make_shop, make_sku

pytestmark = pytest.mark.django_db


def _codes(revision):
    return [sku.code for sku in skus_taken_by(revision, shop_id=revision.campaign.shop_id)]


@pytest.mark.req("CAM-07")
def test_category_brings_what_lies_below_it_without_exclusions():
    root = make_category()
    leaf = make_category(parent=make_category(parent=root))
    kept, out = make_sku("A", category=leaf), make_sku("B", category=leaf)
    make_sku("C")
    make_sku("D", category=leaf, never_discounted=True)
    make_sku("E", category=leaf, is_active=False)
    rows = [{"category": root}, {"product": out.product, "excluded": True}]
    assert _codes(make_revision(scopes=rows)) == [kept.code]


@pytest.mark.req("CAM-07")
def test_shop_takes_its_own_goods_only_and_named_things_add_up():
    leaf, other = make_shop("leaf"), make_shop("other")
    make_sku("A", shop=leaf)
    make_sku("B", shop=other)
    card = make_sku("CARD", shop=leaf, kind="virtual")
    assert _codes(make_revision(shop=leaf)) == ["A", "CARD"]
    assert _codes(make_revision(scopes=[{"kind": "virtual"}, {"shop": other}])) == ["B", card.code]


@pytest.mark.req("CAM-07")
def test_goods_outside_the_range_of_list_prices_are_not_taken():
    for code, list_cents in (("A", 999), ("B", 1_000), ("C", 5_000), ("D", 5_001)):
        make_sku(code, list_cents=list_cents)
    assert _codes(make_revision(least_list_cents=1_000, most_list_cents=5_000)) == ["B", "C"]
    assert _codes(make_revision(least_list_cents=5_000)) == ["C", "D"]
    assert _codes(make_revision(most_list_cents=999)) == ["A"]


@pytest.mark.req("CAM-14")
def test_deepest_unit_price_is_that_of_the_highest_tier():
    make_sku(product=make_product(), list_cents=10_000, cost_cents=9_999, floor_cents=5_000)
    tiers = [{"from_pieces": 3, "price_cents": 8_000}, {"from_pieces": 5, "price_cents": 6_000}]
    (found,) = risk_of(make_revision("bulk_unit_price", params={"tiers": tiers}, layer="multi")).below_cost
    assert found.price_cents == 6_000


@pytest.mark.req("CAM-07")
def test_goods_to_get_are_taken_as_well_as_those_to_buy():
    bought, got = make_sku("BOUGHT"), make_sku("GOT", category=make_category(parent=make_category("hats")))
    make_sku("OTHER")
    params = {"buy": 2, "get": 1, "get_scope": {"categories": ["hats"]}}
    revision = make_revision("buy_get", sku=bought, params=params, layer="multi")
    assert _codes(revision) == ["BOUGHT", got.code]


@pytest.mark.req("CAM-14")
@pytest.mark.parametrize(
    ("benefit", "params", "price_cents"),
    [
        pytest.param("percent_off", {"rate_bp": 2_500}, 7_500, id="off each unit"),
        pytest.param("spend_tiers", {"tiers": [{"threshold_cents": 30_000, "off_cents": 6_000}]}, 8_000, id="a third"),
        pytest.param("spend_tiers", {"tiers": [{"threshold_pieces": 2, "rate_bp": 3_000}]}, 7_000, id="by pieces"),
        pytest.param("fixed_price", {"price_cents": 1}, 5_000, id="not below the floor"),
    ],
)
def test_deepest_price_is_where_the_rule_bites_hardest(benefit, params, price_cents):
    make_sku(product=make_product(), list_cents=10_000, cost_cents=9_999, floor_cents=5_000)
    (found,) = risk_of(make_revision(benefit, params=params)).below_cost
    assert found.price_cents == price_cents
