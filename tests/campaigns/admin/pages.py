"""Addresses of the campaign pages."""

from django.urls import reverse

LIST = reverse("admin:campaigns_campaign_changelist")
ADD = reverse("admin:campaigns_campaign_add")


def page_of(campaign):
    return reverse("admin:campaigns_campaign_change", args=[campaign.pk])


def act_of(campaign, code):
    return reverse("admin:campaigns_campaign_act", args=[campaign.pk, code])


def edit_of(campaign):
    return reverse("admin:campaigns_campaign_edit", args=[campaign.pk])
