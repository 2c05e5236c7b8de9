"""Audience and places on the campaign form."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.commands.audience import freeze_audience
from campaigns.models import Campaign
from storefront.quoting import price_cart_row
from tests.campaigns.admin.pages import ADD, act_of, page_of
from tests.campaigns.admin.test_campaign import _posted
from tests.factories import NOON
from tests.factories.audience import all_of, is_, make_aimed, make_level, make_segment
from tests.factories.campaigns import approve, make_customer
from tests.factories.pricing import make_shop, make_sku
from tests.factories.storefront import make_cart

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-03", "CAM-04", "CAM-18")]
NEW_FORM = f"{ADD}?kind=spend_tiers"


def draft():
    return Campaign.objects.get().revisions.get()


def test_audience_is_stored_shown_and_kept_when_the_draft_is_edited(client, operator):
    make_level("gold")
    segment = make_segment(all_of(is_("phone_verified")), "Callers")
    rows = ["(all", "level", "gold", ";", "segment", str(segment.pk), ";", ")"]
    posted = _posted(audience=rows, audience_frozen="frozen")
    client.post(NEW_FORM, posted)
    means = {**is_("segment", str(segment.pk)), "means": segment.tree}
    assert (draft().audience, draft().audience_frozen) == (all_of(is_("level", "gold"), means), True)
    page = client.get(page_of(Campaign.objects.get())).text
    assert "Member level Gold and in the segment “Callers”" in page
    assert "frozen at approval" in page
    edit = f"/admin/campaigns/campaign/{Campaign.objects.get().pk}/edit/"
    assert 'value="gold" checked' in client.get(edit).text
    client.post(edit, posted | {"audience_frozen": "live", "new_to": "platform", "audience": ["(all", ")"]})
    assert (draft().audience, draft().audience_frozen, draft().new_to) == ({}, False, "platform")


@pytest.mark.parametrize(
    ("changes", "field", "complaint"),
    [
        (
            {"audience": ["(all", "tag", "nobody", ";", ")"]},
            "audience",
            "There is no tag called nobody. Choose one that exists, or remove the condition.",
        ),
        (
            {"audience": ["(all", "new", "platform", ";", ")"], "audience_frozen": "frozen"},
            "audience_frozen",
            "Who is new is decided with each order and cannot be frozen: choose “live”, or take it out here.",
        ),
        (
            {"new_to": "shop"},
            "new_to",
            "The platform has no customers of its own shop: choose “never bought here”, or a shop as owner.",
        ),
        ({"channels": ["fax"]}, "channels", "Select a valid choice. fax is not one of the available choices."),
        ({"regions": "x" * 201}, "regions", "Separate the regions by commas."),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_field(client, operator, changes, field, complaint):
    form = client.post(NEW_FORM, _posted(**changes)).context["form"]
    assert form.errors == {field: [complaint]}
    assert not Campaign.objects.exists()


def test_new_customers_of_the_owners_shop(client, operator):
    shop = make_shop("north", name="Northgate")
    client.post(NEW_FORM, _posted(new_to="shop", shop=str(shop.pk)))
    assert draft().new_to == "shop"
    assert "Has not bought at Northgate yet" in client.get(page_of(Campaign.objects.get())).text


def test_places_become_conditions_that_shoppers_read(client, operator):
    client.post(NEW_FORM, _posted(channels=["app", "mini_program"], terminals=["phone"], regions="New York，上海"))
    assert draft().conditions == [
        {"code": "channel", "params": {"channels": ["app", "mini_program"]}},
        {"code": "terminal", "params": {"terminals": ["phone"]}},
        {"code": "region", "params": {"regions": ["New York", "上海"]}},
    ]
    page = client.get(page_of(Campaign.objects.get())).text
    assert "In app, mini-program" in page
    assert "In New York, 上海" in page


def test_region_of_the_delivery_decides():
    conditions = [{"code": "region", "params": {"regions": ["上海"]}}]
    approve(make_aimed(benefit="percent_off", conditions=conditions))
    cart = make_cart({make_sku(): 1}, customer=make_customer(region="上海"))
    totals = []
    for region in ("上海", "Spain"):
        cart.region = region
        totals.append(price_cart_row(cart=cart, at=NOON).quote.total_cents)
    assert totals == [8000, 10_000]


def test_conditions_that_the_form_does_not_know_are_kept(client, operator):
    kept = {"code": "min_quantity", "params": {"pieces": 2}}
    revision = make_aimed(author=operator, conditions=[kept], benefit="spend_tiers")
    edit = f"/admin/campaigns/campaign/{revision.campaign_id}/edit/"
    client.post(edit, _posted(channels=["app"]))
    assert draft().conditions == [{"code": "channel", "params": {"channels": ["app"]}}, kept]


@pytest.mark.req("CAM-18")
class TestPage:
    def test_live_audience_is_counted_now(self, client, operator):
        make_level("gold")
        make_customer(level="gold")
        make_customer(level="")
        revision = make_aimed(all_of(is_("level", "gold")))
        page = client.get(page_of(revision.campaign)).text
        assert "Member level Gold" in page
        assert "1 customer now (50 %)" in page

    def test_frozen_audience_shows_its_size_and_age(self, client, operator):
        make_customer(level="gold")
        revision = make_aimed(all_of(is_("level", "gold")), audience_frozen=True)
        approve(revision)
        revision.refresh_from_db()
        freeze_audience(revision, at=timezone.now() - timedelta(days=3))
        assert "1 customer, frozen 3\xa0days ago" in client.get(page_of(revision.campaign)).text

    def test_approver_is_warned_that_new_customers_can_order_again(self, client, approver):
        revision = make_aimed(new_to="platform", review="in_review")
        client.force_login(approver)
        confirm = act_of(revision.campaign, "approve")
        warning = "Until their first order is paid, customers stay new and can order again"
        assert warning in client.get(confirm).text
        once = make_aimed(new_to="platform", review="in_review", limit_orders=1)
        assert warning not in client.get(act_of(once.campaign, "approve")).text
