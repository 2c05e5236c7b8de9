"""Reward campaigns in the back office: the coupon is chosen among those that are given out."""

import pytest

from campaigns.models import Campaign, CampaignRevision
from tests.campaigns.admin.pages import ADD, act_of, edit_of, page_of
from tests.campaigns.admin.test_gifts import gift_form
from tests.factories.coupons import approve_template, make_template, make_template_revision
from tests.factories.pricing import make_shop

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-02", "CPN-06")]


def reward_form(template, **changes):
    fields = {"rule_template": str(template.pk), "rule_value_cents": "5", "rule_threshold_cents": "100"}
    return gift_form(**fields, **changes)


def test_a_reward_campaign_names_its_coupon_and_is_handed_in(client, operator):
    template = make_template(name="Ten off")
    assert f"{template.pk} · Ten off" in client.get(f"{ADD}?kind=reward").content.decode()
    client.post(f"{ADD}?kind=reward", reward_form(template))
    revision = CampaignRevision.objects.get()
    assert revision.params == {"template": str(template.pk), "value_cents": 500, "threshold_cents": 10_000}
    page = client.get(page_of(revision.campaign)).content.decode()
    assert f"{template.pk} · Ten off" in page
    assert "A coupon from ¥100, once it is paid" in page
    client.post(act_of(revision.campaign, "submit"))
    assert Campaign.objects.get().state == "in_review"


def test_better_coupons_are_typed_as_rows_shown_again_and_refused_by_row(client, operator):
    first, better = make_template(name="Ten off"), make_template(name="Fifty off")
    rows = {
        "rule_higher_from": ["500", ""],
        "rule_higher_template": [str(better.pk), ""],
        "rule_higher_value": ["30", ""],
        "rule_keep_spent": "on",
    }
    client.post(f"{ADD}?kind=reward", reward_form(first, **rows))
    revision = CampaignRevision.objects.get()
    higher = [{"template": str(better.pk), "threshold_cents": 50_000, "value_cents": 3_000}]
    assert (revision.params["higher"], revision.params["keep_spent"]) == (higher, True)
    page = client.get(page_of(revision.campaign)).content.decode()
    assert f"from ¥500: {better.pk} · Fifty off, worth ¥30" in page
    assert "stays with the shopper" in page
    answer = client.post(f"{ADD}?kind=reward", reward_form(first, **rows | {"rule_higher_from": ["much", ""]}))
    assert "“much” is no amount" in answer.context["form"].errors["rule_higher"][0]


def test_a_coupon_that_is_not_given_out_cannot_be_promised(client, operator):
    answer = client.post(f"{ADD}?kind=reward", reward_form(make_template(approved=False)))
    assert "rule_template" in answer.context["form"].errors


def test_a_shop_promises_only_its_own_coupons(client, operator):
    template = make_template()
    client.post(f"{ADD}?kind=reward", reward_form(template, shop=make_shop().pk))
    page = client.post(act_of(Campaign.objects.get(), "submit"), follow=True).content.decode()
    assert f"This owner gives out no coupon with the number {template.pk}." in page


def test_a_coupon_for_some_customers_is_not_offered_and_one_chosen_before_says_why_it_cannot_stay(client, operator):
    template, aimed = make_template(name="Ten off"), make_template(name="Welcome", new_to="platform")
    page = client.get(f"{ADD}?kind=reward").content.decode()
    assert ("Ten off" in page, "Welcome" in page) == (True, False)
    higher = {"rule_higher_from": ["500"], "rule_higher_template": [str(template.pk)], "rule_higher_value": ["30"]}
    client.post(f"{ADD}?kind=reward", reward_form(template, **higher))
    approve_template(make_template_revision(template=template, name="Ten off", new_to="platform"))
    edit = edit_of(Campaign.objects.get())
    page = client.get(edit).content.decode()
    assert page.count(f"{template.pk} · Ten off · for some customers only") >= 2
    errors = client.post(edit, reward_form(aimed, **higher)).context["form"].errors
    assert "meant for some customers only" in errors["rule_template"][0]
    assert f"Coupon {template.pk} is meant for some customers only" in errors["rule_higher"][0]
