"""The form of a claim campaign: when, where, for whom and how many."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from campaigns.commands.drafting import Content
from campaigns.forms.inputs import Section, moment, section, text, whole_number
from coupons.forms.activity_form import ActivityForm
from coupons.forms.conditions import conditions_from, first_order_field, initial_conditions, levels_field
from coupons.models import ClaimCampaignRevision, CouponTemplate, Position
from coupons.validity import check_claiming
from pricing.engine.errors import Refusal
from pricing.wording import say


class ClaimCampaignForm(ActivityForm):
    """An activity with the places where coupons can be claimed, and who may."""

    COLUMNS = (*ActivityForm.COLUMNS, "positions", "total")
    KEPT_HELP = _("A claim campaign keeps its coupon.")

    name = text(_("Name"), longest=120, required=True, help_text=_("Shoppers read it above the claim button."))
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

    def initial_of(self, revision: Any, subject: Any) -> dict[str, Any]:
        return super().initial_of(revision, subject) | initial_conditions(revision.conditions)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("starts_at") and cleaned.get("ends_at") and (template := cleaned.get("template")):
            self._check_validity(template, cleaned["ends_at"])
        return cleaned

    def content(self) -> Content:
        """Return what the draft shall say."""
        said = super().content()
        kept = self.revision.conditions if self.revision else []
        conditions = conditions_from(self.cleaned_data, kept=kept)
        return Content(fields={**said.fields, "conditions": conditions}, rows=said.rows)

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which an activity is thought up."""
        yield section(self, _("Coupon"), ["template"], pairs=False)
        yield self.words_section(_("What shoppers read"))
        yield self.period_section()
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
