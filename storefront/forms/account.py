"""Shape of signing in and signing up."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password."""


class BirthdayForm(forms.Form):
    """Month and day; the year is nobody's business."""

    month = forms.TypedChoiceField(label=_("Month"), coerce=int, choices=lambda: [("", "–"), *MONTHS.items()])
    day = forms.TypedChoiceField(label=_("Day"), coerce=int, choices=[("", "–"), *((day, day) for day in range(1, 32))])


class SignUpForm(BaseUserCreationForm):
    """A new login, and how the customer wants to be called."""

    called = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    class Meta:
        model = get_user_model()
        fields = ("username",)
