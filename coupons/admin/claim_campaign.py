"""The screens of claim campaigns."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns.admin.acts import Standing
from campaigns.admin.audience_shown import audience_shown
from campaigns.admin.reviewed import draft_key
from coupons.admin.activity import ActivityAdmin
from coupons.admin.claim_links import MAY, ClaimLinks
from coupons.admin.columns import latest_of, out_of
from coupons.admin.facts import claim_facts
from coupons.admin.guided import Guided
from coupons.admin.guided_link import guided_url
from coupons.admin.place_facts import partner_names, place_figures, place_label
from coupons.admin.release_facts import releases_text
from coupons.commands.claim_campaigns import CLAIM_REVIEW, create_claim_campaign
from coupons.forms.claim_campaign_form import ClaimCampaignForm
from coupons.models import ClaimCampaign
from coupons.places import places_of
from coupons.selectors.release_calendar import release_calendar
from coupons.selectors.usage import Usage, usage_of


@admin.register(ClaimCampaign)
class ClaimCampaignAdmin(ClaimLinks, Guided, ActivityAdmin):
    review = CLAIM_REVIEW
    form_class = ClaimCampaignForm
    facts = staticmethod(claim_facts)
    related = ("count", "template__current_revision", "template__budget", "template__shop")
    list_display = ["title", "coupon", "period", "places", "standing", "claimed", "used"]

    def get_urls(self) -> list[URLPattern]:
        return [*self.link_urls(), *self.guided_urls(), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(request, {**(extra_context or {}), "guided_url": guided_url(request)})

    def figures_of(self, ids: Collection[int]) -> dict[int, Usage]:
        return usage_of(ids, key="claim_campaign")

    def facts_and_figures(self, standing: Standing, shown: Any, figures: Usage) -> list[tuple[Any, Any]]:
        return [(_("claimed"), out_of(figures.issued, shown.total)), (_("used"), figures.used)]

    def page_extras(self, standing: Standing, shown: Any) -> dict[str, Any]:
        at = timezone.now()
        return {
            **super().page_extras(standing, shown),
            **audience_shown(shown, shop=standing.subject.template.shop, at=at),
            "page_parts": ["coupons/admin/claim_places.html", "coupons/admin/release_calendar.html"],
            "places": place_figures(standing.subject, shown) if standing.subject.current_revision_id else [],
            "links_url": _links_url(standing),
            "calendar": release_calendar(shown, at=at),
            "calendar_words": releases_text(shown),
        }

    def is_sold_out(self, activity: ClaimCampaign) -> bool:
        count = getattr(activity, "count", None)
        return count is not None and count.total is not None and count.used >= count.total

    @admin.display(description=_("places"))
    def places(self, claim_campaign: ClaimCampaign) -> str:
        there = places_of(latest_of(claim_campaign))
        partners = partner_names(there)
        return ", ".join(place_label(place, partners) for place in there)

    @admin.display(description=_("claimed"))
    def claimed(self, claim_campaign: ClaimCampaign) -> str:
        return out_of(claim_campaign.figures.issued, latest_of(claim_campaign).total)

    @admin.display(description=_("used"))
    def used(self, claim_campaign: ClaimCampaign) -> str:
        return str(claim_campaign.figures.used)

    def create(self, request: HttpRequest, form: Any) -> ClaimCampaign:
        who_and_when = {"by": request.user, "at": timezone.now(), "key": draft_key(request)}
        return create_claim_campaign(content=form.content(), **form.owner(), **who_and_when)


def _links_url(standing: Standing) -> str:
    """The page of a private campaign's links, for those who may make them once it is approved."""
    current = standing.subject.current_revision
    if current is None or not current.by_link or not standing.user.has_perm(MAY):
        return ""
    return reverse("admin:coupons_claimcampaign_links", args=[standing.subject.pk])
