"""The form of a risk profile, and that of the limits above which one is needed."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from campaigns.commands.drafting import Content
from campaigns.forms.inputs import Section, long_text, section, text, whole_number
from coupons.forms.risk_rules import RulesField
from coupons.models import RiskLimit, RiskProfile, RiskProfileRevision
from pricing.forms.fields import MoneyField, PercentField

COLUMNS = ("name", "name_zh", "description", "description_zh", "hold_at", "block_at", "rules")
SLUG = RegexValidator(r"^[a-z0-9-]+\Z", _("Small letters a to z, digits and hyphens only."))


class RiskProfileForm(forms.Form):
    """Everything that a profile's revision says. `content()` is what drafting stores."""

    code = text(
        pgettext_lazy("risk profile", "Code"),
        longest=40,
        required=True,
        help_text=_("Activities name it so; it never changes."),
    )
    name = text(_("Name"), longest=120, required=True)
    name_zh = text(_("Chinese name"), longest=120)
    description = long_text(_("Description"))
    description_zh = long_text(_("Chinese description"))
    hold_at = whole_number(_("Held from this score"), help_text=_("Empty = never held by score."), most=100_000)
    block_at = whole_number(_("Refused from this score"), help_text=_("Empty = never refused by score."), most=100_000)
    rules = RulesField(label=_("Rules"), required=False)

    def __init__(
        self, *args: Any, revision: RiskProfileRevision | None = None, draft_key: Any = None, **kwargs: Any
    ) -> None:
        initial = (
            {name: getattr(revision, name) for name in COLUMNS} | {"code": revision.profile.code} if revision else {}
        )
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.draft_key = draft_key
        self.fields["code"].validators.append(SLUG)
        if revision:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        others = RiskProfile.objects.filter(code=code).exclude(draft_key=self.draft_key)
        if not self.fields["code"].disabled and others.exists():
            raise forms.ValidationError(gettext("Another profile has this code already. Choose another."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        hold_at, block_at = cleaned.get("hold_at"), cleaned.get("block_at")
        if hold_at and block_at and block_at <= hold_at:
            self.add_error("block_at", gettext("The score for refusing must be higher than the one for holding."))
        return cleaned

    def content(self) -> Content:
        """Return what the draft shall say."""
        return Content(fields={name: self.cleaned_data[name] for name in COLUMNS}, rows={})

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page: what it is, what it measures, what follows."""
        yield section(self, _("What it is called"), ["code", "name", "name_zh", "description", "description_zh"])
        yield section(self, _("Rules"), ["rules"], hint=_("All rules are asked; shoppers are told none of them."))
        hint = _("The points of all rules that apply add up. A rule may also hold or refuse by itself.")
        yield section(self, _("What follows from the score"), ["hold_at", "block_at"], hint=hint)


class RiskLimitForm(forms.ModelForm):
    """New limits of high value."""

    face_cents = MoneyField(
        label=_("Face value up to"),
        required=False,
        help_text=_("Of one coupon. Above it, templates and what hands them out need a risk profile. Empty = any."),
    )
    depth_bp = PercentField(
        label=_("Discount depth up to"),
        required=False,
        help_text=_("Of the list price of a cart, for coupons and campaigns alike. Empty = any."),
    )
    reason = long_text(_("Reason"), help_text=_("It stays in the history."))

    class Meta:
        model = RiskLimit
        fields = ["face_cents", "depth_bp", "reason"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = True
