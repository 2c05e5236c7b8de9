"""The form of a claim campaign: when, where, for whom and how many."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from campaigns.commands.drafting import Content
from campaigns.forms.inputs import Section, long_text, moment, section, text, whole_number
from coupons.forms.conditions import conditions_from, first_order_field, initial_conditions, levels_field
from coupons.lifecycle import ReviewedState
from coupons.models import ClaimCampaignRevision, CouponTemplate, Position
from coupons.validity import check_claiming
from pricing.engine.errors import Refusal
from pricing.wording import say

COLUMNS = (
    "name", "name_zh", "description", "description_zh", "starts_at", "ends_at", "positions", "total", "per_customer",
)  # fmt: skip


class ClaimCampaignForm(forms.Form):
    """Everything that a claim campaign's revision says. `content()` is what drafting stores."""

    template = forms.ModelChoiceField(
        label=_("Coupon"),
        queryset=CouponTemplate.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Approved coupon templates."),
    )
    name = text(_("Name"), longest=120, required=True, help_text=_("Shoppers read it above the claim button."))
    name_zh = text(_("Chinese name"), longest=120)
    description = long_text(_("Description"))
    description_zh = long_text(_("Chinese description"))
    starts_at = moment(_("Claiming starts at"))
    ends_at = moment(_("Claiming ends at"), help_text=_("At this moment it is over."))
    positions = forms.MultipleChoiceField(
        label=_("Where it can be claimed"),
        choices=Position.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    levels = levels_field()
    first_order = first_order_field()
    total = whole_number(
        _("Number to hand out"), help_text=_("Empty = as many as the coupon template allows."), most=2_000_000_000
    )
    per_customer = whole_number(_("Per customer"), help_text=_("How many one customer may claim here."), most=1000)

    def __init__(self, *args: Any, revision: ClaimCampaignRevision | None = None, **kwargs: Any) -> None:
        initial = {"per_customer": 1}
        if revision:
            initial = {name: getattr(revision, name) for name in COLUMNS} | initial_conditions(revision.conditions)
            initial["template"] = revision.claim_campaign.template_id
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.revision = revision
        chosen = self.fields["template"]
        chosen.queryset = CouponTemplate.objects.filter(state=ReviewedState.APPROVED)
        if revision:
            chosen.disabled = True
            chosen.queryset = CouponTemplate.objects.filter(pk=revision.claim_campaign.template_id)
            chosen.help_text = _("A claim campaign keeps its coupon.")

    def clean_per_customer(self) -> int:
        return self.cleaned_data["per_customer"] or 1

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if not starts_at or not ends_at:
            return cleaned
        if ends_at <= starts_at:
            self.add_error("ends_at", gettext("The end must be later than the start."))
        elif template := cleaned.get("template"):
            self._check_validity(template, ends_at)
        return cleaned

    def content(self) -> Content:
        """Return what the draft shall say."""
        fields = {name: self.cleaned_data[name] for name in COLUMNS}
        kept = self.revision.conditions if self.revision else []
        return Content(fields=fields | {"conditions": conditions_from(self.cleaned_data, kept=kept)}, rows={})

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which an activity is thought up."""
        zone = gettext("All times are in the site's time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}
        yield section(self, _("Coupon"), ["template"], pairs=False)
        yield section(self, _("What shoppers read"), ["name", "name_zh", "description", "description_zh"])
        yield section(self, _("Period"), ["starts_at", "ends_at"], hint=zone)
        yield section(self, _("Places"), ["positions"], pairs=False)
        yield section(self, _("Who may claim it"), ["levels", "first_order"])
        hint = _("The limits of the coupon template hold as well.")
        yield section(self, _("How many"), ["total", "per_customer"], hint=hint)

    def _check_validity(self, template: CouponTemplate, ends_at: Any) -> None:
        if template.current_revision is None:
            return
        try:
            check_claiming(
                template=template.current_revision, claiming=ClaimCampaignRevision(ends_at=ends_at), field="ends_at"
            )
        except Refusal as refusal:
            self.add_error("ends_at" if refusal.field not in self.fields else refusal.field, say(refusal))
