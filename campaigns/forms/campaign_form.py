"""One form for a campaign: shared fields plus fields built from the rule's own parameters."""

from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanSwitchWidget,
)

from campaigns.forms.aim import AIM, audience_field, check_aim, frozen_field, new_to_field
from campaigns.forms.campaign_content import check_period, content_from, initial_from
from campaigns.forms.goods import LIST_PRICES, check_list_prices, chooser, list_price
from campaigns.forms.goods_of_rule import (
    check_sides,
    names_its_goods,
    nothing_chosen,
    with_table_only,
    without_choosers,
)
from campaigns.forms.guards import GUARDS, GuardFields
from campaigns.forms.inputs import Section, answer, choice, long_text, moment, or_unlimited, section, text, whole_number
from campaigns.forms.intervening import keep_or_bring_back
from campaigns.forms.places import PLACES, channels_field, place_conditions, regions_field, terminals_field
from campaigns.forms.reach import REACH, ReachFields
from campaigns.forms.rule_fields import field_named, fields_of, layers_of, params_from
from campaigns.forms.sku_table import SkuTableField, kept_list, prices_skus
from campaigns.forms.target import check_target, target
from campaigns.models import CampaignRevision, Goal, LimitIdentity, LimitPeriod, RefundPolicy
from pricing.engine.errors import Refusal
from pricing.engine.layers import Layer
from pricing.engine.money import WHOLE_BP
from pricing.engine.registry import BENEFITS, load_benefit
from pricing.engine.rules import Benefit
from pricing.forms.fields import MoneyField, PercentField
from pricing.models import ProductKind, Shop
from pricing.wording import say

LAYER_LABELS = {
    Layer.ITEM: _("each unit: the shopper sees the reduced price on the tag"),
    Layer.MULTI: _("several units of the chosen products together"),
    Layer.ORDER: _("all chosen products in the order together, once"),
    Layer.SHIPPING: _("the shipping fee"),
}


