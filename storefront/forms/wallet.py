"""Filters of a wallet: what is not understood is left out."""

from django import forms

from coupons.selectors.drawers import DRAWERS, SORTS
from storefront.forms.words import WordsField, is_cut
from storefront.selectors.wallet_view import Wanted


class WalletForm(forms.Form):
    """Drawer, words, order and page."""

    show = forms.ChoiceField(required=False, choices=[(name, name) for name in DRAWERS])
    q = WordsField()
    soon = forms.BooleanField(required=False)
    sort = forms.ChoiceField(required=False, choices=[(sort, sort) for sort in SORTS])
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def wanted(self) -> Wanted:
        """Return what was understood."""
        self.is_valid()
        known = self.cleaned_data
        drawer = known.get("show") or "unused"
        return Wanted(
            drawer=drawer,
            words=known.get("q", ""),
            is_cut=is_cut(self),
            soon=known.get("soon", False) and drawer == "unused",
            sort=known.get("sort", ""),
            page=known.get("page") or 1,
        )
