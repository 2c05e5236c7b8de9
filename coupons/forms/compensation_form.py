"""What a service agent fills in: the ticket, the coupon, why; and the limits that approvers set."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from campaigns.forms.inputs import long_text, text
from coupons.commands.compensating import LONGEST_TICKET
from coupons.face import worth_text
from coupons.lifecycle import ReviewedState
from coupons.models import CompensationLimit, CouponTemplate
from pricing.forms.fields import MoneyField


class FindForm(forms.Form):
    """Whom an agent means."""

    q = text(_("E-mail, phone, account name, customer number or order number"), longest=120)


class WorthField(forms.ModelChoiceField):
    """Coupons by name, with what one of them is worth."""

    def label_from_instance(self, template: CouponTemplate) -> str:
        return f"{template} · {worth_text(template.current_revision.face_cents)}"


class CompensationForm(forms.Form):
    """Ticket, coupon and reason; whom it is for stands on the page."""

    ticket = text(
        _("Ticket number"),
        longest=LONGEST_TICKET,
        required=True,
        help_text=_("Asked twice for one ticket, customer and coupon, there is one coupon."),
    )
    template = WorthField(label=_("Coupon"), queryset=CouponTemplate.objects.none(), widget=UnfoldAdminSelectWidget)
    reason = long_text(_("Reason"), help_text=_("What happened; it stays in the history."))

    def __init__(self, *args: Any, templates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates
        self.fields["reason"].required = True


class WorthsField(forms.ModelMultipleChoiceField):
    """Several coupons, each with what it is worth."""

    label_from_instance = WorthField.label_from_instance


class CompensationLimitForm(forms.ModelForm):
    """New limits; those in force stand in the fields to begin with."""

    templates = WorthsField(
        label=_("Coupons that service gives"),
        queryset=CouponTemplate.objects.none(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Approved coupon templates; service can give no others."),
    )
    cents_per_day = MoneyField(label=_("Worth per agent and day"))
    alone_up_to_cents = MoneyField(
        label=_("Alone up to"), help_text=_("A coupon worth more needs a second person. 0 = every one does.")
    )
    reason = long_text(_("Reason"), help_text=_("It stays in the history, and everybody whom it concerns is told."))

    class Meta:
        model = CompensationLimit
        fields = ["templates", "per_day", "cents_per_day", "alone_up_to_cents", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = CouponTemplate.objects.filter(state=ReviewedState.APPROVED, current_revision__isnull=False)
        self.fields["templates"].queryset = approved.select_related("current_revision").order_by("pk")
        self.fields["reason"].required = True

    def _save_m2m(self) -> None:
        """The command has stored the coupons with the row."""
