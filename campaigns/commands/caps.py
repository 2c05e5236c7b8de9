"""Set how much a campaign may give away: stock by pool and budget. The counts of what is used survive.

What it may give away of SKUs that are counted is reserved: it stops being free to be sold otherwise.
"""

from collections import Counter
from collections.abc import Iterable

from django.db.models import Q

from campaigns.commands.buckets import set_buckets
from campaigns.commands.reserving import reserve
from campaigns.models import Campaign, CampaignBudget, CampaignRevision, GiftStock
from campaigns.refusals import CapBelowUse
from pricing.engine.messages import N_
from pricing.engine.presents import Present
from pricing.engine.registry import load_benefit
from pricing.models import OnHandStock, Sku
from pricing.transactions import command, locking

NO_BUDGET_CAP_CENTS = 10**15


@command
def set_caps(*, campaign: Campaign, revision: CampaignRevision) -> None:
    """Make buckets, budget and gift stock hold what the revision says, and reserve the pieces behind them.

    Raises CapBelowUse or NothingToReserve, naming the field.
    """
    _set_budget(campaign, revision.budget_cents)
    wanted = dict(revision.skus.filter(excluded=False).values_list("sku", "stock_units"))
    presents = load_benefit(revision.benefit_code, revision.params).presents
    gifts = {sku.pk: sku for sku in Sku.objects.filter(code__in=[gift.sku for gift in presents])}
    counted = _counted(revision, gifts)
    reserved = set_buckets(campaign, {**wanted, None: revision.stock_units}, counted=counted)
    reserved.update(_set_gifts(campaign, presents, counted))
    reserve(reserved, campaign=campaign, revision=revision)


def _counted(revision: CampaignRevision, gift_ids: Iterable[int]) -> set[int]:
    """Return which SKUs are counted, of those named (by subquery: perhaps a hundred thousand) and of the gifts."""
    named = Q(sku__in=revision.skus.filter(excluded=False).order_by().values("sku"))
    return set(OnHandStock.objects.filter(named | Q(pk__in=gift_ids)).values_list("pk", flat=True))


def _set_budget(campaign: Campaign, total_cents: int | None) -> None:
    locking("campaign_budget")
    budget = CampaignBudget.objects.select_for_update().filter(campaign=campaign).first()
    if budget is None:
        if total_cents is not None:
            CampaignBudget.objects.create(campaign=campaign, total_cents=total_cents)
        return
    cap_cents = NO_BUDGET_CAP_CENTS if total_cents is None else total_cents
    if cap_cents < budget.used_cents:
        raise CapBelowUse(
            N_("%(used_cents)s of the budget are spent already: the budget cannot be lower."),
            field="budget_cents",
            used_cents=budget.used_cents,
        )
    CampaignBudget.objects.filter(pk=budget.pk).update(total_cents=cap_cents)


def _set_gifts(campaign: Campaign, presents: Iterable[Present], counted: set[int]) -> Counter[int]:
    """Set the stock of all gifts; return how many more pieces are reserved, by SKU id."""
    reserved: Counter[int] = Counter()
    for gift in sorted(presents, key=lambda gift: gift.sku):
        stock = _gift_stock(campaign, gift)
        reserved[stock.sku_id] += _set_gift_stock(stock, gift, is_counted=stock.sku_id in counted)
    for stock in _given_no_more(campaign, presents):
        reserved[stock.sku_id] -= stock.total - stock.used
        GiftStock.objects.filter(pk=stock.pk).update(is_backed=False)
    return reserved


def _given_no_more(campaign: Campaign, presents: Iterable[Present]) -> list[GiftStock]:
    """The rows, locked, of gifts that pieces are still reserved for although the campaign does not give them now."""
    locking("gift_stock")
    held = (
        GiftStock.objects.filter(campaign=campaign, is_backed=True).order_by("sku_id").select_for_update(of=("self",))
    )
    return list(held.exclude(sku__code__in=[gift.sku for gift in presents]))


def _gift_stock(campaign: Campaign, gift: Present) -> GiftStock:
    """The row of a gift, locked. What the campaign does not give any more keeps its row: orders refer to it."""
    locking("gift_stock")
    row, _is_new = GiftStock.objects.get_or_create(campaign=campaign, sku=Sku.objects.get(code=gift.sku))
    return GiftStock.objects.select_for_update().get(pk=row.pk)


def _set_gift_stock(stock: GiftStock, gift: Present, *, is_counted: bool) -> int:
    held = stock.total - stock.used if stock.is_backed else 0
    is_backed = is_counted and gift.stock_units is not None
    enough = Q() if gift.stock_units is None else Q(used__lte=gift.stock_units)
    if not GiftStock.objects.filter(enough, pk=stock.pk).update(total=gift.stock_units, is_backed=is_backed):
        raise CapBelowUse(
            N_("%(used)s of the gift %(code)s are given already: its stock cannot be lower."),
            field="gifts",
            code=gift.sku,
            used=stock.used,
        )
    return (gift.stock_units - stock.used if is_backed else 0) - held
