import pytest

from campaigns.commands.budget import charge_budget
from campaigns.commands.stock import take_units
from campaigns.offers import offer_of
from campaigns.selectors.facts import PLENTY, campaign_facts
from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine
from pricing.engine.facts import Facts
from pricing.engine.quote import price_cart
from pricing.models import Sku
from tests.factories import NOON
from tests.factories.campaigns import make_campaign
from tests.factories.pricing import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-08")]


def _facts(*campaigns, customer=None):
    skus = dict(Sku.objects.values_list("pk", "code"))
    return campaign_facts(campaign_ids=[campaign.pk for campaign in campaigns], skus=skus, customer=customer, at=NOON)


def test_only_the_stock_of_the_skus_that_are_asked_for_is_read():
    tea, cup, pot = make_sku("TEA"), make_sku("CUP"), make_sku("POT")
    own, both = make_campaign(stock={tea: 5, cup: 4}), make_campaign(stock={tea: 3}, stock_units=9)
    asked = {"skus": {cup.pk: "CUP", pot.pk: "POT"}, "customer": None, "at": NOON}
    assert campaign_facts(campaign_ids=[own.pk, both.pk], **asked).units_left == {
        (own.offer_id, "CUP"): 4, (own.offer_id, "*"): PLENTY, (both.offer_id, "*"): 9,
    }  # fmt: skip


def test_what_is_left_is_named_as_the_engine_asks_for_it():
    tea, cup = make_sku("TEA"), make_sku("CUP")
    stocked, spending = make_campaign(stock={tea: 5, cup: None}), make_campaign(stock_units=9, budget_cents=700)
    take_units(campaign_id=stocked.pk, sku_id=tea.pk, units=2, source="order:1", at=NOON)
    charge_budget(campaign_id=spending.pk, amount_cents=100, source="order:1", at=NOON)
    facts = _facts(stocked, spending)
    assert facts.units_left == {
        (stocked.offer_id, "TEA"): 3, (stocked.offer_id, "*"): PLENTY, (spending.offer_id, "*"): 9,
    }  # fmt: skip
    assert facts.budget_left_cents == {spending.offer_id: 600}
    assert facts.uses_left == {}


def test_facts_cost_the_same_for_many_campaigns(django_assert_max_num_queries):
    campaigns = [make_campaign(stock={make_sku(): 5}, budget_cents=100, limit_units=2) for _ in range(9)]
    with django_assert_max_num_queries(6):  # one of them is this test asking for the SKUs
        _facts(*campaigns)


@pytest.mark.parametrize(("stock", "total_cents"), [(2, 22_000), (1, 26_000), (3, 18_000)])
def test_rest_of_the_line_costs_the_list_price_when_the_stock_is_short(stock, total_cents):
    tea = make_sku("TEA")
    campaign = make_campaign("fixed_price", stock={tea: stock}, params={"price_cents": 6_000})
    left = _facts(campaign)
    line = CartLine(key="1", shop="leaf", sku="TEA", product="tea", list_cents=10_000, quantity=3)
    quote = price_cart(
        Cart(lines=(line,), at=NOON),
        compile_book([offer_of(campaign.current_revision)]),
        Facts(units_left=left.units_left, uses_left=left.uses_left, budget_left_cents=left.budget_left_cents),
    )
    assert quote.total_cents == total_cents
