"""How far back a profile is tried."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from coupons.risk.signals import LONGEST_WINDOW_DAYS


class TrialForm(forms.Form):
    days = forms.IntegerField(
        label=_("Days back"),
        min_value=1,
        max_value=LONGEST_WINDOW_DAYS,
        initial=30,
        widget=UnfoldAdminIntegerFieldWidget,
    )
