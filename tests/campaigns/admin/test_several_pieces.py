"""Campaigns on several pieces: the form offers each kind, stores exact figures, and two people bring it to run."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign, CampaignRevision
from tests.campaigns.admin.pages import ADD, act_of, page_of
from tests.campaigns.admin.test_campaign import _posted

pytestmark = pytest.mark.django_db

KINDS = [
    (
        "buy_get",
        {"rule_buy": "3", "rule_get": "1", "rule_max_times": "2"},
        {"buy": 3, "get": 1, "max_times": 2},
        "Buy 3, get 1 free: the cheapest in the cart, up to 2 times",
    ),
    (
        "any_n_for_price",
        {"rule_pieces": "3", "rule_price_cents": "99"},
        {"pieces": 3, "price_cents": 9900},
        "Any 3 pieces for ¥99",
    ),
    (
        "any_n_off",
        {"rule_pieces": "2", "rule_piece_off_cents": "5", "rule_max_times": "3", "rule_pick": "cheapest"},
        {"pieces": 2, "piece_off_cents": 500, "max_times": 3, "pick": "cheapest"},
        "¥5 off each of the cheapest 2 pieces, up to 3 times",
    ),
    (
        "nth_unit_off",
        {"rule_every": "2", "rule_rate_bp": "50", "rule_pick": "dearest", "rule_within_groups": "on"},
        {"every": 2, "rate_bp": 5000, "pick": "dearest", "within_groups": True},
        "One in 2 pieces at 50% off, the dearest of each group",
    ),
    (
        "units_off",
        {"rule_off_cents": "15", "rule_max_units": "2", "rule_pick": "dearest"},
        {"off_cents": 1500, "max_units": 2, "pick": "dearest"},
        "¥15 off each of the 2 dearest pieces",
    ),
    ("sku_amount_off", {"rule_off_cents": "10"}, {"off_cents": 1000}, "¥10 off each product, once"),
]


def _named(**rule):
    without_tiers = dict.fromkeys(("rule_tiers_counted", "rule_tiers_given", "rule_tiers_from", "rule_tiers_off"))
    today = timezone.localdate()
    period = {"starts_at_0": f"{today - timedelta(days=1)}", "ends_at_0": f"{today + timedelta(days=9)}"}
    return _posted(**without_tiers, **period, **rule)


@pytest.mark.req("CAM-02", "CAM-09")
@pytest.mark.parametrize(("kind", "typed", "params", "sentence"), KINDS)
def test_campaign_on_several_pieces_is_set_up_and_approved(client, operator, approver, kind, typed, params, sentence):
    assert f"?kind={kind}" in client.get(ADD).content.decode()
    client.post(f"{ADD}?kind={kind}", _named(**typed))
    revision = CampaignRevision.objects.get()
    assert (revision.benefit_code, revision.layer, revision.params) == (kind, "multi", params)
    client.post(act_of(revision.campaign, "submit"))
    client.force_login(approver)
    page = client.get(act_of(revision.campaign, "approve"))
    assert sentence in page.content.decode()
    seen = page.context["standing"].open_revision.content_hash
    client.post(act_of(revision.campaign, "approve"), {"seen": seen, "reason": "fine"})
    assert Campaign.objects.get().state == "approved"


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(("kind", "typed", "params", "sentence"), KINDS)
def test_draft_on_several_pieces_is_shown_as_it_was_typed(client, operator, kind, typed, params, sentence):
    client.post(f"{ADD}?kind={kind}", _named(**typed))
    campaign = Campaign.objects.get()
    assert sentence in client.get(page_of(campaign)).content.decode()
    form = client.get(reverse("admin:campaigns_campaign_edit", args=[campaign.pk])).context["form"]
    for name in typed:
        assert str(form[name].value()) in (typed[name], str(params[name.removeprefix("rule_")])), name


@pytest.mark.req("CAM-02", "CAM-09")
def test_campaign_on_unit_prices_is_set_up_shown_again_and_said_tier_by_tier(client, operator):
    typed = {"counted": "pieces", "given": "price", "from": ["11", "21"], "off": ["17", "15"]}
    client.post(
        f"{ADD}?kind=bulk_unit_price", _posted(**{f"rule_tiers_{name}": value for name, value in typed.items()})
    )
    revision = CampaignRevision.objects.get()
    tiers = [{"from_pieces": 11, "price_cents": 1700}, {"from_pieces": 21, "price_cents": 1500}]
    assert (revision.layer, revision.params) == ("multi", {"tiers": tiers})
    page = client.get(page_of(revision.campaign)).content.decode()
    assert "¥17 each from 11 pieces of one product" in page
    assert "¥15 each from 21 pieces of one product" in page
    form = client.get(reverse("admin:campaigns_campaign_edit", args=[revision.campaign.pk])).context["form"]
    assert form["rule_tiers"].value()["rows"] == [("11", "17"), ("21", "15")]


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(("kind", "pick"), [("any_n_off", "dearest"), ("nth_unit_off", "cheapest")])
def test_a_new_form_begins_with_what_the_rule_does_unless_told_otherwise(client, operator, kind, pick):
    assert client.get(ADD, {"kind": kind}).context["form"]["rule_pick"].value() == pick


@pytest.mark.req("CAM-02")
def test_one_in_one_piece_is_refused_at_its_field(client, operator):
    answer = client.post(f"{ADD}?kind=nth_unit_off", _named(rule_every="1", rule_rate_bp="50"))
    assert "rule_every" in answer.context["form"].errors
    assert not Campaign.objects.exists()
