"""The screens of lotteries: what is drawn and given, prize by prize, and every single draw."""

from collections.abc import Collection
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaigns.admin.acts import Standing
from campaigns.admin.audience_shown import audience_shown
from campaigns.admin.reviewed import draft_key
from campaigns.admin.stakes import Stake, stakes_shown
from coupons.admin.activity import ActivityAdmin
from coupons.admin.columns import latest_of
from coupons.admin.lottery_facts import expected_text, lottery_facts
from coupons.commands.lotteries import LOTTERY_REVIEW, create_lottery
from coupons.drawing import PARTS
from coupons.forms.lottery_form import LotteryForm
from coupons.models import CouponTemplate, Lottery, LotteryRevision
from coupons.selectors.lotteries import Drawn, PrizeFigures, drawn_in, prize_figures, public_seed
from pricing.wording import money_text, odds_text


@admin.register(Lottery)
class LotteryAdmin(ActivityAdmin):
    review = LOTTERY_REVIEW
    form_class = LotteryForm
    facts = staticmethod(lottery_facts)
    related = ()
    list_display = ["title", "period", "standing", "prizes", "draws", "given"]

    def figures_of(self, ids: Collection[int]) -> dict[int, Drawn]:
        return drawn_in(ids)

    def facts_and_figures(self, standing: Standing, shown: Any, figures: Drawn) -> list[tuple[Any, Any]]:
        return [(_("draws"), f"{figures.draws:,}"), (_("coupons won"), f"{figures.given:,}")]

    def coupons_of(self, shown: LotteryRevision) -> list[CouponTemplate]:
        prizes = shown.prizes.select_related("template__current_revision").order_by("position")
        return list({prize.template_id: prize.template for prize in prizes}.values())

    def is_halted(self, activity: Lottery) -> bool:
        """A lottery goes on without one of its coupons: another takes its place, or the draw gives nothing."""
        return False

    def page_extras(self, standing: Standing, shown: Any) -> dict[str, Any]:
        """Add what the draws are expected to cost for who decides, and the figures of each prize."""
        extras = super().page_extras(standing, shown)
        extras |= audience_shown(shown, shop=None, at=timezone.now())
        lottery = standing.subject
        extras["stakes"] = [*stakes_shown(self.review, shown), _expected_cost(shown)]
        if lottery.current_revision_id:
            extras["lottery"] = lottery
            extras["seed"] = public_seed(lottery, now=timezone.now())
            extras["prize_figures"] = [_said(row) for row in prize_figures(lottery.current_revision)]
        return extras

    @admin.display(description=_("prizes"))
    def prizes(self, lottery: Lottery) -> str:
        return str(latest_of(lottery).prizes.count())

    @admin.display(description=_("draws"))
    def draws(self, lottery: Lottery) -> str:
        return f"{lottery.figures.draws:,}"

    @admin.display(description=_("coupons won"))
    def given(self, lottery: Lottery) -> str:
        return f"{lottery.figures.given:,}"

    def create(self, request: HttpRequest, form: Any) -> Lottery:
        who_and_when = {"by": request.user, "at": timezone.now(), "key": draft_key(request)}
        return create_lottery(content=form.content(), **who_and_when)


def _expected_cost(revision: LotteryRevision) -> Stake:
    draws = {"draws": f"{revision.expected_draws:,}"}
    return Stake(gettext("Expected cost of %(draws)s draws") % draws, expected_text(revision))


def _said(row: PrizeFigures) -> dict[str, Any]:
    """Return the figures of a prize as the page shows them; the realised share beside the one that is expected."""
    is_fallback = bool(row.prize and row.prize.is_fallback)
    return {
        "name": str(row.prize.template) if row.prize else _("No prize"),
        "is_fallback": is_fallback,
        "odds": "" if is_fallback else odds_text(row.odds_ppm),
        "share": "" if is_fallback or not row.of else odds_text(round(row.drawn * PARTS / row.of)),
        "drawn": "" if is_fallback else f"{row.drawn:,}",
        "given": f"{row.given:,}" if row.prize else "",
        "left": _("unlimited") if row.left is None and row.prize else row.left,
        "expected": f"{row.expected.pieces:,} · {money_text(row.expected.cents)}" if row.expected else "",
    }
