"""What a coupon is good for, in words: its rules and its goods, as the revision says that it was issued with."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.utils.translation import gettext, ngettext

from campaigns.audience.names import Names
from campaigns.rule_words import names_told
from coupons.models import CouponTemplateRevision, CouponTemplateScope
from coupons.selectors.goods import exchanged_goods, named_sku_counts
from pricing.engine.messages import Message
from pricing.engine.registry import load_benefit
from pricing.models import ProductKind
from pricing.wording import money_text
from storefront.shown import names_of
from storefront.wording import rule_sentences, say

NAMES_SHOWN = 3


def scopes_at(path: str) -> Prefetch:
    """Return what fetches all that goods_sentence reads of revisions; `path` leads to their scopes. One query."""
    return Prefetch(path, CouponTemplateScope.objects.select_related("shop", "category", "product"))


@dataclass(frozen=True, slots=True)
class GoodFor:
    """What a coupon gives and on which conditions; and for which goods, where the rules do not say it."""

    rules: tuple[str, ...]
    goods: str


def good_for(revisions: Iterable[CouponTemplateRevision], called: Names | None = None) -> dict[int, GoodFor]:
    """Return the words by revision id. Four queries at most, where revisions come with template, shop and scopes.

    `called`: the names of the levels and shops that they ask for, where they are known.
    """
    found = {revision.pk: revision for revision in revisions}
    called = names_told(found.values()) if called is None else called
    exchanged = {pk: goods for pk, revision in found.items() if (goods := exchanged_goods(revision))}
    names = names_of({code for goods in exchanged.values() for code in goods}) if exchanged else {}
    named = named_sku_counts(found.keys() - exchanged.keys())
    words = {}
    for pk, revision in found.items():
        if pk in exchanged:
            words[pk] = GoodFor(tuple(_exchange_rules(revision, exchanged[pk], names, called)), "")
        else:
            sentence = goods_sentence(revision, chosen=named[pk, False], left_out=named[pk, True])
            words[pk] = GoodFor(tuple(rule_sentences(revision, called)), sentence)
    return words


def _exchange_rules(
    revision: CouponTemplateRevision, goods: Mapping[str, int], names: Mapping[str, str], called: Names
) -> list[str]:
    """The rules, with the goods called by their names."""
    given = [names[code] if pieces == 1 else f"{names[code]} × {pieces}" for code, pieces in goods.items()]
    rule = load_benefit(revision.benefit_code, revision.params).describe()
    exchange = say(Message(rule.msgid, {**rule.figures, "goods": " + ".join(given)}))
    return [exchange, *rule_sentences(revision, called)[1:]]


def goods_sentence(revision: CouponTemplateRevision, *, chosen: int, left_out: int) -> str:
    """Return for which goods a coupon is; `chosen` and `left_out`: how many SKUs it names one by one."""
    rows, shop = list(revision.scopes.all()), revision.template.shop
    parts = [_included([row for row in rows if not row.excluded], chosen, everything=revision.everything)]
    if shop and not any(row.shop_id == shop.pk for row in rows):
        parts.append(gettext("sold by %(shop)s") % {"shop": shop.local_name})
    if revision.least_list_cents is not None or revision.most_list_cents is not None:
        parts.append(_prices(revision.least_list_cents, revision.most_list_cents))
    if without := _listed([row for row in rows if row.excluded], left_out):
        parts.append(gettext("not for %(goods)s") % {"goods": without})
    return gettext(", ").join(parts)


def missing_sentences(lacking: Mapping[CouponTemplateRevision, int]) -> dict[int, str]:
    """Return, by revision id, how much more of which goods a coupon needs, where not all goods count; cents.

    Two queries, none without such a coupon; revisions come with their template and shop.
    """
    partial = [row for row in lacking if not row.everything or row.template.shop_id]
    if not partial:
        return {}
    prefetch_related_objects(partial, scopes_at("scopes"))
    named = named_sku_counts([revision.pk for revision in partial])
    return {
        revision.pk: gettext("%(missing)s more on %(goods)s, and it applies.")
        % {"missing": money_text(lacking[revision]), "goods": _counting(revision, named[revision.pk, False])}
        for revision in partial
    }


def _counting(revision: CouponTemplateRevision, chosen: int) -> str:
    """The goods that count, named."""
    if revision.everything:
        return gettext("goods of %(shop)s") % {"shop": revision.template.shop.local_name}
    return _listed([row for row in revision.scopes.all() if not row.excluded], chosen)


def _included(rows: Sequence[object], chosen: int, *, everything: bool) -> str:
    if everything:
        return gettext("For all products")
    return gettext("For %(goods)s") % {"goods": _listed(rows, chosen)}


def _listed(rows: Sequence[object], skus: int) -> str:
    """Name what the rows name, the first of many, and count the SKUs."""
    names = [_name(row) for row in rows]
    more = len(names) - NAMES_SHOWN
    listed = gettext(", ").join(names[:NAMES_SHOWN])
    if more > 0:
        listed = gettext("%(listed)s and %(more)s more") % {"listed": listed, "more": more}
    counted = ngettext("%(count)s chosen article", "%(count)s chosen articles", skus) % {"count": skus} if skus else ""
    return gettext(", ").join(filter(None, [listed, counted]))


def _name(row: object) -> str:
    meant = row.shop or row.category or row.product
    return meant.local_name if meant else str(ProductKind(row.kind).label)


def _prices(least: int | None, most: int | None) -> str:
    if least is None:
        return gettext("list price up to %(most)s") % {"most": money_text(most or 0)}
    if most is None:
        return gettext("list price from %(least)s") % {"least": money_text(least)}
    return gettext("list price %(least)s to %(most)s") % {"least": money_text(least), "most": money_text(most)}
