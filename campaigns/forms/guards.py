"""What watches over a campaign while it runs: limits of loss, price and speed, and what happens beyond them."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldBooleanSwitchWidget

from campaigns.sources import ask
from pricing.forms.fields import MoneyField, PercentField

GUARDS = (
    "guards_cost", "loss_limit_cents", "lowest_share_bp", "hourly_limit_cents", "guard_pauses", "risk_profile",
)  # fmt: skip


def risk_profile_field() -> forms.ChoiceField:
    """Return the choice of a risk profile; deep cuts and high values need one."""
    return forms.ChoiceField(
        label=_("Risk profile"),
        choices=lambda: [("", _("none")), *ask("risk_profiles", default=[])],
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("It judges who gets this. Above the limits of high value there must be one."),
    )


class GuardFields(forms.Form):
    """Prices below cost are watched unless somebody switches it off; everything else only where it is set."""

    stays_ended = forms.BooleanField(
        label=_("Sold out for good"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Once nothing is left it stays ended; otherwise it goes on when pieces or budget come back."),
    )
    guards_cost = forms.BooleanField(
        label=_("Watch for prices below cost"), required=False, initial=True, widget=UnfoldBooleanSwitchWidget
    )
    loss_limit_cents = MoneyField(
        label=_("Loss limit"), required=False, least_cents=1, help_text=_("What may be lost by sales below cost.")
    )
    lowest_share_bp = PercentField(
        label=_("Lowest price in percent of the list price"),
        required=False,
        help_text=_("A unit sold for less is taken for a mistake, for example 20."),
    )
    hourly_limit_cents = MoneyField(
        label=_("Most discount within an hour"), required=False, least_cents=1, help_text=_("Empty = any.")
    )
    guard_pauses = forms.BooleanField(
        label=_("Interrupt at once"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Beyond a limit it is paused, and a second person confirms or reverts that."),
    )
    risk_profile = risk_profile_field()

    def clean_lowest_share_bp(self) -> int | None:
        """Nothing is sold below nothing: 0 means that nobody looks."""
        return self.cleaned_data["lowest_share_bp"] or None
