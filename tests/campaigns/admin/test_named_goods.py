"""Campaigns whose rule names goods: bundles, and what is got for what is bought."""

import pytest
from django.urls import reverse

from campaigns.models import Campaign, CampaignRevision
from campaigns.offers import offer_of
from pricing.engine.scope import Scope
from tests.campaigns.admin.pages import ADD, act_of, page_of
from tests.campaigns.admin.test_several_pieces import _named
from tests.factories.campaigns import make_revision
from tests.factories.pricing import make_category, make_product, make_sku

pytestmark = pytest.mark.django_db

BUNDLE = {"rule_price_cents": "99", "everything": None}


@pytest.fixture
def tea_and_cup():
    tea, cup = make_product(name="Green tea"), make_product(name="Cup with lid")
    return make_sku("TEA 50", product=tea), make_sku("CUP", product=cup)


def edit_of(campaign):
    return reverse("admin:campaigns_campaign_edit", args=[campaign.pk])


@pytest.mark.req("CAM-02", "CAM-07")
@pytest.mark.parametrize("typed", ["TEA 50 × 2\nCUP", "TEA 50\t2\r\nCUP * 1", "CUP 1, TEA 50 x 2", "TEA 50 2; CUP×1"])
def test_a_bundle_is_typed_line_by_line_and_takes_exactly_its_goods(client, operator, tea_and_cup, typed):
    client.post(f"{ADD}?kind=bundle_price", _named(**BUNDLE, rule_goods=typed))
    revision = CampaignRevision.objects.get()
    goods = {"TEA 50": 2, "CUP": 1}
    assert (revision.layer, revision.params) == ("multi", {"goods": goods, "price_cents": 9900})
    assert {row.sku.code for row in revision.skus.all()} == set(goods)
    assert offer_of(revision).scope == Scope(skus=frozenset(goods))
    client.post(act_of(revision.campaign, "submit"))
    assert "Cup with lid + Green tea × 2 together for ¥99" in client.get(page_of(revision.campaign)).content.decode()


@pytest.mark.req("CAM-02")
def test_a_bundle_is_shown_as_it_was_typed_and_asks_for_no_other_goods(client, operator, tea_and_cup):
    client.post(f"{ADD}?kind=bundle_price", _named(**BUNDLE, rule_goods="TEA 50 × 2\nCUP × 1"))
    form = client.get(edit_of(Campaign.objects.get())).context["form"]
    assert sorted(form["rule_goods"].value().split("\n")) == ["CUP × 1", "TEA 50 × 2"]
    assert "everything" not in form.fields


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ("", "This field is required"),
        ("CUP × 1", "A set has 2 pieces or more"),
        ("CUP × 0\nTEA 50", "Give a number from 1"),
        ("CUP\nPOT × 2", "No SKU is called “POT”"),
        ("CUP\nCUP × 2", "“CUP” stands there twice"),
        ("CUP\x00 × 2", "Null characters are not allowed"),
        ("\n".join(f"CUP {number}" for number in range(9)), "stands there twice"),
    ],
)
def test_wrong_lines_are_refused_at_the_field(client, operator, tea_and_cup, typed, complaint):
    answer = client.post(f"{ADD}?kind=bundle_price", _named(**BUNDLE, rule_goods=typed))
    assert complaint in str(answer.context["form"].errors["rule_goods"])
    assert not Campaign.objects.exists()


@pytest.fixture
def hats():
    category = make_category("hats")
    return [make_sku(code, category=category) for code in ("HAT-1", "HAT-2")]


def _getting(**typed):
    return _named(**{"rule_buy": "2", "rule_get": "1", "everything": None} | typed)


@pytest.mark.req("CAM-02", "CAM-07")
def test_goods_to_get_are_chosen_beside_those_to_buy_and_both_take_part(client, operator, tea_and_cup, hats):
    tea, _cup = tea_and_cup
    typed = {"skus": [tea.pk], "rule_get_scope_categories": [hats[0].product.category_id]}
    client.post(f"{ADD}?kind=buy_get", _getting(**typed))
    revision = CampaignRevision.objects.get()
    assert revision.params == {"buy": 2, "get": 1, "get_scope": {"categories": ["hats"]}}
    assert offer_of(revision).scope == Scope(skus=frozenset({"TEA 50"}), categories=frozenset({"hats"}))
    page = client.get(page_of(revision.campaign)).content.decode()
    assert "Buy 2, get 1 of certain other goods free" in page
    assert str(hats[0].product.category) in page
    form = client.get(edit_of(revision.campaign)).context["form"]
    assert f'<option value="{hats[0].product.category_id}" selected' in str(form["rule_get_scope"])


@pytest.mark.req("CAM-02", "CAM-07")
@pytest.mark.parametrize("everything", ["on", None])
def test_goods_that_would_be_bought_and_got_are_refused_when_saved(client, operator, hats, everything):
    typed = {"everything": everything, "skus": [hats[1].pk]}
    got = {"rule_get_scope_categories": [hats[0].product.category_id]}
    answer = client.post(f"{ADD}?kind=buy_get", _getting(**typed, **got))
    assert "would be bought and got" in str(answer.context["form"].errors["rule_get_scope"])
    assert not Campaign.objects.exists()


@pytest.mark.req("CAM-02", "CAM-07")
def test_all_other_products_are_bought_where_the_goods_to_get_are_left_out(client, operator, tea_and_cup, hats):
    category = hats[0].product.category_id
    typed = {"everything": "on", "excluded_categories": [category], "rule_get_scope_categories": [category]}
    client.post(f"{ADD}?kind=buy_get", _getting(**typed))
    assert offer_of(CampaignRevision.objects.get()).scope == Scope(everything=True, categories=frozenset({"hats"}))


@pytest.mark.req("CAM-07", "CAM-09")
def test_goods_on_both_sides_keep_a_draft_from_being_submitted(client, operator, hats):
    params = {"buy": 2, "get": 1, "get_scope": {"skus": ["HAT-1"]}}
    revision = make_revision("buy_get", sku=hats, params=params, layer="multi", author=operator)
    client.post(act_of(revision.campaign, "submit"))
    revision.refresh_from_db()
    assert revision.review == "draft"
    assert "“HAT-1” would be bought and got" in client.get(page_of(revision.campaign)).content.decode()
