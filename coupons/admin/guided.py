"""One page that sets up a coupon and its claim campaign."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.admin.reviewed import draft_key
from campaigns.commands.drafting import Beginning
from coupons.admin.guided_link import guided_url
from coupons.admin.template import kind_cards
from coupons.commands.guided import hand_in_together, set_up_together
from coupons.forms.guided_form import GuidedForm
from coupons.forms.template_form import coupon_benefits
from coupons.models import ClaimCampaign
from coupons.recipes import initial_of_recipe
from pricing.engine.errors import Refusal


class Guided:
    """For the admin of claim campaigns: one more page, `guided/`."""

    def guided_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        return [path("guided/", view(self.guided_view), name="coupons_claimcampaign_guided")]

    def guided_view(self, request: HttpRequest) -> HttpResponse:
        """Ask what the coupon gives, then everything about it and how it is claimed; store both drafts by POST."""
        if not guided_url(request):
            raise PermissionDenied
        title, code = _("A coupon and how it is claimed"), request.GET.get("kind", "")
        if code not in coupon_benefits():
            context = {**self._context(request, title=title), "cards": kind_cards()}  # type: ignore[attr-defined]
            return render(request, "campaigns/admin/kinds.html", context)
        sent, now = request.POST if request.method == "POST" else None, timezone.now()
        form = GuidedForm(code, sent, initial=initial_of_recipe(request.GET.get("recipe", ""), code, at=now))
        if request.method == "POST" and form.is_valid():
            start = Beginning(request.user, timezone.now(), draft_key(request))
            made = self._saved(request, form, lambda: _made(form, start))  # type: ignore[attr-defined]
            if made is not None:
                self.log_addition(request, made, [{"added": {}}])  # type: ignore[attr-defined]
                return self._after_guided(request, made, start)
        return self._form_page(request, form, title=title)  # type: ignore[attr-defined]

    def _after_guided(self, request: HttpRequest, made: ClaimCampaign, start: Beginning) -> HttpResponse:
        if "_submit" not in request.POST:
            messages.success(request, _("Both drafts are saved: the coupon template and its claim campaign."))
            return HttpResponseRedirect(self.page_url(made.pk))  # type: ignore[attr-defined]
        try:
            hand_in_together(claim_campaign=made, start=start)
        except Refusal as refusal:
            messages.warning(request, _("Both drafts are saved, but not handed in yet."))
            self._tell(request, refusal)  # type: ignore[attr-defined]
        else:
            messages.success(request, _("Both are handed in. The coupon template has to be approved first."))
        return HttpResponseRedirect(self.page_url(made.pk))  # type: ignore[attr-defined]


def _made(form: GuidedForm, start: Beginning) -> Any:
    shop = form.coupon.cleaned_data["shop"]
    return set_up_together(coupon=form.coupon_content(), claim=form.claim_content(), shop=shop, start=start)
