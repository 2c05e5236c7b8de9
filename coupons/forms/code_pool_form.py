"""The form of a code pool: which coupon, what kind of code, when and how many."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.commands.drafting import Content
from campaigns.forms.inputs import Section, choice, long_text, moment, section, text, whole_number
from coupons.commands.code_pools import MOST_CODES
from coupons.lifecycle import ReviewedState
from coupons.models import CodeKind, CodePoolRevision, CouponTemplate

COLUMNS = (
    "name", "name_zh", "description", "description_zh", "starts_at", "ends_at", "count", "prefix", "shared_code",
    "per_customer",
)  # fmt: skip
PLAIN = RegexValidator(r"^[0-9A-Za-z]*\Z", _("Letters A to Z and digits only."))


class CodePoolForm(forms.Form):
    """Everything that a pool's revision says. `content()` is what drafting stores."""

    template = forms.ModelChoiceField(
        label=_("Coupon"),
        queryset=CouponTemplate.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Approved coupon templates."),
    )
    kind = choice(_("Kind of code"), CodeKind.choices)
    name = text(_("Name"), longest=120, required=True, help_text=_("What the codes are printed on or sent with."))
    name_zh = text(_("Chinese name"), longest=120)
    description = long_text(_("Description"))
    description_zh = long_text(_("Chinese description"))
    starts_at = moment(_("Redeeming starts at"))
    ends_at = moment(_("Redeeming ends at"), help_text=_("At this moment it is over."))
    count = whole_number(
        _("Number"),
        help_text=_("How many codes are made; of one code for everybody, how often it can be redeemed."),
        most=MOST_CODES,
    )
    prefix = text(_("Prefix"), longest=8, help_text=_("Begins every single-use code, for example TEA. May be empty."))
    shared_code = text(
        _("Code"), longest=32, help_text=_("For everybody, for example TEA2026. Spaces and hyphens do not count.")
    )
    per_customer = whole_number(_("Per customer"), help_text=_("How many one customer may redeem here."), most=1000)

    def __init__(self, *args: Any, revision: CodePoolRevision | None = None, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"per_customer": 1}
        if revision:
            pool = revision.code_pool
            initial = {name: getattr(revision, name) for name in COLUMNS}
            initial |= {"template": pool.template_id, "kind": pool.kind}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        chosen = self.fields["template"]
        chosen.queryset = CouponTemplate.objects.filter(state=ReviewedState.APPROVED)
        self.fields["prefix"].validators.append(PLAIN)
        if revision:
            chosen.queryset = CouponTemplate.objects.filter(pk=revision.code_pool.template_id)
            for name in ("template", "kind"):
                self.fields[name].disabled = True
                self.fields[name].help_text = _("A code pool keeps its coupon and its kind.")

    def clean_per_customer(self) -> int:
        return self.cleaned_data["per_customer"] or 1

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", gettext("The end must be later than the start."))
        if cleaned.get("kind") == CodeKind.SHARED:
            cleaned["prefix"] = ""
        else:
            cleaned["shared_code"] = ""
        return cleaned

    def content(self) -> Content:
        """Return what the draft shall say."""
        return Content(fields={name: self.cleaned_data[name] for name in COLUMNS}, rows={})

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which an activity is thought up."""
        zone = gettext("All times are in the site's time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}
        yield section(self, _("Coupon"), ["template", "kind"])
        yield section(self, _("Codes"), ["count", "per_customer", "prefix", "shared_code"])
        yield section(self, _("Period"), ["starts_at", "ends_at"], hint=zone)
        yield section(self, _("What it is called"), ["name", "name_zh", "description", "description_zh"])
