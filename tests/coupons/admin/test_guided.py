"""One page, two objects: a coupon template and the claim campaign that hands it out."""

import pytest
from django.urls import reverse

from coupons.commands.claim_campaigns import stakes_of_claim_campaign
from coupons.models import ClaimCampaign, CouponTemplate
from tests.coupons.admin.claim_pages import errors_of, page_of
from tests.factories.campaigns import make_user
from tests.factories.coupons import typed_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-12")]

GUIDED = reverse("admin:coupons_claimcampaign_guided")
FORM = GUIDED + "?kind=amount_off"


def typed(**changes):
    claiming = {
        "starts_at_0": "2026-11-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2099-11-12",
        "ends_at_1": "00:00:00",
        "positions": ["home", "coupon_centre"],
        "total": "500",
        "per_customer": "1",
        "draft_key": "5f0c9a0e-6a6e-4a4c-9c7e-0d9f6f0f8a11",
    }
    return {name: value for name, value in (typed_template() | claiming | changes).items() if value is not None}


def test_both_drafts_are_written_once_however_often_the_form_is_sent(client, operator):
    for _ in range(2):
        answer = client.post(FORM, typed())
    claim_campaign, template = ClaimCampaign.objects.get(), CouponTemplate.objects.get()
    assert (answer.status_code, answer.url) == (302, page_of(claim_campaign))
    assert claim_campaign.template == template
    coupon, claim = template.revisions.get(), claim_campaign.revisions.get()
    assert (coupon.params, coupon.review, claim.review) == ({"off_cents": 1_000}, "draft", "draft")
    assert (claim.name, claim.name_zh, claim.positions, claim.total) == (
        "¥10 off ¥100",
        "满100减10",
        ["home", "coupon_centre"],
        500,
    )


def test_both_are_handed_in_together_and_the_template_is_approved_first(client, operator):
    client.post(FORM, typed(_submit="1"))
    claim_campaign, template = ClaimCampaign.objects.get(), CouponTemplate.objects.get()
    assert (claim_campaign.state, template.state) == ("in_review", "in_review")
    client.force_login(make_user(groups=["approver"]))
    pages = {
        template: reverse("admin:coupons_coupontemplate_act", args=[template.pk, "approve"]),
        claim_campaign: reverse("admin:coupons_claimcampaign_act", args=[claim_campaign.pk, "approve"]),
    }
    for thing, state in ((claim_campaign, "in_review"), (template, "approved"), (claim_campaign, "approved")):
        client.post(pages[thing], {"seen": thing.revisions.get().content_hash})
        thing.refresh_from_db()
        assert thing.state == state


def test_page_of_the_second_says_what_its_approval_waits_for(client, operator):
    page = client.post(FORM, typed(_submit="1", total="50"), follow=True).text
    assert "Before this can be approved:" in page
    assert "Before this can be submitted:" not in page
    assert stakes_of_claim_campaign(ClaimCampaign.objects.get().revisions.get()).budget_cents == 50 * 1_000


def test_what_cannot_be_handed_in_stays_two_drafts(client, operator):
    client.post(FORM, typed(_submit="1", with_coupons=None))
    assert (ClaimCampaign.objects.get().state, CouponTemplate.objects.get().state) == ("draft", "draft")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"rule_off_cents": "0"}, "rule_off_cents"),
        ({"positions": ["moon"]}, "positions"),
        ({"ends_at_0": "2026-10-01"}, "ends_at"),
        ({"new_to": "shop"}, "new_to"),
        (
            {
                "validity": "fixed",
                "valid_from_0": "2026-11-01",
                "valid_from_1": "00:00",
                "valid_until_0": "2099-11-12",
                "valid_until_1": "12:00",
            },
            "ends_at",
        ),
    ],
)
def test_bad_input_in_either_part_names_the_field_and_writes_neither(client, operator, changes, field):
    answer = client.post(FORM, typed(**changes))
    assert field in errors_of(answer)
    assert "[]" not in answer.text.partition('id="form-errors"')[2].partition("</div>")[0]
    assert not CouponTemplate.objects.exists()
    assert not ClaimCampaign.objects.exists()


def test_way_leads_there_from_the_front_page_and_both_lists_for_those_who_may(client, operator):
    lists = [reverse(f"admin:coupons_{name}_changelist") for name in ("coupontemplate", "claimcampaign")]
    for page in (reverse("admin:index"), *lists):
        assert GUIDED in client.get(page).content.decode()
    assert b"?kind=amount_off" in client.get(GUIDED).content
    client.force_login(make_user(groups=["approver"]))
    assert client.get(FORM).status_code == client.post(FORM, typed()).status_code == 403
    assert GUIDED not in client.get(lists[0]).content.decode()


def test_the_recipe_for_new_customers_fills_in_both_halves_and_can_be_saved_as_it_is(client, operator):
    address = f"{FORM}&recipe=new_customers"
    form = client.get(address).context["form"]
    assert (form.coupon.initial["rule_off_cents"], form.claim.initial["new_to"]) == (1_500, "platform")
    sent = {"threshold_on": "net", "refund_policy": "as_paid", "priority": "0", "everything": "on"}
    sent |= {name: form.coupon[name].value() for name in ("name", "name_zh", "validity", "valid_days", "with_coupons")}
    sent |= {name: form.coupon[name].value() for name in ("with_shop_offers", "with_platform_activities")}
    sent |= {"rule_off_cents": "15", "threshold_cents": "99", "positions": ["home"], "new_to": "platform"}
    for name in ("starts_at", "ends_at"):
        day, time = form.claim[name].subwidgets[0].data["subwidgets"]
        sent |= {f"{name}_0": day["value"], f"{name}_1": time["value"]}
    answer = client.post(address, sent | {"draft_key": "5f0c9a0e-6a6e-4a4c-9c7e-0d9f6f0f8a12"})
    assert answer.status_code == 302, answer.context["form"].errors
    claim = ClaimCampaign.objects.get().revisions.get()
    assert (claim.name_zh, claim.new_to) == ("新人券：满99减15", "platform")
