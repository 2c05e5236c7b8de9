"""The page before an intervention: whom it touches, the reason, and the way it goes: asked for or at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.admin.acts import ACTS, Act, Standing
from campaigns.admin.attempts import noted
from campaigns.commands.interventions import Wish, ask_for, do_at_once
from campaigns.forms.intervening import LONGEST_REASON, SkusForm
from campaigns.lifecycle import CampaignState
from campaigns.models import ABOUT_SKUS, AT_ONCE, Campaign, Deed
from campaigns.selectors.interventions import skus_still_in, touched, withdrawn_skus
from campaigns.sources import Touched
from pricing.engine.errors import Refusal
from pricing.engine.messages import N_
from pricing.wording import say

_S = CampaignState
QUESTIONS: Mapping[str, Any] = {
    Deed.PAUSE: gettext_lazy("Interrupt this campaign? It can be resumed."),
    Deed.RESUME: gettext_lazy("Let this campaign go on?"),
    Deed.STOP: gettext_lazy("End this campaign for good?"),
    Deed.WITHDRAW: gettext_lazy("Take these SKUs out of the running campaign?"),
    Deed.TAKE_BACK: gettext_lazy("Take these SKUs back into the campaign?"),
}


def _is_in_force(at: Standing) -> bool:
    return at.is_in(_S.APPROVED, _S.PAUSED) and not at.is_over


_ALL_ACTS = [replace(act, question=QUESTIONS.get(act.code, act.question)) for act in ACTS]
_ABOUT_SKUS = [
    Act("withdraw", gettext_lazy("Take SKUs out"), QUESTIONS[Deed.WITHDRAW], "pause", _is_in_force, "needed"),
    Act(
        "take_back", gettext_lazy("Take SKUs back in"), QUESTIONS[Deed.TAKE_BACK], "pause",
        lambda at: _is_in_force(at) and at.subject.withdrawn.exists(), "needed",
    ),
]  # fmt: skip
# The stop comes last, away from everything that is clicked often.
CAMPAIGN_ACTS: tuple[Act, ...] = (*_ALL_ACTS[:-1], *_ABOUT_SKUS, _ALL_ACTS[-1])
CAMPAIGN_ACT_BY_CODE = {act.code: act for act in CAMPAIGN_ACTS}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is about: the act, the campaign, the SKUs chosen (None = the whole campaign), whom it touches."""

    act: Act
    campaign: Campaign
    skus: Any
    touched: Touched

    @property
    def can_be_at_once(self) -> bool:
        return self.act.code in AT_ONCE


class Intervening:
    """What CampaignAdmin adds to the acts that all reviewed things have; see ReviewedAdmin."""

    def intervene(self: Any, request: HttpRequest, standing: Standing, act: Act) -> HttpResponse:
        """Ask for SKUs where it is about some, then for the reason; then do it. Nothing happens by GET."""
        if not self._may(request, act):
            raise PermissionDenied
        if not act.possible(standing):
            why = noted(request, standing, act.code, N_("This is not possible now."), request.POST.get("reason", ""))
            messages.warning(request, say(why))
            return HttpResponseRedirect(self.page_url(standing.subject.pk))
        sent = request.POST if request.method == "POST" else request.GET
        skus = None
        if act.code in ABOUT_SKUS:
            form = SkusForm(sent or None, offered=_offered(standing.subject, act.code))
            if not form.is_valid():
                return self._choose_page(request, standing, act, form)
            skus = form.cleaned_data["skus"]
        among = skus_still_in(standing.subject.current_revision) if skus is None else skus
        asked = Asked(act, standing.subject, skus, touched(standing.subject, among))
        if request.method == "POST":
            return self._intervened(request, standing, asked)
        return self._reason_page(request, standing, asked)

    def _intervened(self: Any, request: HttpRequest, standing: Standing, asked: Asked) -> HttpResponse:
        wish = Wish(
            deed=asked.act.code,
            reason=request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST_REASON],
            sku_ids=frozenset(sku.pk for sku in asked.skus or ()),
            carts=asked.touched.carts,
        )
        at_once = "_now" in request.POST
        do = do_at_once if at_once else ask_for
        try:
            do(campaign_id=asked.campaign.pk, wish=wish, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, say(refusal))
            return self._reason_page(request, standing, asked)
        said = _("Done: %(act)s. A second person will review it.") if at_once else _("Asked for: %(act)s.")
        messages.success(request, said % {"act": asked.act.label})
        return HttpResponseRedirect(self.page_url(asked.campaign.pk))

    def _choose_page(self: Any, request: HttpRequest, standing: Standing, act: Act, form: SkusForm) -> HttpResponse:
        context = {
            **self._context(request, title=f"{act.label}: {standing.subject}"),
            "form": form,
            "act": act,
            "media": self.media + form.media,
            "back_url": self.page_url(standing.subject.pk),
        }
        return render(request, "campaigns/admin/choose_skus.html", context)

    def _reason_page(self: Any, request: HttpRequest, standing: Standing, asked: Asked) -> HttpResponse:
        context = {
            **self._context(request, title=f"{asked.act.label}: {standing.subject}"),
            "asked": asked,
            "act": asked.act,
            "reason": request.POST.get("reason", ""),
            "back_url": self.page_url(asked.campaign.pk),
        }
        return render(request, "campaigns/admin/intervene.html", context)


def _offered(campaign: Campaign, code: str) -> Any:
    return skus_still_in(campaign.current_revision) if code == Deed.WITHDRAW else withdrawn_skus(campaign)
