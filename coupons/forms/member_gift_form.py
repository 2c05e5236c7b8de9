"""The form of a gift to members: which coupon, for which occasion, and when occasions count."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.forms.inputs import Section, choice, section
from campaigns.models import MemberLevel
from coupons.forms.activity_form import PERIOD, WORDS, ActivityForm
from coupons.models import IssueChannel, Occasion


class MemberGiftForm(ActivityForm):
    """Everything that a gift's revision says."""

    CHANNEL = IssueChannel.GIFT
    COLUMNS: ClassVar[tuple[str, ...]] = (*WORDS, *PERIOD, "level")
    KEPT: ClassVar[tuple[str, ...]] = ("template", "occasion")
    KEPT_HELP = _("A gift keeps its coupon and its occasion.")

    per_customer = None  # once for each occasion
    risk_profile = None  # its template has one, where the coupon is worth much
    occasion = choice(
        _("Occasion"),
        Occasion.choices,
        help_text=_("Born on 29 February, a customer gets it on 28 February in a year without that day."),
    )
    level = forms.ChoiceField(
        label=_("Member level"),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=_("For a rise: the level that is reached. Each level once for each customer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(row.code, row.local_name) for row in MemberLevel.objects.all()]
        self.fields["level"].choices = [("", gettext("none")), *levels]

    def initial_of_new(self) -> dict[str, Any]:
        return {}

    def clean_per_customer(self) -> int:
        return 1

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("occasion") != Occasion.LEVEL_UP:
            cleaned["level"] = ""
        elif not cleaned.get("level"):
            self.add_error("level", gettext("Say which level is reached."))
        return cleaned

    def sections(self) -> Iterator[Section]:
        yield section(self, _("Coupon"), ["template"], pairs=False)
        yield section(self, _("For what"), ["occasion", "level"])
        yield self.words_section(_("What shoppers read"))
        yield self.period_section()
