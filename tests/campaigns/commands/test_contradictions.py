from datetime import timedelta

import pytest
from django.urls import reverse

from campaigns.commands.campaigns import problems_of, submit_campaign
from campaigns.commands.contradictions import contradictions_in
from campaigns.commands.drafting import Content, WrongDraft, create_campaign
from campaigns.commands.review import NotReady
from campaigns.forms.rule_fields import campaign_benefits
from campaigns.models import Campaign, CampaignSku
from pricing.wording import say
from tests.factories import NOON
from tests.factories.campaigns import make_revision, make_user
from tests.factories.pricing import make_category, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-01", "CAM-02")]


def tiers(*pairs, **more):
    return {"tiers": [{"threshold_cents": start, "off_cents": off} for start, off in pairs], **more}


@pytest.fixture
def goods():
    """TEA for ¥100 and CUP for ¥20, both in the category `shelf`."""
    shelf = make_category("shelf")
    return {
        "shelf": shelf,
        "TEA": make_sku("TEA", category=shelf, list_cents=10_000),
        "CUP": make_sku("CUP", category=shelf, list_cents=2_000),
    }


def draft(benefit, **fields):
    """A draft that runs for a week from now."""
    return make_revision(benefit, **({"starts_at": NOON, "ends_at": NOON + timedelta(days=7)} | fields))


def told(revision):
    return [(problem.field, say(problem)) for problem in problems_of(revision, NOON)]


FREE = "That would give everything away. For something free choose “gift”, or buy and get."

