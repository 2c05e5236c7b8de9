"""The form of a lottery: the prizes with their odds, how often one draws, what is guaranteed, and when."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget

from campaigns.commands.drafting import Content
from campaigns.forms.aim import AIM, check_aim, initial_aim
from campaigns.forms.inputs import Section, moment, section, text, whole_number
from coupons.forms.activity_form import PERIOD, WORDS, ActivityForm, chosen_key
from coupons.forms.audience_fields import AudienceFields, said_audience
from coupons.forms.prizes import LIMITS, PrizeChoiceField, PrizesField, check_prize, prize_templates
from coupons.models import CouponTemplate
from pricing.forms.fields import MoneyField

MOST_DRAWS = 1000


class LotteryForm(AudienceFields, ActivityForm):
    """An activity with prizes of several templates instead of one."""

    DRAWS = ("per_day", "per_customer", "order_from_cents", "draws_per_order")
    COLUMNS = (*WORDS, *PERIOD, *DRAWS, "fallback_after", "expected_draws", "risk_profile")
    KEPT = ()

    template = None  # type: ignore[assignment]
    name = text(_("Name"), longest=120, required=True, help_text=_("Shoppers read it above the draw button."))
    starts_at = moment(_("Drawing starts at"))
    ends_at = moment(
        _("Drawing ends at"), help_text=_("At this moment it is over; a minute later the seed is published.")
    )
    prizes = PrizesField(label=_("Prizes"), required=False)
    fallback = PrizeChoiceField(
        label=_("Guaranteed coupon"),
        queryset=CouponTemplate.objects.none(),
        required=False,
        empty_label=_("none"),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Given in place of a prize that has run out, and after so many draws without a prize."),
    )
    fallback_after = whole_number(
        _("Guaranteed with draw"),
        help_text=_("3 = the third draw in a row without a prize. Empty = only in place of prizes that are gone."),
        most=MOST_DRAWS,
    )
    per_day = whole_number(
        _("Free draws a day"), help_text=_("For each customer. Empty = no limit a day."), least=0, most=MOST_DRAWS
    )
    per_customer = whole_number(
        _("Free draws in all"),
        help_text=_("For each customer. Empty = as many as the days give."),
        least=0,
        most=30_000,
    )
    order_from_cents = MoneyField(
        label=_("Paid orders from"),
        required=False,
        help_text=_("Each paid order of so much earns draws. Empty = orders earn none; 0 = every order."),
    )
    draws_per_order = whole_number(_("Draws for such an order"), help_text=_("On top of the free ones."), most=100)
    expected_draws = whole_number(
        _("Expected draws"),
        help_text=_("Of all customers together: the approver sees what they are expected to cost."),
        most=2_000_000_000,
    )

    def __init__(self, *args: Any, revision: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, revision=revision, **kwargs)
        chosen = chosen_key(self, "fallback")
        self.fields["fallback"].queryset = prize_templates([chosen] if chosen else [])

    def initial_of_new(self) -> dict[str, Any]:
        return {"per_day": 1, "draws_per_order": 1}

    def initial_of(self, revision: Any, subject: Any) -> dict[str, Any]:
        rows = list(revision.prizes.order_by("position").values("template_id", "is_fallback", "odds_ppm", *LIMITS))
        fallback = next((row["template_id"] for row in rows if row["is_fallback"]), None)
        prizes = [row for row in rows if not row["is_fallback"]]
        said = super().initial_of(revision, subject) | initial_aim(revision)
        return said | {"prizes": prizes, "fallback": fallback}

    def clean_fallback(self) -> CouponTemplate | None:
        if fallback := self.cleaned_data["fallback"]:
            check_prize(fallback)
        return fallback

    def clean_per_customer(self) -> int | None:
        """Empty is no limit here, not one."""
        return self.cleaned_data["per_customer"]

    def clean_draws_per_order(self) -> int:
        return self.cleaned_data["draws_per_order"] or 1

    def clean_expected_draws(self) -> int:
        if not self.cleaned_data["expected_draws"]:
            raise forms.ValidationError(gettext("Say how many draws you expect."))
        return self.cleaned_data["expected_draws"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        check_aim(self, cleaned)
        fallback = cleaned.get("fallback")
        if fallback and fallback in [prize["template"] for prize in cleaned.get("prizes") or []]:
            self.add_error("fallback", gettext("This coupon is a prize: choose another one to be guaranteed."))
        if cleaned.get("fallback_after") and not fallback and "fallback" not in self.errors:
            self.add_error("fallback", gettext("Choose the coupon that is guaranteed."))
        return cleaned

    def content(self) -> Content:
        said = super().content()
        rows = [*self.cleaned_data["prizes"]]
        if fallback := self.cleaned_data["fallback"]:
            rows.append({"template": fallback, "is_fallback": True})
        prizes = [{**row, "position": position} for position, row in enumerate(rows, start=1)]
        return Content(fields={**said.fields, **said_audience(self.cleaned_data)}, rows={"prizes": prizes})

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which a lottery is thought up."""
        hint = _("Odds in percent, up to four decimals; shoppers read them as they are typed. The rest is no prize.")
        yield section(self, _("Prizes"), ["prizes"], hint=hint, pairs=False)
        yield section(self, _("Guaranteed"), ["fallback", "fallback_after"])
        yield section(self, _("How often"), self.DRAWS)
        yield self.period_section()
        everyone = _("Everyone, unless something is said here. Shoppers are told whom it is for.")
        yield section(self, _("Who may draw"), AIM, hint=everyone, pairs=False)
        yield self.words_section(_("What shoppers read"))
        yield section(self, _("What is expected"), ["expected_draws", "risk_profile"])