class CampaignForm(GuardFields, ReachFields):
    """Everything that a revision says. `content()` is what drafting stores."""

    benefit: ClassVar[type[Benefit]]
    side_template = "campaigns/admin/side.html"  # what stands beside the form and follows it

    class Media:
        js: ClassVar[list[str]] = ["campaigns/form.js"]

    name = text(_("Name"), longest=120, required=True, help_text=_("Shoppers read it, for example “¥50 off ¥300”."))
    name_zh = text(_("Chinese name"), longest=120, help_text=_("For example “满300减50”."))
    badge = text(_("Badge"), longest=24, help_text=_("A few words on the product picture."))
    badge_zh = text(_("Chinese badge"), longest=24)
    description = long_text(_("Description"))
    description_zh = long_text(_("Chinese description"))
    goal = choice(_("Goal"), Goal.choices, initial=Goal.BASKET_VALUE)
    goal_figure = target()
    priority = forms.IntegerField(
        label=_("Priority"),
        initial=0,
        min_value=-1000,
        max_value=1000,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=_("The higher one is named first and wins a tie."),
    )
    starts_at = moment(_("Starts at"), help_text=_("From this moment on, to the second."))
    ends_at = moment(_("Ends at"), help_text=_("At this moment it is over."))
    warm_up_at = moment(
        _("Announced from"), required=False, help_text=_("Empty = not announced. The price changes at the start only.")
    )
    everything = forms.BooleanField(label=_("All products"), required=False, widget=UnfoldBooleanSwitchWidget)
    kinds = forms.MultipleChoiceField(
        label=_("Product kinds"),
        choices=ProductKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    least_list_cents = list_price(_("List price from"), _("Of one unit, before any reduction. Empty = any."))
    most_list_cents = list_price(_("List price up to"))
    with_shop_offers = answer(_("May it be combined with offers of the shops?"))
    with_platform_activities = answer(_("May it be combined with platform activities?"))
    with_coupons = answer(_("May it be combined with coupons?"))
    new_to, audience, audience_frozen = new_to_field(), audience_field(), frozen_field()
    channels, terminals, regions = channels_field(), terminals_field(), regions_field()
    exclusivity_group = text(
        _("Exclusivity group"), longest=40, help_text=_("Of campaigns that share this word, an order gets only one.")
    )
    stock_units = whole_number(_("Activity stock, all SKUs together"))
    limit_units = whole_number(_("Pieces per shopper"))
    limit_orders = whole_number(_("Orders per shopper"))
    limit_period = choice(_("Limits count"), LimitPeriod.choices)
    limit_identity = choice(_("Limits ask for"), LimitIdentity.choices)
    budget_cents = or_unlimited(
        MoneyField(
            label=_("Budget"), required=False, least_cents=1, help_text=_("Cap on all discounts. Empty = unlimited.")
        )
    )
    # Refunds cannot price the goods kept again yet, so nobody is promised that.
    refund_policy = choice(_("When a part is sent back"), RefundPolicy.choices)
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

    def __init__(self, *args: Any, revision: CampaignRevision | None = None, **kwargs: Any) -> None:
        initial = initial_from(revision) if revision else {}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        self.stored_conditions = revision.conditions if revision else []
        self.subject_id = revision.campaign_id if revision else None
        self.fields["limit_identity"].required = False
        for name, field in self._choosers().items():
            self.fields[name] = field
        if prices_skus(self.benefit):
            with_table_only(self)
        # A list that is too long for the form stays as it is: it has a page of its own.
        self.kept_list = kept_list(revision)
        self.kept_revision_id = revision.pk if revision and self.kept_list else None
        if self.kept_list:
            for name in ("skus", "sku_codes", "excluded_skus"):
                self.fields.pop(name, None)
        if names_its_goods(self.benefit):
            without_choosers(self)
        if revision:
            self.fields["shop"].disabled = True
            self.fields["shop"].help_text = _("The owner of a campaign does not change.")
        keep_or_bring_back(self, revision)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if names_its_goods(self.benefit):
            cleaned |= nothing_chosen()
        if prices_skus(self.benefit):
            cleaned |= {"everything": False}
        if self.kept_list:
            cleaned |= {"skus": [], "sku_codes": {}, "excluded_skus": [], "keeps_list": True}
        check_period(self, cleaned)
        check_list_prices(self, cleaned)
        check_target(self, cleaned)
        check_aim(self, cleaned)
        cleaned["conditions"] = place_conditions(cleaned, kept=self.stored_conditions)
        self._check_funding(cleaned)
        # A field that is wrong by itself has its complaint already.
        if not any(name in self.errors for name in fields_of(self.benefit)):
            self._check_rule(cleaned)
        return cleaned

    def content(self) -> Any:
        """Return what the draft shall say."""
        return content_from(self.cleaned_data, self.benefit)

    @property
    def as_query(self) -> str:
        """What the views beside the form need to read it again."""
        found = {"kind": self.benefit.CODE} | ({"campaign": self.subject_id} if self.subject_id else {})
        return urlencode(found)

    def sections(self) -> Iterator[Section]:
        """Yield the parts of the page in the order in which a campaign is thought up."""
        rule = [*fields_of(self.benefit), "layer", "threshold_on"]
        yield section(self, _("Rule"), [name for name in rule if name in self.fields], pairs=False)
        names = ["everything", "kinds", "shops", "categories", "products", "skus", *LIST_PRICES, "sku_codes"]
        yield section(self, _("Products"), names)
        names = ["excluded_categories", "excluded_products", "excluded_skus", "keeps_withdrawn"]
        yield section(self, _("Left out"), names, hint=_("These never take part, whatever is chosen above."))
        hint = _("Everyone, unless something is said here. Shoppers are told whom it is for.")
        yield section(self, _("Audience"), AIM, hint=hint, pairs=False)
        yield section(self, _("Where it applies"), PLACES, hint=_("Everywhere, unless something is said here."))
        zone = gettext("All times are in the site's time zone: %(zone)s.") % {"zone": settings.TIME_ZONE}
        yield section(self, _("Period"), ["starts_at", "ends_at", "warm_up_at"], hint=zone)
        names = ["name", "name_zh", "badge", "badge_zh", "description", "description_zh"]
        yield section(self, _("What shoppers read"), names)
        names = ["with_shop_offers", "with_platform_activities", "with_coupons", "exclusivity_group"]
        hint = _("Please answer all three: the shopper reads the answers, and nothing is assumed.")
        yield section(self, _("Combination with other promotions"), names, hint=hint)
        names = ["stock_units", "budget_cents", "limit_units", "limit_orders", "limit_period", "limit_identity"]
        names += ["stays_ended", "refund_policy"]
        yield section(self, _("Stock, limits and budget"), names, hint=_("What is left empty is unlimited."))
        hint = _("Looked at every few seconds while it runs; approvers and the author are told once.")
        yield section(self, _("Guard"), GUARDS, hint=hint)
        hint = _("Sent once to everybody it is for, as soon as it runs; who has opted out or heard enough is left out.")
        yield section(self, _("Message on start"), REACH, hint=hint)
        names = ["goal", "goal_figure", "shop", "platform_share_bp", "priority"]
        yield section(self, _("Owner and purpose"), names)

    def _choosers(self) -> dict[str, forms.Field]:
        """The choosers ask the back office for its addresses, so they are built with each form."""
        return {
            "shops": chooser("shop", _("Shops")),
            "categories": chooser("category", _("Categories"), _("With everything below them.")),
            "products": chooser("product", _("Products")),
            "skus": chooser("sku", _("SKUs"), _("Type a code or a name.")),
            "sku_codes": SkuTableField(priced=prices_skus(self.benefit)),
            "excluded_categories": chooser("category", _("Categories")),
            "excluded_products": chooser("product", _("Products")),
            "excluded_skus": chooser("sku", _("SKUs")),
        }

    def _check_funding(self, cleaned: dict[str, Any]) -> None:
        share_bp = cleaned.get("platform_share_bp")
        if cleaned.get("shop") is None and share_bp not in (None, WHOLE_BP) and "platform_share_bp" not in self.errors:
            self.add_error("platform_share_bp", gettext("What the platform offers, the platform pays in full."))

    def _check_rule(self, cleaned: dict[str, Any]) -> None:
        try:
            rule = load_benefit(self.benefit.CODE, params_from(self.benefit, cleaned))
        except Refusal as refusal:
            self.add_error(field_named(refusal.field, self.fields), say(refusal))
        else:
            check_sides(self, rule, cleaned)


def campaign_form_for(code: str) -> type[CampaignForm]:
    """Return the form of the campaigns with this benefit; its rule fields come from the rule's parameters."""
    rule = BENEFITS[code]
    layers = layers_of(rule)
    fields: dict[str, forms.Field | None] = {**fields_of(rule)}
    if len(layers) > 1:
        fields["layer"] = choice(_("It reduces"), [(layer.value, LAYER_LABELS[layer]) for layer in layers])
    if Layer.ORDER in layers and any(name.endswith("tiers") for name in fields):
        bases = [("net", _("what the goods cost after earlier reductions")), ("list", _("their list price"))]
        fields["threshold_on"] = choice(_("Thresholds are measured on"), bases)
    if not rule.TAKES_LINES:  # nothing is sold at its price and nothing comes off, so these would count nothing
        fields |= dict.fromkeys(("stock_units", "limit_units", "budget_cents"))
    return type("CampaignForm", (CampaignForm,), {"benefit": rule, **fields})