CASES = [
    pytest.param(
        "fixed_price", {"price_cents": 5_000}, {},
        ("price_cents", "¥50 is above the list price of CUP: take them out, or lower the price."),
        id="fixed price above list",
    ),
    pytest.param(
        "bulk_unit_price", {"tiers": [{"from_pieces": 10, "price_cents": 9_000}]}, {"layer": "multi"},
        ("tiers", "¥90 is above the list price of CUP: take them out, or lower the price."),
        id="price of many pieces above list",
    ),
    pytest.param(
        "any_n_off", {"pieces": 3, "piece_price_cents": 2_001}, {"layer": "multi"},
        ("piece_price_cents", "¥20.01 is above the list price of CUP: take them out, or lower the price."),
        id="price of each of three above list",
    ),
    pytest.param(
        "any_n_for_price", {"pieces": 3, "price_cents": 30_000}, {"layer": "multi"},
        ("price_cents", "The set costs ¥300 at most already: ¥300 would be no reduction."),
        id="three pieces for what they cost",
    ),
    pytest.param(
        "bundle_price", {"goods": {"TEA": 1, "CUP": 2}, "price_cents": 15_000},
        {"layer": "multi", "named": ["TEA", "CUP"]},
        ("price_cents", "The set costs ¥140 at most already: ¥150 would be no reduction."),
        id="bundle dearer than its parts",
    ),
    pytest.param(
        "bundle_price", {"goods": {"TEA": 1}, "price_cents": 5_000}, {"layer": "multi", "named": ["TEA"]},
        ("goods", "A set has 2 pieces or more."),
        id="bundle of one",
    ),
    pytest.param("percent_off", {"rate_bp": 10_000}, {}, ("rate_bp", FREE), id="everything free by percentage"),
    pytest.param("spend_tiers", tiers((10_000, 10_000)), {}, ("tiers", FREE), id="as much off as is spent"),
    pytest.param(
        "amount_off", {"off_cents": 2_000}, {},
        ("off_cents", "¥20 off is all that CUP cost: take them out, or take less off."),
        id="amount off that leaves nothing to pay",
    ),
    pytest.param(
        "spend_tiers", tiers((50_000, 5_000), (30_000, 8_000)), {},
        ("tiers", "Every tier has a higher threshold than the one before."),
        id="tiers out of order",
    ),
    pytest.param(
        "spend_tiers", tiers((30_000, 5_000), (50_000, 5_000)), {},
        ("tiers", "A higher tier gives more than a lower one."),
        id="tier no better than the lower one",
    ),
    pytest.param(
        "spend_tiers",
        {"tiers": [{"threshold_cents": 30_000, "off_cents": 6_000}, {"threshold_cents": 50_000, "rate_bp": 1_000}]}, {},
        ("tiers", "Tier 2 gives no more than the tier below it."),
        id="rate worse than the amount below it",
    ),
    pytest.param(
        "spend_tiers", tiers((30_000, 5_000)), {"limit_units": 2},
        ("limit_units", "No order reaches ¥300: it gets 2 pieces at most, of ¥100 each."),
        id="threshold that no basket under the cap reaches",
    ),
    pytest.param(
        "nth_unit_off", {"every": 3, "rate_bp": 5_000}, {"layer": "multi", "limit_units": 2},
        ("limit_units", "It needs 3 pieces, and one order gets 2 at most."),
        id="third piece reduced, two allowed",
    ),
    pytest.param(
        "buy_get", {"buy": 2, "get": 1}, {"layer": "multi", "stock_units": 2},
        ("stock_units", "It needs 3 pieces, and one order gets 2 at most."),
        id="buy two get one out of a stock of two",
    ),
    pytest.param(
        "spend_tiers", tiers((30_000, 5_000), (50_000, 9_000)), {"budget_cents": 4_999},
        ("budget_cents", "The budget of ¥49.99 does not pay for one discount of ¥50."),
        id="budget smaller than one discount",
    ),
    pytest.param(
        "percent_off", {"rate_bp": 2_000}, {"limit_units": 5, "stock_units": 3},
        ("limit_units", "One shopper may have 5 pieces, and the activity stock is 3."),
        id="limit above the stock",
    ),
    pytest.param(
        "percent_off", {"rate_bp": 2_000}, {"least_list_cents": 20_000},
        ("least_list_cents", "None of the chosen SKUs has a list price in this range."),
        id="range of list prices without goods",
    ),
    pytest.param(
        "percent_off", {"rate_bp": 2_000}, {"scopes": [], "everything": False},
        ("everything", "Choose the products: all of them, or at least one."),
        id="empty scope",
    ),
    pytest.param(
        "percent_off", {"rate_bp": 2_000}, {"starts_at": NOON - timedelta(days=2), "ends_at": NOON - timedelta(days=1)},
        ("ends_at", "The end lies in the past."),
        id="period that is over",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("benefit", "params", "fields", "problem"), CASES)
def test_what_contradicts_itself_is_refused_with_field_and_reason(goods, benefit, params, fields, problem):
    author = make_user(groups=["operator"])
    named = [goods[code] for code in fields.pop("named", [])]
    fields = {"scopes": [] if named else [{"category": goods["shelf"]}], "everything": False, "sku": named, **fields}
    revision = draft(benefit, params=params, author=author, **fields)
    assert told(revision) == [problem]
    with pytest.raises(NotReady):
        submit_campaign(revision_id=revision.pk, by=author, at=NOON)
    revision.refresh_from_db()
    assert revision.review == "draft"


def test_what_is_left_out_may_not_be_everything(goods):
    scopes = [{"category": goods["shelf"]}, {"category": goods["shelf"], "excluded": True}]
    revision = draft("percent_off", scopes=scopes)
    assert told(revision) == [("excluded_categories", "What is left out leaves nothing of what is chosen.")]


def test_goods_that_nobody_can_buy_are_no_scope(goods):
    asleep = make_sku("OLD", is_active=False)
    revision = draft("percent_off", sku=asleep)
    text = "Nothing of what is chosen can be bought and discounted: choose other products."
    assert told(revision) == [("everything", text)]


def test_rows_of_skus_are_held_against_their_own_figures(goods):
    revision = draft("percent_off", stock={goods["TEA"]: 3, goods["CUP"]: None})
    CampaignSku.objects.filter(sku=goods["TEA"]).update(limit_units=4)
    CampaignSku.objects.filter(sku=goods["CUP"]).update(limit_units=9)
    assert told(revision) == [
        ("skus", "The limit per shopper is above the stock of the SKU: TEA."),
    ]


@pytest.mark.parametrize("field", ["stock_units", "limit_units", "limit_orders", "budget_cents"])
def test_no_limit_below_zero_can_be_stored_by_any_route(field):
    revision = make_revision("percent_off")
    fields = {
        name: getattr(revision, name) for name in ("name", "benefit_code", "params", "layer", "starts_at", "ends_at")
    }
    content = Content(fields=fields | {field: -1}, rows={})
    with pytest.raises(WrongDraft) as refused:
        create_campaign(content=content, shop=None, by=make_user(), at=NOON)
    assert refused.value.field == field
    assert Campaign.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "text"),
    [
        ({"ends_at": NOON - timedelta(days=9)}, None, "The end must be later than the start."),
        ({"warm_up_at": NOON + timedelta(days=9)}, None, "A campaign is announced before it starts."),
    ],
)
def test_no_period_upside_down_can_be_stored_by_any_route(fields, field, text):
    revision = make_revision("percent_off", starts_at=NOON, ends_at=NOON + timedelta(days=1))
    names = ("name", "benefit_code", "params", "layer", "starts_at", "ends_at")
    content = Content(fields={name: getattr(revision, name) for name in names} | fields, rows={})
    with pytest.raises(WrongDraft) as refused:
        create_campaign(content=content, shop=None, by=make_user(), at=NOON)
    assert (refused.value.field, say(refused.value)) == (field, text)


def test_second_piece_free_and_a_capped_hundred_percent_are_meant(goods):
    for benefit, params in (
        ("nth_unit_off", {"every": 2, "rate_bp": 10_000}),
        ("percent_off", {"rate_bp": 10_000, "cap_cents": 1_000}),
        ("buy_get", {"buy": 1, "get": 1}),
    ):
        assert contradictions_in(make_revision(benefit, params=params, layer="multi")) == []


@pytest.mark.parametrize("code", list(campaign_benefits()))
def test_a_rule_that_is_not_whole_contradicts_nothing(code):
    assert contradictions_in(make_revision(code, params={})) == []


def test_the_form_says_it_beside_the_fields_while_one_types(client, goods):
    client.force_login(make_user(groups=["operator"]))
    data = {"rule_price_cents": "50", "layer": "item", "categories": [goods["shelf"].pk]}
    answer = client.post(reverse("admin:campaigns_campaign_summary") + "?kind=fixed_price", data)
    missing = {one.field: one.text for one in answer.context["missing"]}
    assert missing["rule_price_cents"] == "¥50 is above the list price of CUP: take them out, or lower the price."
