"""Stock cover: are there enough pieces in the house for what a campaign promises?"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet, Sum

from campaigns.models import CampaignRevision, GiftStock, StockBucket
from campaigns.selectors.goods import skus_taken_by
from pricing.engine.errors import Refusal
from pricing.models import OnHandStock, Sku

MOST_ROWS = 50
LONG_LIST = 1_000


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One SKU with activity stock of its own: `wanted` in all, `sold` of it, `held` reserved already, `free` beside."""

    sku: Sku
    wanted: int
    sold: int
    held: int
    free: int | None

    @property
    def missing(self) -> int:
        """The pieces that approval could not reserve now."""
        needed = self.wanted - self.sold - self.held
        return max(0, needed - self.free) if self.free is not None else 0


@dataclass(frozen=True, slots=True)
class Cover:
    """`rows` are those with activity stock, what is short first, at most MOST_ROWS of `listed`.

    Of the goods that take part: how many SKUs there are, how many are counted, how many of these have no free piece,
    and the free pieces of all. `cap` is the stock of all SKUs together: a cap, for which nothing is reserved.
    """

    rows: list[CoverRow]
    listed: int
    short: int
    skus: int
    counted: int
    empty: int
    free: int
    cap: int | None

    @property
    def cap_is_covered(self) -> bool:
        """Whether the goods could last until the common cap is reached; unknown ones are taken to be there."""
        return self.cap is None or self.counted < self.skus or self.free >= self.cap


def cover_of(revision: CampaignRevision) -> Cover:
    """Return the stock cover of a revision, also of a sketch. Six queries. Raises what a rule is refused with."""
    rows = _rows(revision)
    goods = _goods(revision)
    return Cover(
        rows=sorted(rows, key=lambda row: (-row.missing, row.sku.code))[:MOST_ROWS],
        listed=len(rows),
        short=sum(bool(row.missing) for row in rows),
        cap=revision.stock_units,
        **goods,
    )


def cover_if_any(revision: CampaignRevision) -> Cover | None:
    """`cover_of`, or None where the rule cannot be loaded yet."""
    try:
        return cover_of(revision)
    except Refusal:
        return None


def _goods(revision: CampaignRevision) -> dict[str, int]:
    skus: QuerySet[Sku] = skus_taken_by(revision, shop_id=revision.campaign.shop_id).order_by()
    return skus.aggregate(
        skus=Count("pk"),
        counted=Count("on_hand"),
        empty=Count("pk", filter=Q(on_hand__free=0)),
        free=Sum("on_hand__free", default=0),
    )


def _rows(revision: CampaignRevision) -> list[CoverRow]:
    wanted = _wanted(revision)
    gifts = {row["sku"]: row.get("stock_units") for row in revision.params.get("gifts", ()) if row.get("stock_units")}
    given = dict(Sku.objects.filter(code__in=gifts).values_list("pk", "code"))
    for sku_id, code in given.items():
        wanted[sku_id] = wanted.get(sku_id, 0) + gifts[code]
    if not wanted:
        return []
    free = dict(OnHandStock.objects.filter(pk__in=wanted).values_list("pk", "free"))
    sold, held = _used_and_held(revision, wanted)
    skus = Sku.objects.select_related("product").in_bulk(list(wanted))
    return [
        CoverRow(skus[sku_id], units, sold.get(sku_id, 0), held.get(sku_id, 0), free.get(sku_id))
        for sku_id, units in wanted.items()
        if sku_id in skus
    ]


def _wanted(revision: CampaignRevision) -> dict[int, int]:
    """Return the pieces that SKUs want for themselves; of a long list only of those that may be short."""
    if not revision.pk or revision.skus.count() <= LONG_LIST:
        return {row.sku_id: row.stock_units for row in revision.skus.all() if not row.excluded and row.stock_units}
    short = revision.skus.filter(excluded=False, stock_units__gt=F("sku__on_hand__free")).order_by("sku__code")
    return dict(short.values_list("sku", "stock_units")[:LONG_LIST])


def _used_and_held(revision: CampaignRevision, wanted: Mapping[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """What the campaign has sold and what it holds, by SKU id."""
    sold: dict[int, int] = {}
    held: dict[int, int] = {}
    for counters in (StockBucket.objects, GiftStock.objects):
        own = counters.filter(campaign=revision.campaign_id, sku__in=wanted).order_by().values_list("sku")
        room = Sum(F("total") - F("used"), filter=Q(is_backed=True), default=0)
        for sku_id, used, left in own.annotate(used_units=Sum("used"), room=room):
            sold[sku_id] = sold.get(sku_id, 0) + used
            held[sku_id] = held.get(sku_id, 0) + left
    return sold, held
