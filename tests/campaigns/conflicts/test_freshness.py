"""A report is outdated by everything that can make one of its prices another."""

import pytest

from campaigns.commands.drafting import revise
from campaigns.commands.transitions import CAMPAIGNS
from campaigns.conflicts.freshness import Age, standing_of
from campaigns.conflicts.making import make_report
from campaigns.models import CampaignRevision
from pricing.models import Product, Sku
from tests.factories import NOON
from tests.factories.audience import all_of, is_, make_level
from tests.factories.campaigns import approve, make_campaign, make_revision, make_user
from tests.factories.pricing import make_category, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-14")]
GIFT = {"gifts": [{"sku": "MUG", "value_cents": 2_500, "stock_units": 1}]}


def in_force(campaign, **fields):
    """Put a new version of a campaign in force that says something else."""
    change = revise(CAMPAIGNS, subject_id=campaign.pk, by=make_user(), at=NOON)
    CampaignRevision.objects.filter(pk=change.pk).update(**fields)
    approve(CampaignRevision.objects.get(pk=change.pk))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"budget_cents": 900}, {"budget_cents": 90_000}, id="budget that pays for the discount now"),
        pytest.param({"stock": 1}, {"stock_units": 9}, id="stock that reaches the threshold now"),
        pytest.param({"limit_units": 1}, {"limit_units": 9}, id="limit that reaches the threshold now"),
        pytest.param(
            {"audience": all_of(is_("level", "gold"))}, {"audience": all_of(is_("level", "silver"))}, id="other people"
        ),
    ],
)
def test_a_report_is_outdated_by_how_much_and_to_whom_another_campaign_gives(before, after):
    make_sku("TEA", list_cents=5_000)
    for level in ("gold", "silver"):
        make_level(level)
    other = make_campaign("spend_tiers", **before)
    draft = make_revision("percent_off")
    make_report(draft, at=NOON, progress=lambda done, total: None)
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    in_force(other, **after)
    assert standing_of(draft, at=NOON).age is Age.OFFERS_CHANGED


def new_sku(tea):
    make_sku("CUP", product=tea.product)


def sku_off_sale(tea):
    Sku.objects.filter(pk=tea.pk).update(is_active=False)


def dearer_gift(tea):
    Sku.objects.filter(code="MUG").update(cost_cents=9_900)


def fee_to_give_away(tea):
    type(tea.product.shop).objects.update(shipping_fee_cents=900)


@pytest.mark.parametrize("change", [new_sku, sku_off_sale, dearer_gift, fee_to_give_away])
def test_a_report_is_outdated_by_other_goods_and_by_what_gifts_and_shipping_cost(change):
    tea = make_sku("TEA", list_cents=5_000)
    make_sku("MUG", cost_cents=100)
    make_campaign("gift", params=GIFT, layer="order")
    draft = make_revision("percent_off", scopes=[{"product": tea.product}])
    make_report(draft, at=NOON, progress=lambda done, total: None)
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    change(tea)
    assert standing_of(draft, at=NOON).age is Age.GOODS_CHANGED


def cheaper_cup(cups):
    Sku.objects.filter(code="CUP4").update(list_cents=100)


def new_cup(cups):
    make_sku("MUG", category=cups, list_cents=50)


def cup_off_sale(cups):
    Sku.objects.filter(code="CUP0").update(is_active=False)


def cup_with_product_off_sale(cups):
    Product.objects.filter(skus__code="CUP0").update(is_active=False)


def cup_elsewhere(cups):
    Product.objects.filter(skus__code="CUP0").update(category=make_category("bowls"))


def other_kind_of_cup(cups):
    Product.objects.filter(skus__code="CUP0").update(kind="virtual")


def cup_never_discounted(cups):
    Product.objects.filter(skus__code="CUP0").update(never_discounted=True)


CHANGES = [
    cheaper_cup,
    new_cup,
    cup_off_sale,
    cup_with_product_off_sale,
    cup_elsewhere,
    other_kind_of_cup,
    cup_never_discounted,
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_report_is_outdated_by_other_partners_in_what_has_to_be_bought_besides(change):
    tea, cups = make_sku("TEA", list_cents=5_000), make_category("cups")
    for number in range(5):
        make_sku(f"CUP{number}", category=cups, list_cents=9_000 + number)
    with_a_cup = {"code": "cart_contains", "params": {"scope": {"categories": ["cups"]}, "pieces": 1}}
    make_campaign("percent_off", sku=tea, conditions=[with_a_cup])
    draft = make_revision("percent_off", sku=tea)
    make_report(draft, at=NOON, progress=lambda done, total: None)
    make_sku("CUP9", category=cups, list_cents=9_900)  # a dearer one is no partner
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    change(cups)
    assert standing_of(draft, at=NOON).age is Age.GOODS_CHANGED


def test_a_report_is_outdated_by_goods_of_a_set_that_come_on_sale_again():
    tea, cup = make_sku("TEA", list_cents=5_000), make_sku("CUP", is_active=False)
    make_campaign("bundle_price", params={"goods": {"TEA": 1, "CUP": 1}, "price_cents": 100}, layer="multi")
    draft = make_revision("percent_off", sku=tea)
    make_report(draft, at=NOON, progress=lambda done, total: None)
    assert standing_of(draft, at=NOON).age is Age.CURRENT
    Sku.objects.filter(pk=cup.pk).update(is_active=True)
    assert standing_of(draft, at=NOON).age is Age.GOODS_CHANGED
