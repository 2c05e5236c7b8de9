"""A lottery as labelled texts: for its page, and for what an approver sees changed."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from campaigns.admin.facts import Fact, moment, risk_fact
from campaigns.audience_wording import audience_words, membership_words
from coupons.admin.facts import rule_text
from coupons.drawing import rest_ppm
from coupons.models import LotteryPrize, LotteryRevision
from coupons.selectors.lotteries import expected_of
from pricing.wording import money_text, odds_text


def lottery_facts(revision: LotteryRevision) -> list[Fact]:
    """Return everything that a lottery's revision says, in the order of the form."""
    rows = list(revision.prizes.select_related("template__current_revision").order_by("position"))
    prizes = [row for row in rows if not row.is_fallback]
    rest = rest_ppm([prize.odds_ppm for prize in prizes])
    return [
        Fact(_("Prizes"), "\n".join(_prize_text(prize) for prize in prizes) or _("none")),
        Fact(_("No prize"), odds_text(max(rest, 0))),
        Fact(_("Guaranteed coupon"), _fallback_text(revision, rows)),
        Fact(_("Free draws"), _free_text(revision)),
        Fact(_("Draws for orders"), _earned_text(revision)),
        Fact(_("Who may draw"), _audience_text(revision)),
        risk_fact(revision),
        Fact(_("Drawing starts at"), moment(revision.starts_at)),
        Fact(_("Drawing ends at"), moment(revision.ends_at)),
        Fact(_("Name"), revision.name),
        Fact(_("Chinese name"), revision.name_zh),
        Fact(_("Description"), "\n".join(filter(None, [revision.description, revision.description_zh]))),
        Fact(_("Expected draws"), f"{revision.expected_draws:,}"),
        Fact(_("Expected cost"), expected_text(revision)),
    ]


def expected_text(revision: LotteryRevision) -> str:
    """Return what the expected draws cost at face value: odds × face value × draws, no more than the stock."""
    return money_text(sum(expected.cents for expected in expected_of(revision).values()))


def _prize_text(prize: LotteryPrize) -> str:
    limits: Iterable[tuple[str, int | None]] = [
        (_("%(count)s in stock"), prize.stock),
        (_("%(count)s a day"), prize.per_day),
        (_("%(count)s for a customer"), prize.per_customer),
    ]
    said = [text % {"count": f"{count:,}"} for text, count in limits if count is not None]
    return " · ".join([odds_text(prize.odds_ppm), _coupon_text(prize), *said])


def _coupon_text(prize: LotteryPrize) -> str:
    terms = prize.template.current_revision
    return f"{prize.template} ({rule_text(terms)})" if terms else str(prize.template)


def _fallback_text(revision: LotteryRevision, rows: list[LotteryPrize]) -> str:
    fallback = next((row for row in rows if row.is_fallback), None)
    if fallback is None:
        return _("none")
    said = [_coupon_text(fallback), _("in place of prizes that have run out")]
    if after := revision.fallback_after:
        said.append(_("with draw %(after)s in a row without a prize") % {"after": after})
    return " · ".join(said)


def _free_text(revision: LotteryRevision) -> str:
    limits = [(_("%(count)s a day"), revision.per_day), (_("%(count)s in all"), revision.per_customer)]
    return ", ".join(text % {"count": count} for text, count in limits if count is not None) or _("none")


def _earned_text(revision: LotteryRevision) -> str:
    if revision.order_from_cents is None:
        return _("none")
    draws = revision.draws_per_order
    text = ngettext(
        "%(draws)s draw for each paid order from %(amount)s",
        "%(draws)s draws for each paid order from %(amount)s",
        draws,
    )
    return text % {"draws": draws, "amount": money_text(revision.order_from_cents)}


def _audience_text(revision: LotteryRevision) -> str:
    return "\n".join(filter(None, [audience_words(revision, shop=None), membership_words(revision)]))
