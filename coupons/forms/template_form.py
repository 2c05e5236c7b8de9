"""One form for a coupon template: shared fields plus fields built from the rule's own parameters."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.admin import VERTICAL
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from campaigns.forms.aim import check_aim
from campaigns.forms.goods import LIST_PRICES, SkuListField, check_list_prices, chooser, list_price
from campaigns.forms.goods_of_rule import names_its_goods, nothing_chosen, without_choosers
from campaigns.forms.guards import risk_profile_field
from campaigns.forms.inputs import Section, answer, choice, long_text, moment, or_unlimited, section, text, whole_number
from campaigns.forms.rule_fields import FIELD_FOR_KIND, field_named, fields_of, params_from
from campaigns.models import RefundPolicy, ThresholdBasis
from coupons.face import face_cents_of
from coupons.forms.conditions import levels_field, new_or_old_field, threshold_field
from coupons.forms.issue_rules import audience_of_issue, channels_field, new_to_of_issue
from coupons.forms.template_content import ISSUE_AUDIENCE, PER_MINUTE, content_from, initial_from
from coupons.models import CouponTemplateRevision, Validity
from coupons.validity import check_days, last_day, period_of
from pricing.engine.errors import Refusal
from pricing.engine.layers import Layer
from pricing.engine.money import WHOLE_BP
from pricing.engine.params import params_of
from pricing.engine.registry import BENEFITS, load_benefit
from pricing.engine.rules import Benefit
from pricing.forms.fields import MoneyField, PercentField
from pricing.models import ProductKind, Shop
from pricing.wording import say

FIRST = ("amount_off", "percent_off", "free_shipping")
COUPON_LAYERS = frozenset({Layer.COUPON, Layer.SHIPPING})


def coupon_benefits() -> dict[str, type[Benefit]]:
    """Return the benefits that a coupon may have, the usual ones first: those whose parameters all have a field."""
    usable = {
        code: rule
        for code, rule in BENEFITS.items()
        if COUPON_LAYERS & rule.LAYERS and all(param.kind in FIELD_FOR_KIND for param in params_of(rule))
    }
    return {code: usable[code] for code in [*FIRST, *sorted(set(usable) - set(FIRST))] if code in usable}


class TemplateForm(forms.Form):
    """Everything that a template's revision says. `content()` is what drafting stores."""

    benefit: ClassVar[type[Benefit]]

    class Media:
        js: ClassVar[list[str]] = ["coupons/validity.js"]

    name = text(_("Name"), longest=120, required=True, help_text=_("Shoppers read it, for example “¥10 off ¥100”."))
    name_zh = text(_("Chinese name"), longest=120, help_text=_("For example “满100减10”."))
    badge = text(_("Badge"), longest=24, help_text=_("A few words on the ticket."))
    badge_zh = text(_("Chinese badge"), longest=24)
    description = long_text(_("How to use it"))
    description_zh = long_text(_("How to use it, in Chinese"))
    threshold_cents = threshold_field()
    threshold_on = choice(_("Threshold measured on"), ThresholdBasis.choices)
    levels = levels_field()
    new_or_old = new_or_old_field()
    validity = forms.ChoiceField(
        label=_("Validity"),
        choices=Validity.choices,
        initial=Validity.AFTER_CLAIM,
        widget=UnfoldAdminRadioSelectWidget(radio_style=VERTICAL),
    )
    valid_days = whole_number(
        _("Days"), help_text=_("Valid until the end of the N-th calendar day after the claim."), most=3650
    )
    starts_after_days = whole_number(_("Starts after days"), help_text=_("0 or empty = at once."), least=0, most=3650)
    valid_from = moment(_("Valid from"), required=False)
    valid_until = moment(_("Valid until"), required=False, help_text=_("At this moment it has expired."))
    everything = forms.BooleanField(label=_("All products"), required=False, widget=UnfoldBooleanSwitchWidget)
    kinds = forms.MultipleChoiceField(
        label=_("Product kinds"),
        choices=ProductKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    sku_codes = SkuListField()
    least_list_cents = list_price(_("List price from"), _("Of one unit, before any reduction. Empty = any."))
    most_list_cents = list_price(_("List price up to"))
    with_shop_offers = answer(_("May it be combined with offers of the shops?"))
    with_platform_activities = answer(_("May it be combined with platform activities?"))
    with_coupons = answer(_("May it be combined with other coupons?"))
    exclusivity_group = text(
        _("Exclusivity group"), longest=40, help_text=_("Of all that share this word, an order gets only one.")
    )
    issue_total = whole_number(_("Number to issue"), most=2_000_000_000)
    issue_per_customer = or_unlimited(
        whole_number(_("Number per customer"), help_text=_("By every route together. Empty = unlimited."))
    )
    budget_cents = or_unlimited(
        MoneyField(
            label=_("Budget"),
            required=False,
            least_cents=1,
            help_text=_("Each coupon reserves its value when it is issued. Empty = unlimited."),
        )
    )
    most_per_minute = whole_number(
        _("Most coupons in a minute"), most=2_000_000_000, help_text=_("More pauses issuing. Empty = the site's limit.")
    )
    most_cents_per_minute = MoneyField(label=_("Most money in a minute"), required=False, least_cents=1)
    refund_policy = choice(_("When a part is sent back"), RefundPolicy.choices)
    risk_profile = risk_profile_field()
    issue_channels = channels_field()
    new_to = new_to_of_issue()
    audience = audience_of_issue()
    shop = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=Shop.objects.all(),
        required=False,
        empty_label=_("the platform"),
        widget=UnfoldAdminSelectWidget,
    )
    platform_share_bp = PercentField(
        label=_("Paid by the platform"),
        required=False,
        help_text=_("The shop pays the rest. Empty = the owner pays everything."),
    )
    priority = forms.IntegerField(
        label=_("Priority"),
        initial=0,
        min_value=-1000,
        max_value=1000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("The higher one is named first and wins a tie."),
    )

    def __init__(self, *args: Any, revision: CouponTemplateRevision | None = None, **kwargs: Any) -> None:
        initial = initial_from(revision) if revision else {}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.revision = revision
        self.fields |= _choosers()
        self.fields["sku_codes"].help_text = _("One code in a line, as copied from a table.")
        if names_its_goods(self.benefit):
            without_choosers(self)
        if revision:
            self.fields["shop"].disabled = True
            self.fields["shop"].help_text = _("The owner of a coupon does not change.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if names_its_goods(self.benefit):
            cleaned |= nothing_chosen() | {"threshold_on": ThresholdBasis.NET}
        check_list_prices(self, cleaned)
        self._check_validity(cleaned)
        self._check_money(cleaned)
        check_aim(self, cleaned)
        # A field that is wrong by itself has its complaint already.
        if not any(name in self.errors for name in fields_of(self.benefit)):
            self._check_rule(cleaned)
        return cleaned

    def content(self) -> Any:
        """Return what the draft shall say."""
        return content_from(self.cleaned_data, self.benefit, revision=self.revision)

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which a coupon is thought up."""
        zone = gettext("All times are in the site's time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}
        names = ["name", "name_zh", "badge", "badge_zh", "description", "description_zh"]
        yield section(self, _("What shoppers read"), names)
        yield section(self, _("Value"), [*fields_of(self.benefit), "threshold_cents", "threshold_on"])
        names = ["validity", "valid_days", "starts_after_days", "valid_from", "valid_until"]
        yield section(self, _("Validity"), names, hint=self._example(zone))
        names = ["everything", "kinds", "shops", "categories", "products", "skus", *LIST_PRICES, "sku_codes"]
        yield section(self, _("Products"), names)
        names = ["excluded_categories", "excluded_products", "excluded_skus"]
        yield section(self, _("Left out"), names, hint=_("These never take part, whatever is chosen above."))
        hint = _("Please answer all three: the shopper reads the answers, and nothing is assumed.")
        names = ["with_shop_offers", "with_platform_activities", "with_coupons", "exclusivity_group"]
        yield section(self, _("Combination with other promotions"), names, hint=hint)
        yield section(self, _("Who may use it"), ["levels", "new_or_old"])
        hint = _("These limits bind every way in which the coupon is given out.")
        names = ["issue_total", "issue_per_customer", "budget_cents", "face_cents", *PER_MINUTE, "refund_policy"]
        names.append("risk_profile")
        yield section(self, _("Issue and budget"), names, hint=hint)
        hint = _("Everyone, unless something is said here. An activity can only narrow it.")
        names = ["issue_channels", *ISSUE_AUDIENCE]
        yield section(self, _("How and to whom it is given out"), names, hint=hint, pairs=False)
        yield section(self, _("Owner"), ["shop", "platform_share_bp", "priority"])

    def _example(self, hint: str) -> str:
        """Return the hint with an example date beside it, asked for anew while somebody types."""
        return format_html(
            '{} <strong role="status" hx-get="{}" hx-include="#campaign_form [name^=valid], [name=starts_after_days]" '
            'hx-trigger="load, input from:#campaign_form delay:300ms"></strong>',
            hint,
            reverse("admin:coupons_coupontemplate_explain"),
        )

    def _check_validity(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("validity") == Validity.FIXED:
            for name in ("valid_from", "valid_until"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, gettext("Give both dates."))
            if (
                cleaned.get("valid_from")
                and cleaned.get("valid_until")
                and cleaned["valid_until"] <= cleaned["valid_from"]
            ):
                self.add_error("valid_until", gettext("The end must be later than the start."))
            return
        if "valid_days" in self.errors or "starts_after_days" in self.errors:
            return
        try:
            check_days(valid_days=cleaned.get("valid_days"), starts_after_days=cleaned.get("starts_after_days") or 0)
        except Refusal as refusal:
            self.add_error(refusal.field, say(refusal))

    def _check_money(self, cleaned: dict[str, Any]) -> None:
        share_bp = cleaned.get("platform_share_bp")
        if cleaned.get("shop") is None and share_bp not in (None, WHOLE_BP) and "platform_share_bp" not in self.errors:
            self.add_error("platform_share_bp", gettext("What the platform offers, the platform pays in full."))

    def _check_rule(self, cleaned: dict[str, Any]) -> None:
        try:
            rule = load_benefit(self.benefit.CODE, params_from(self.benefit, cleaned))
        except Refusal as refusal:
            self.add_error(field_named(refusal.field, self.fields), say(refusal))
            return
        threshold_cents, face_cents = cleaned.get("threshold_cents"), face_cents_of(rule)
        if cleaned.get("budget_cents") and face_cents is None and not cleaned.get("face_cents"):
            self.add_error("face_cents", gettext("Say what one coupon is expected to cost: the budget needs it."))
        if threshold_cents and (cleaned.get("rule_off_cents") or 0) > threshold_cents:
            self.add_error("threshold_cents", gettext("The coupon is worth more than the amount it asks for."))


def explained(cleaned: Mapping[str, Any], *, at: datetime) -> str:
    """Say with an example date how long a coupon would last; empty while the form does not tell."""
    columns = ("validity", "valid_from", "valid_until", "valid_days")
    revision = CouponTemplateRevision(
        **{name: cleaned.get(name) for name in columns}, starts_after_days=cleaned.get("starts_after_days") or 0
    )
    fixed = revision.validity == Validity.FIXED
    if (fixed and not (revision.valid_from and revision.valid_until)) or (not fixed and not revision.valid_days):
        return ""
    starts_at, ends_at = period_of(revision, at=at)
    days = {
        "claimed": date_format(last_day(at)),
        "last": date_format(last_day(ends_at)),
        "first": date_format(last_day(starts_at)),
    }
    if starts_at > at:
        return gettext("Claimed today (%(claimed)s) → valid from %(first)s through %(last)s.") % days
    return gettext("Claimed today (%(claimed)s) → valid through %(last)s.") % days


def template_form_for(code: str) -> type[TemplateForm]:
    """Return the form of the coupons with this benefit; its rule fields come from the rule's parameters."""
    rule = coupon_benefits()[code]
    fields = fields_of(rule)
    if any(name.endswith("tiers") for name in fields):
        fields["threshold_cents"] = None  # each tier has its own
    if names_its_goods(rule):
        fields |= {"threshold_cents": None, "threshold_on": None}  # it would count the named goods alone
    on_fees = Layer.SHIPPING in rule.LAYERS  # the fee is known with the order only
    if names_its_goods(rule) or on_fees or any(name.endswith(("_bp", "tiers")) for name in fields):
        fields["face_cents"] = MoneyField(
            label=_("Expected cost of one coupon"),
            required=False,
            least_cents=1,
            help_text=_("What each one reserves of the budget. Empty = its cap, where it has one."),
        )
    return type("TemplateForm", (TemplateForm,), {"benefit": rule, **fields})


def _choosers() -> dict[str, forms.Field]:
    """The choosers ask the back office for its addresses, so they are built with each form."""
    return {
        "shops": chooser("shop", _("Shops")),
        "categories": chooser("category", _("Categories"), _("With everything below them.")),
        "products": chooser("product", _("Products")),
        "skus": chooser("sku", _("SKUs"), _("Type a code or a name.")),
        "excluded_categories": chooser("category", _("Categories")),
        "excluded_products": chooser("product", _("Products")),
        "excluded_skus": chooser("sku", _("SKUs")),
    }
