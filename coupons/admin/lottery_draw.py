"""Draws of lotteries: looked up, never edited; each with all that is needed to check it."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from campaigns.admin.facts import moment
from coupons.admin.coupon import InForceFilter, OnlyLookedAt
from coupons.drawing import message_of
from coupons.models import LotteryDraw, LotteryPrize

RELATED = (
    "lottery__current_revision",
    "customer",
    "revision",
    "drawn__template__current_revision",
    "given__template__current_revision",
    "coupon__revision",
)


@admin.register(LotteryDraw)
class LotteryDrawAdmin(OnlyLookedAt, ModelAdmin):
    list_display = ["when", "lottery", "customer", "seq", "number_shown", "drawn_shown", "given_shown", "why"]
    list_filter = [("lottery", InForceFilter)]
    list_filter_submit = True
    list_select_related = RELATED
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["customer__code", "customer__name"]
    search_help_text = _("Customer number or name.")
    ordering = ["-pk"]
    fields = [
        ("lottery", "version"),
        ("customer", "seq"),
        ("number_shown", "text_to_check"),
        ("drawn_shown", "given_shown"),
        ("coupon", "why"),
        ("order_key", "when"),
    ]
    readonly_fields = ["version", "number_shown", "text_to_check", "drawn_shown", "given_shown", "why", "when"]

    @admin.display(description=_("at"), ordering="pk")
    def when(self, draw: LotteryDraw) -> str:
        return moment(draw.at)

    @admin.display(description=_("revision"))
    def version(self, draw: LotteryDraw) -> str:
        return str(draw.revision.number)

    @admin.display(description=_("number drawn"))
    def number_shown(self, draw: LotteryDraw) -> str:
        return draw.number_text

    @admin.display(description=_("Text to check it"))
    def text_to_check(self, draw: LotteryDraw) -> str:
        return message_of(lottery=draw.lottery_id, customer=draw.customer_id, seq=draw.seq)

    @admin.display(description=_("drawn"))
    def drawn_shown(self, draw: LotteryDraw) -> str:
        return _name(draw.drawn)

    @admin.display(description=_("given"))
    def given_shown(self, draw: LotteryDraw) -> str:
        return _name(draw.given)

    @admin.display(description=_("reasons"))
    def why(self, draw: LotteryDraw) -> str:
        return " ".join(draw.reason_texts)


def _name(prize: LotteryPrize | None) -> str:
    return str(prize.template) if prize else str(_("No prize"))
