"""A revision in plain language, line by line, in the reader's language; sketches that are half filled in as well."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from campaigns.audience_wording import audience_words
from campaigns.models import CampaignRevision, LimitPeriod
from campaigns.selectors.benefits import benefit_of
from campaigns.selectors.goods import skus_taken_by
from campaigns.selectors.sku_rows import SkuListFigures, first_rows, list_of
from campaigns.wording import moment, proposed_name, range_text, rule_sentences, shortened, stacking_sentence
from pricing.engine.errors import Refusal
from pricing.engine.money import WHOLE_BP
from pricing.engine.registry import BENEFITS
from pricing.wording import clauses, list_text, money_text, plain_percent, say, speaks_chinese

_HALF_A_MINUTE, _HALF_AN_HOUR = timedelta(seconds=30), timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a campaign says; `is_open` where nothing is said yet."""

    topic: str
    text: str
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Goods:
    """How many SKUs take part at this moment; None where that cannot be said yet. The same in every language.

    `listed`: figures of the SKUs that have a row of their own.
    """

    count: int | None
    listed: SkuListFigures


def goods_of(revision: CampaignRevision) -> Goods:
    """Count the SKUs in scope. Three queries at most."""
    listed = list_of(revision)
    try:
        return Goods(skus_taken_by(revision, shop_id=revision.campaign.shop_id).count(), listed)
    except Refusal:
        return Goods(None, listed)


def summary_of(revision: CampaignRevision, goods: Goods) -> list[Line]:
    """Return what the campaign says, what matters most first. No query if the rows and what they name are there."""
    return [
        _rule(revision),
        _goods(revision, goods),
        *_audience(revision),
        Line(gettext("With others"), stacking_sentence(revision), is_open=_unanswered(revision)),
        _period(revision),
        Line(gettext("Limits"), clauses(_limits(revision, goods.listed)) or gettext("none")),
        Line(gettext("Paid by"), _funders(revision)),
    ]


def name_proposed(revision: CampaignRevision) -> str:
    """Return a name made of the rule in the reader's language, or nothing while the rule is not whole."""
    try:
        return proposed_name(revision)
    except Refusal:
        return ""


def _rule(revision: CampaignRevision) -> Line:
    try:
        sentences = rule_sentences(revision)
        benefit = benefit_of(revision)
    except Refusal as refusal:
        return Line(gettext("Rule"), _incomplete(revision, refusal), is_open=True)
    times = getattr(benefit, "max_times", None)
    if times and "max_times" not in benefit.describe().figures:
        sentences.append(ngettext("at most %(times)s time", "at most %(times)s times", times) % {"times": times})
    return Line(gettext("Rule"), clauses(sentences))


def _incomplete(revision: CampaignRevision, refusal: Refusal) -> str:
    """Say what is wrong with a rule, with the name of the field if it has one."""
    rule, name = BENEFITS.get(revision.benefit_code), (refusal.field or "").split(".")[0].split("[")[0]
    label = rule.ABOUT.get(name, ("", ""))[0] if rule else ""
    if not label:
        return gettext("not complete: %(why)s") % {"why": say(refusal)}
    return gettext("not complete: %(field)s. %(why)s") % {"field": gettext(label), "why": say(refusal)}


def _goods(revision: CampaignRevision, goods: Goods) -> Line:
    rows, (skus, count_named) = list(revision.scopes.all()), first_rows(revision, excluded=False)
    scopes = [str(row) for row in rows if not row.excluded]
    names = scopes + [row.sku.code for row in skus]
    if not (revision.everything or names):
        return Line(gettext("On"), gettext("nothing chosen yet"), is_open=True)
    count = goods.count or 0
    figures = {
        "count": count,
        "goods": gettext("all products") if revision.everything else shortened(names, len(scopes) + count_named),
    }
    text = ngettext("%(count)s SKU of %(goods)s", "%(count)s SKUs of %(goods)s", count) % figures
    if prices := goods.listed.price_range:
        text += gettext("; ") + gettext("activity price %(range)s") % {"range": prices}
    if revision.least_list_cents is not None or revision.most_list_cents is not None:
        text += gettext("; ") + gettext("list price %(range)s") % {
            "range": range_text(revision.least_list_cents, revision.most_list_cents)
        }
    out, count_out = first_rows(revision, excluded=True)
    left_out = [str(row) for row in rows if row.excluded]
    if left_out or out:
        named = shortened([*left_out, *(row.sku.code for row in out)], len(left_out) + count_out)
        text += gettext("; ") + gettext("without %(goods)s") % {"goods": named}
    return Line(gettext("On"), text, is_open=not count)


