"""Shape of a segment: its names and its conditions, which never lead back to itself."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from campaigns.audience.conditions import WrongAudience
from campaigns.audience.tree import load_tree
from campaigns.forms.audience import AudienceField
from campaigns.models import Segment
from campaigns.selectors.segments import check_no_circle
from pricing.wording import say


class SegmentForm(forms.ModelForm):
    tree = AudienceField(label=_("Customers for whom"))

    class Meta:
        model = Segment
        fields: ClassVar[list[str]] = ["name", "name_zh", "meaning", "tree"]
        widgets: ClassVar[dict[str, Any]] = {
            "name": UnfoldAdminTextInputWidget,
            "name_zh": UnfoldAdminTextInputWidget,
            "meaning": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }

    def clean_tree(self) -> dict[str, Any]:
        tree = self.cleaned_data["tree"]
        try:
            check_no_circle(load_tree(tree), segment=self.instance if self.instance.pk else None)
        except WrongAudience as refusal:
            raise forms.ValidationError(say(refusal)) from None
        return tree
