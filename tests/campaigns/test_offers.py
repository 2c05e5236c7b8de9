import pytest

from campaigns.offers import offer_of
from pricing.engine.benefits.spend_tiers import SpendTiers
from pricing.engine.errors import WrongParams
from pricing.engine.layers import Layer
from pricing.engine.scope import Scope
from pricing.engine.tiers import Tier
from tests.factories.campaigns import make_campaign, make_revision
from tests.factories.pricing import make_category, make_shop, make_sku

pytestmark = pytest.mark.django_db


def test_revision_becomes_the_offer_that_the_engine_prices():
    sku = make_sku("TEA", shop=make_shop("leaf"))
    campaign = make_campaign(sku=sku, shop=sku.product.shop, platform_share_bp=6_000, priority=7, stock={sku: 5})
    offer = offer_of(campaign.current_revision)
    assert offer.id == f"campaign:{campaign.pk}"
    assert (offer.layer, offer.owner, offer.term, offer.priority) == (Layer.ORDER, "leaf", "order:shop", 7)
    assert offer.benefit == SpendTiers(tiers=(Tier(threshold_cents=10_000, off_cents=1_000),))
    assert offer.scope == Scope(skus=frozenset({"TEA"}))
    assert offer.funding == (("platform", 6_000), ("leaf", 4_000))
    assert (offer.limited_units, offer.limited_uses, offer.budgeted, offer.paused) == (True, False, False, False)


def test_paused_campaign_is_a_paused_offer_with_its_caps():
    offer = offer_of(make_campaign(paused=True, limit_orders=2, budget_cents=500).current_revision)
    assert (offer.paused, offer.limited_units, offer.limited_uses, offer.budgeted) == (True, False, True, True)


@pytest.mark.req("CAM-06")
@pytest.mark.parametrize(
    ("answers", "admitted"),
    [
        pytest.param({}, set(), id="nothing"),
        pytest.param({"with_shop_offers": True}, {"item:shop", "multi:shop", "order:shop"}, id="shop offers"),
        pytest.param(
            {"with_platform_activities": True},
            {"item:platform", "multi:platform"},
            id="platform, own layer not",
        ),
        pytest.param(
            {"with_platform_activities": True, "admits_own_layer": True},
            {"item:platform", "multi:platform", "order:platform"},
            id="platform, with its own layer",
        ),
        pytest.param({"with_coupons": True}, {"coupon:shop", "coupon:platform"}, id="coupons"),
    ],
)
def test_three_answers_say_which_layers_and_owners_are_admitted(answers, admitted):
    none = {"with_shop_offers": False, "with_platform_activities": False, "with_coupons": False}
    offer = offer_of(make_revision(**none | answers))
    assert offer.combines_with == admitted | {"shipping:shop", "shipping:platform"}


def test_scope_rows_become_one_scope_with_its_exclusions():
    tea, cups = make_category("tea"), make_category("cups")
    gift_card = make_sku("GIFT").product
    rows = [
        {"category": tea},
        {"kind": "virtual"},
        {"category": cups, "excluded": True},
        {"product": gift_card, "excluded": True},
    ]
    assert offer_of(make_revision(scopes=rows)).scope == Scope(
        categories=frozenset({"tea"}),
        kinds=frozenset({"virtual"}),
        excluded_categories=frozenset({"cups"}),
        excluded_products=frozenset({gift_card.code}),
    )


@pytest.mark.req("CAM-07")
def test_range_of_list_prices_is_part_of_the_scope_and_refused_where_it_holds_no_price():
    offer = offer_of(make_revision(least_list_cents=1_000, most_list_cents=5_000))
    assert offer.scope == Scope(everything=True, least_list_cents=1_000, most_list_cents=5_000)
    with pytest.raises(WrongParams) as refused:
        offer_of(make_revision(least_list_cents=5_001, most_list_cents=5_000))
    assert refused.value.field == "most_list_cents"


def test_what_the_engine_cannot_leave_out_is_refused_and_not_ignored():
    with pytest.raises(WrongParams) as refused:
        offer_of(make_revision(scopes=[{"shop": make_shop(), "excluded": True}]))
    assert refused.value.field == "excluded"


def test_platform_campaign_has_nobody_else_to_pay():
    with pytest.raises(WrongParams) as refused:
        offer_of(make_revision(platform_share_bp=5_000))
    assert refused.value.field == "platform_share_bp"
