"""Private links on the page of a claim campaign: made for one, for many or for a list, and all taken back at once."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.models import CustomerList
from campaigns.sources import ask
from coupons.commands.claim_links import Batch, note_links, take_links_back
from coupons.forms.claim_links_form import LIST, ClaimLinksForm
from coupons.links import Link, write_link
from coupons.models import ClaimCampaign
from pricing.csv_text import csv_lines
from pricing.engine.errors import Refusal
from pricing.wording import say

MAY = "coupons.link_claimcampaign"
PIECE = 2_000  # customers are read so many at a time


class ClaimLinks:
    """For the admin of claim campaigns: one more page, `<pk>/links/`."""

    def link_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [path("<int:pk>/links/", view(self.links_view), name="coupons_claimcampaign_links")]

    def links_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Make links or take them back by POST; nothing is made by looking."""
        campaign = self.get_object(request, str(pk))  # type: ignore[attr-defined]
        if campaign is None or campaign.current_revision is None or not campaign.current_revision.by_link:
            raise Http404
        if not request.user.has_perm(MAY):
            raise PermissionDenied
        if "_take_back" in request.POST:
            return self._take_back(request, campaign)
        ends_at = {"ends_at": campaign.current_revision.ends_at}
        form = ClaimLinksForm(request.POST if request.method == "POST" else None, initial=ends_at)
        if request.method == "POST" and form.is_valid():
            try:
                return self._made(request, campaign, form)
            except Refusal as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, say(refusal))
        return self._links_page(request, campaign, form=form)

    def _made(self, request: HttpRequest, campaign: ClaimCampaign, form: ClaimLinksForm) -> HttpResponseBase:
        said, at = form.cleaned_data, timezone.now()
        customer, chosen = said["customer"], said["customers"] if said["whom"] == LIST else None
        whom = customer.code if customer else chosen.name if chosen else _("anybody")
        batch = Batch(count=chosen.size if chosen else 1, ends_at=said["ends_at"], whom=whom)
        generation = note_links(claim_campaign_id=campaign.pk, batch=batch, by=request.user, at=at)
        if chosen:
            rows = _rows(request, chosen, campaign.pk, generation, said["ends_at"])
            named = {"Content-Disposition": f'attachment; filename="links-{campaign.pk}.csv"'}
            lines = csv_lines((_("customer number"), _("link")), rows)
            return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=named)
        link = Link(campaign.pk, generation, said["ends_at"], customer.pk if customer else None)
        return self._links_page(request, campaign, form=form, link=_address(request, link), whom=whom)

    def _take_back(self, request: HttpRequest, campaign: ClaimCampaign) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\0", "")[:1_000]
        try:
            take_links_back(claim_campaign_id=campaign.pk, by=request.user, at=timezone.now(), reason=reason)
        except Refusal as refusal:
            messages.error(request, say(refusal))
            return self._links_page(request, campaign, form=ClaimLinksForm())
        messages.success(request, _("All links that were made so far are good for nothing now."))
        return HttpResponseRedirect(self.page_url(campaign.pk))  # type: ignore[attr-defined]

    def _links_page(self, request: HttpRequest, campaign: ClaimCampaign, **extras: Any) -> HttpResponse:
        title = _("Private links: %(campaign)s") % {"campaign": campaign}
        context = self._context(request, title=title)  # type: ignore[attr-defined]
        back_url = self.page_url(campaign.pk)  # type: ignore[attr-defined]
        media = context["media"] + extras["form"].media
        return render(
            request, "coupons/admin/claim_links.html", {**context, **extras, "media": media, "back_url": back_url}
        )


def _rows(
    request: HttpRequest, chosen: CustomerList, campaign_id: int, generation: int, ends_at: datetime
) -> Iterator[tuple[str, str]]:
    """Yield customer number and link of everybody on a list, in the order of the list."""
    last = 0
    while True:
        found = chosen.members.filter(pk__gt=last).order_by("pk").values_list("pk", "customer_id", "customer__code")
        piece = list(found[:PIECE])
        for member_id, customer_id, code in piece:
            last = member_id
            yield code, _address(request, Link(campaign_id, generation, ends_at, customer_id))
        if len(piece) < PIECE:
            return


def _address(request: HttpRequest, link: Link) -> str:
    return request.build_absolute_uri(ask("private_link_page", write_link(link), default="/"))
