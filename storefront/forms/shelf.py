"""Filters of a shelf: what is not understood is left out, a shelf refuses nobody."""

from django import forms

SORTS = ("", "price", "-price", "new")


class ShelfForm(forms.Form):
    """Words, category, order and page of a list of products."""

    q = forms.CharField(required=False, max_length=60)
    category = forms.SlugField(required=False, max_length=64)
    sort = forms.ChoiceField(required=False, choices=[(sort, sort) for sort in SORTS])
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def filters(self) -> dict[str, str | int]:
        """Return what was understood."""
        self.is_valid()
        known = self.cleaned_data
        return {
            "q": known.get("q", ""),
            "category": known.get("category", ""),
            "sort": known.get("sort", ""),
            "page": known.get("page") or 1,
        }
