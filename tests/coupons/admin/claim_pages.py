"""The pages of claim campaigns, and what an operator types into their form."""

from django.urls import reverse

LIST = reverse("admin:coupons_claimcampaign_changelist")
ADD = reverse("admin:coupons_claimcampaign_add")


def page_of(claim_campaign):
    return reverse("admin:coupons_claimcampaign_change", args=[claim_campaign.pk])


def act_page(claim_campaign, code):
    return reverse("admin:coupons_claimcampaign_act", args=[claim_campaign.pk, code])


def posted(template, /, **changes):
    data = {
        "template": template and template.pk,
        "name": "Grab ¥10",
        "name_zh": "领10元",
        "starts_at_0": "2026-11-01",
        "starts_at_1": "10:00:00",
        "ends_at_0": "2099-11-12",
        "ends_at_1": "00:00:00",
        "positions": ["home", "coupon_centre"],
        "total": "500",
        "per_customer": "2",
    }
    return {name: value for name, value in (data | changes).items() if value is not None}


def errors_of(answer):
    assert answer.status_code == 200
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}