def _audience(revision: CampaignRevision) -> Iterable[Line]:
    if revision.has_audience:
        yield Line(gettext("For"), audience_words(revision, shop=revision.campaign.shop))


def _unanswered(revision: CampaignRevision) -> bool:
    return None in (revision.with_shop_offers, revision.with_platform_activities, revision.with_coupons)


def _period(revision: CampaignRevision) -> Line:
    starts_at, ends_at = revision.starts_at, revision.ends_at
    if starts_at is None or ends_at is None:
        known = [
            gettext("from %(start)s") % {"start": moment(starts_at)} if starts_at else "",
            gettext("until %(end)s") % {"end": moment(ends_at)} if ends_at else "",
        ]
        return Line(gettext("When"), " ".join(filter(None, known)) or gettext("not said yet"), is_open=True)
    text = gettext("%(start)s to %(end)s (%(zone)s), %(length)s") % {
        "start": moment(starts_at),
        "end": moment(ends_at),
        "zone": settings.TIME_ZONE,
        "length": _length(starts_at, ends_at),
    }
    if revision.warm_up_at:
        text += gettext("; ") + gettext("announced from %(start)s") % {"start": moment(revision.warm_up_at)}
    return Line(gettext("When"), text)


def _length(starts_at: datetime, ends_at: datetime) -> str:
    """Say a length in hours and minutes; from two days on in days and hours, as the clock on the wall counts them.

    Rounded: a period that ends a second before midnight lasts whole days; the shortest lasts a minute.
    """
    length, on_the_wall = ends_at - starts_at, timezone.make_naive(ends_at) - timezone.make_naive(starts_at)
    if on_the_wall + _HALF_A_MINUTE < timedelta(days=2):
        days, (hours, minutes) = 0, divmod(max(1, (length + _HALF_A_MINUTE) // timedelta(minutes=1)), 60)
    else:
        (days, hours), minutes = divmod((on_the_wall + _HALF_AN_HOUR) // timedelta(hours=1), 24), 0
    parts = [
        days and ngettext("%(days)s day", "%(days)s days", days) % {"days": days},
        hours and ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": hours},
        minutes and ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes},
    ]
    return ("" if speaks_chinese() else " ").join(filter(None, parts))


def _limits(revision: CampaignRevision, listed: SkuListFigures) -> Iterable[str]:
    by_day = revision.limit_period == LimitPeriod.DAY
    if pieces := revision.limit_units:
        text = ngettext("at most %(count)s piece per shopper", "at most %(count)s pieces per shopper", pieces)
        yield text % {"count": pieces} + (gettext(" and day") if by_day else "")
    if orders := revision.limit_orders:
        text = ngettext("at most %(count)s order per shopper", "at most %(count)s orders per shopper", orders)
        yield text % {"count": orders} + (gettext(" and day") if by_day else "")
    if stock := revision.stock_units:
        yield ngettext("%(count)s piece in all", "%(count)s pieces in all", stock) % {"count": stock}
    if stock := listed.stock_units:
        yield ngettext("%(count)s piece by SKU", "%(count)s pieces by SKU", stock) % {"count": stock}
    if count := listed.limited:
        text = ngettext("a limit per shopper for %(count)s SKU", "a limit per shopper for %(count)s SKUs", count)
        yield text % {"count": count} + (gettext(" and day") if by_day else "")
    if revision.budget_cents:
        yield gettext("%(amount)s of discount in all") % {"amount": money_text(revision.budget_cents)}


def _funders(revision: CampaignRevision) -> str:
    shop = revision.campaign.shop
    if shop is None:
        return gettext("the platform")
    shares = {gettext("the platform"): revision.platform_share_bp}
    shares[shop.local_name] = WHOLE_BP - revision.platform_share_bp
    paying = {who: share_bp for who, share_bp in shares.items() if share_bp}
    if len(paying) == 1:
        return next(iter(paying))
    return list_text(f"{who} {plain_percent(share_bp)}%" for who, share_bp in paying.items())
