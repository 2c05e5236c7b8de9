"""Filters of a shelf: what is not understood is left out, a shelf refuses nobody."""

from django import forms

from storefront.forms.words import WordsField, is_cut

SORTS = ("", "price", "-price", "new")


class ShelfForm(forms.Form):
    """Words, category, order and page of a list of products."""

    q = WordsField()
    category = forms.SlugField(required=False, max_length=64)
    sort = forms.ChoiceField(required=False, choices=[(sort, sort) for sort in SORTS])
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def filters(self) -> dict[str, str | int]:
        """Return what was understood; `is_cut`: the words go on."""
        self.is_valid()
        known = self.cleaned_data
        return {
            "q": known.get("q", ""),
            "is_cut": is_cut(self),
            "category": known.get("category", ""),
            "sort": known.get("sort", ""),
            "page": known.get("page") or 1,
        }
