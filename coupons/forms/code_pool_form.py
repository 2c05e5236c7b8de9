"""The form of a code pool: which coupon, what kind of code, when and how many."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from campaigns.forms.inputs import Section, choice, moment, section, text, whole_number
from coupons.commands.code_pools import MOST_CODES
from coupons.forms.activity_form import ActivityForm
from coupons.models import CodeKind, IssueChannel

PLAIN = RegexValidator(r"^[0-9A-Za-z]*\Z", _("Letters A to Z and digits only."))


class CodePoolForm(ActivityForm):
    """An activity with the kind of its codes and how many there are."""

    class Media:
        js: ClassVar[list[str]] = ["coupons/codes.js"]

    CHANNEL = IssueChannel.CODE
    COLUMNS = (*ActivityForm.COLUMNS, "count", "prefix", "shared_code")
    KEPT = (*ActivityForm.KEPT, "kind")
    KEPT_HELP = _("A code pool keeps its coupon and its kind.")

    kind = choice(_("Kind of code"), CodeKind.choices)
    name = text(_("Name"), longest=120, required=True, help_text=_("What the codes are printed on or sent with."))
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["prefix"].validators.append(PLAIN)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        cleaned["prefix" if cleaned.get("kind") == CodeKind.SHARED else "shared_code"] = ""
        return cleaned

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which an activity is thought up."""
        yield section(self, _("Coupon"), ["template", "kind"])
        yield section(self, _("Codes"), ["count", "per_customer", "prefix", "shared_code", "risk_profile"])
        yield self.period_section()
        yield self.words_section(_("What it is called"))
