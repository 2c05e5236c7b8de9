"""From an activity to its coupon and back; nobody is left to find out why nothing is given out."""

import pytest
from django.urls import reverse
from django.utils import timezone

from coupons.commands.breaker import trip
from coupons.commands.templates import move_template
from tests.coupons.admin.claim_pages import LIST, page_of
from tests.factories.campaigns import make_user
from tests.factories.coupons import make_claim_campaign, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-02")]


def page_of_template(template):
    return reverse("admin:coupons_coupontemplate_change", args=[template.pk])


def test_a_coupon_and_what_gives_it_out_lead_to_each_other(client, operator):
    campaign, template = make_claim_campaign(), make_template()
    there = client.get(page_of(campaign)).content.decode()
    assert f'<a href="{page_of_template(campaign.template)}">Coupon template: {campaign.template} →</a>' in there
    back = client.get(page_of_template(campaign.template)).content.decode()
    assert f'<a class="promo-link" href="{page_of(campaign)}">claim campaign: {campaign}</a>' in back
    assert "Nothing gives this coupon out yet." in client.get(page_of_template(template)).content.decode()


def test_a_running_activity_says_that_its_coupon_is_paused(client, operator):
    campaign = make_claim_campaign()
    assert "coupon not given out" not in client.get(LIST).content.decode()
    move_template(template_id=campaign.template_id, move="pause", by=operator, at=timezone.now(), reason="A look")
    assert "coupon not given out" in client.get(LIST).content.decode()
    said = f"“{campaign.template}” is paused: nobody gets it until somebody resumes it."
    assert said in client.get(page_of(campaign)).content.decode()


def test_a_template_says_on_top_of_its_page_why_it_was_paused(client, operator):
    template = make_template(most_per_minute=1)
    trip(template_id=template.pk, at=timezone.now())
    page = client.get(page_of_template(template))
    (said,) = page.context["doubts"]
    assert said.startswith("Issuing was paused by itself at ")
    assert "More than 1 coupon or ¥1,000,000 within one minute." in said
    client.force_login(make_user("fay", groups=["finance"]))
    assert said in client.get(page_of_template(template)).content.decode()
