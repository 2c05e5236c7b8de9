"""How and to whom a template is given out at all: the inputs for its issue channels and its audience."""

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from campaigns.forms.aim import audience_field, new_to_field
from coupons.models import IssueChannel


def channels_field() -> forms.Field:
    return forms.MultipleChoiceField(
        label=_("Issue channels"),
        choices=IssueChannel.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("None ticked = every one. An activity of another kind is refused."),
    )


def new_to_of_issue() -> forms.Field:
    field = new_to_field()
    field.help_text = _("New = no paid order yet at the moment of issuing.")
    return field


def audience_of_issue() -> forms.Field:
    field = audience_field()
    field.help_text = _("Decided with each coupon that is given out. No condition = everyone.")
    return field
