"""Shape of signing in and signing up."""

from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.forms import AuthenticationForm, BaseUserCreationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password."""


class SignUpForm(BaseUserCreationForm):
    """A new login, and how the customer wants to be called."""

    called = forms.CharField(
        label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    class Meta:
        model = get_user_model()
        fields = ("username",)
