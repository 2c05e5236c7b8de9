"""Shape of a tag: what it means, and the rule that keeps it, if one does."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from campaigns.audience.conditions import WrongAudience
from campaigns.audience.tree import all_conditions, load_tree
from campaigns.forms.audience import AudienceField
from campaigns.models import Customer, MemberLevel, Tag
from campaigns.selectors.segments import check_no_circle, spelt_out
from pricing.wording import say


class TagForm(forms.ModelForm):
    rule = AudienceField(
        label=_("Set by rule: customers for whom"),
        required=False,
        help_text=_("No condition = set by hand, by import and by API. With a rule, nobody else sets the tag."),
    )

    class Meta:
        model = Tag
        fields: ClassVar[list[str]] = ["name", "name_zh", "code", "category", "meaning", "rule"]
        widgets: ClassVar[dict[str, Any]] = {
            "name": UnfoldAdminTextInputWidget,
            "name_zh": UnfoldAdminTextInputWidget,
            "code": UnfoldAdminTextInputWidget,
            "category": UnfoldAdminSelectWidget,
            "meaning": UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if "rule" in cleaned and "rule" not in self.errors:
            self._check_rule(load_tree(cleaned["rule"]), cleaned.get("code") or self.instance.code)
        return cleaned

    def _check_rule(self, tree: Any, code: str) -> None:
        try:
            check_no_circle(tree, tag=Tag(code=code, name=self.cleaned_data.get("name", code)))
            conditions = list(all_conditions(spelt_out(tree)))
        except WrongAudience as refusal:
            self.add_error("rule", say(refusal))
            return
        if tree and self.instance.pk and not self.instance.rule and self.instance.customers.exists():
            text = gettext("People carry this tag already, set by hand. Make another tag for the rule.")
            self.add_error("rule", text)
        if any(condition.DECIDED_AT_ORDER for condition in conditions):
            text = gettext("Who is new changes with each order, a tag follows later: use a segment for that.")
            self.add_error("rule", text)


class CustomerForm(forms.ModelForm):
    """A customer's row, and the tags that people keep."""

    kept_tags = forms.ModelMultipleChoiceField(
        label=_("Tags"),
        queryset=Tag.objects.filter(rule={}).select_related("category"),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Tags with a rule are not set by hand."),
    )

    class Meta:
        model = Customer
        fields: ClassVar[list[str]] = ["name", "level", "phone", "region", "birth_month", "birth_day"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "level" in self.fields:
            self.fields["level"] = self._level_field()
        if self.instance.pk and "kept_tags" in self.fields:
            self.fields["kept_tags"].initial = [row.tag_id for row in self.instance.tags.filter(tag__rule={})]

    def _level_field(self) -> forms.ChoiceField:
        """Only levels that exist can be chosen; one that came in by an import stays as it is until it is changed."""
        known = {row.code: row.local_name for row in MemberLevel.objects.all()}
        choices = {"": gettext("none")} | known
        choices.setdefault(self.instance.level, self.instance.level)
        return forms.ChoiceField(
            label=_("Member level"), choices=list(choices.items()), required=False, widget=UnfoldAdminSelectWidget
        )
