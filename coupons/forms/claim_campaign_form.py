"""The form of a claim campaign: when, where, for whom and how many."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from campaigns.commands.drafting import Content
from campaigns.forms.aim import AIM, initial_aim
from campaigns.forms.inputs import Section, moment, section, text, whole_number
from coupons.forms.activity_form import ActivityForm
from coupons.forms.audience_fields import AudienceFields, said_audience, tree_of
from coupons.forms.places_field import initial_places, places_field
from coupons.forms.release_fields import ReleaseFields, initial_releases
from coupons.models import ClaimCampaignRevision, CouponTemplate, IssueChannel
from coupons.validity import check_claiming
from pricing.engine.errors import Refusal
from pricing.wording import say


class ClaimCampaignForm(AudienceFields, ReleaseFields, ActivityForm):
    """An activity with the places where coupons can be claimed, and who may."""

    COLUMNS = (*ActivityForm.COLUMNS, "by_link", "total", "releases")
    KEPT_HELP = _("A claim campaign keeps its coupon.")

    name = text(_("Name"), longest=120, required=True, help_text=_("Shoppers read it above the claim button."))
    starts_at = moment(_("Claiming starts at"))
    ends_at = moment(_("Claiming ends at"), help_text=_("At this moment it is over."))
    positions = places_field()
    by_link = forms.BooleanField(
        label=_("By link only"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Private: on no page and in no search. Claimed by signed links, which you make on its page."),
    )
    total = whole_number(
        _("Number to hand out"), help_text=_("Empty = as many as the coupon template allows."), most=2_000_000_000
    )
    per_customer = whole_number(_("Per customer"), help_text=_("How many one customer may claim here."), most=1000)

    def initial_of(self, revision: Any, subject: Any) -> dict[str, Any]:
        aim = initial_aim(revision)
        # What older versions say as conditions is shown, and stored from now on, as an audience.
        aim["audience"] = revision.audience or tree_of(revision.conditions)[0]
        return (
            super().initial_of(revision, subject)
            | aim
            | initial_releases(revision)
            | {"positions": initial_places(revision)}
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("by_link") and cleaned.get("positions", {}).get("positions"):
            self.add_error("positions", gettext("What is claimed by link only has no places: choose one or the other."))
        if cleaned.get("starts_at") and cleaned.get("ends_at") and (template := cleaned.get("template")):
            self._check_validity(template, cleaned["ends_at"])
        return cleaned

    def channel(self, cleaned: dict[str, Any]) -> str:
        return IssueChannel.LINK if cleaned.get("by_link") else IssueChannel.CLAIM

    def content(self) -> Content:
        """Return what the draft shall say."""
        said = super().content()
        before = self.revision.conditions if self.revision else []
        conditions = before if self.revision and self.revision.audience else tree_of(before)[1]
        places = self.cleaned_data["positions"]
        fields = {**said.fields, **places, **said_audience(self.cleaned_data), "conditions": conditions}
        return Content(fields=fields, rows=said.rows)

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which an activity is thought up."""
        yield section(self, _("Coupon"), ["template"], pairs=False)
        yield self.words_section(_("What shoppers read"))
        yield self.period_section()
        yield section(self, _("Places"), ["by_link", "positions"], pairs=False)
        hint = _("Everyone, unless something is said here. Shoppers are told whom it is for.")
        yield section(self, _("Who may claim it"), AIM, hint=hint, pairs=False)
        hint = _("The limits of the coupon template hold as well.")
        yield section(self, _("How many"), ["total", "per_customer", "risk_profile"], hint=hint)
        hint = _("By the clock of the site, to the second; shoppers read when the next ones come.")
        yield section(self, _("Releases"), ["release_every", "release_leftovers", "releases"], hint=hint)

    def _check_validity(self, template: CouponTemplate, ends_at: Any) -> None:
        if template.current_revision is None:
            return
        try:
            check_claiming(
                template=template.current_revision, claiming=ClaimCampaignRevision(ends_at=ends_at), field="ends_at"
            )
        except Refusal as refusal:
            self.add_error("ends_at" if refusal.field not in self.fields else refusal.field, say(refusal))
