"""The message on start: where it is sent, and what it says in both languages."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldBooleanSwitchWidget

from campaigns.forms.inputs import long_text

REACH = ("reach_in_site", "reach_email", "reach_text", "reach_text_zh")


def _switch(label: str, help_text: str = "") -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=UnfoldBooleanSwitchWidget, help_text=help_text)


class ReachFields(forms.Form):
    """Off unless somebody switches it on."""

    reach_in_site = _switch(_("Message in the shop"))
    reach_email = _switch(_("E-mail"), _("To those who have given an address."))
    reach_text = long_text(_("Message"), help_text=_("The name of the campaign stands above it, a link to it below."))
    reach_text_zh = long_text(_("Chinese message"))
