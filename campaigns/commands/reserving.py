"""Reserve pieces in the house for campaigns, and release what they do not need any more."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from campaigns.commands.transitions import CAMPAIGNS, locked_subject
from campaigns.lifecycle import CampaignState
from campaigns.models import Campaign, CampaignRevision, GiftStock, StockBucket
from campaigns.refusals import NothingToReserve
from campaigns.selectors.emergencies import may_be_reverted
from pricing.commands.on_hand import Act, Movement, NotEnoughOnHand, Short, move_on_hand
from pricing.engine.messages import N_
from pricing.models import MovementKind
from pricing.timers import one_by_one
from pricing.transactions import command, locking

NAMED_SHORT = 5


def reserve(pieces: Mapping[int, int], *, campaign: Campaign, revision: CampaignRevision) -> None:
    """Take so many pieces, by SKU id, from the free ones; negative figures give them back.

    The caller has marked the counters that stand for them. Raises NothingToReserve with what is short.
    """
    source = f"campaign:{campaign.pk}:revision:{revision.number}"
    decided = revision.approvals.order_by("pk").last()
    try:
        move_on_hand(_movements(pieces, source), Act(at=decided.at, by=decided.checker))
    except NotEnoughOnHand as refusal:
        raise _refusal(refusal.short) from refusal


def release_due(*, at: datetime) -> int:
    """Release what stopped and ended campaigns still hold; return how many have released something."""
    return one_by_one(_over(at).order_by("pk"), lambda campaign: release(campaign_id=campaign.pk, at=at))


@command
def release(*, campaign_id: int, at: datetime) -> bool:
    """Let go what a campaign that is over has reserved and not sold; False if it is not over, or holds nothing.

    Its counters go on counting: what comes back of its orders from now on is free for everybody.
    """
    campaign = locked_subject(CAMPAIGNS, campaign_id)
    if not _over(at).filter(pk=campaign_id).exists():
        return False
    held: Counter[int] = Counter()
    locking("stock")
    buckets = StockBucket.objects.filter(campaign=campaign, is_backed=True)
    held.update(_held_by(buckets))
    locking("gift_stock")
    gifts = GiftStock.objects.filter(campaign=campaign, is_backed=True)
    held.update(_held_by(gifts))
    buckets.update(is_backed=False)
    gifts.update(is_backed=False)
    source = f"campaign:{campaign_id}:over:{campaign.current_revision.number}"
    move_on_hand(_movements({sku: -units for sku, units in held.items()}, source), Act(at=at))
    return True


def _held_by(rows: QuerySet) -> dict[int, int]:
    """Lock the counters and return what they stand for, by SKU id."""
    locked = rows.select_for_update().order_by("sku_id", "pk")
    held: Counter[int] = Counter()
    for row in locked:
        held[row.sku_id] += row.total - row.used
    return held


def _over(at: datetime) -> QuerySet[Campaign]:
    """Campaigns that hold pieces and will sell none of them: stopped, or past the end of what is in force.

    An emergency stop may still be reverted: until it has been reviewed, the pieces are kept.
    """
    holds = Q(Exists(StockBucket.objects.filter(campaign=OuterRef("pk"), is_backed=True)))
    holds |= Q(Exists(GiftStock.objects.filter(campaign=OuterRef("pk"), is_backed=True)))
    ended = Q(~may_be_reverted(), state=CampaignState.STOPPED) | Q(current_revision__ends_at__lte=at)
    return Campaign.objects.filter(ended).filter(holds)


def _movements(pieces: Mapping[int, int], source: str) -> list[Movement]:
    """Pieces stay in the house, so only what is free changes."""
    return [
        Movement(
            sku_id=sku_id,
            kind=MovementKind.RESERVATION if units > 0 else MovementKind.RELEASE,
            units=0,
            free_units=-units,
            source=source,
        )
        for sku_id, units in sorted(pieces.items())
        if units
    ]


def _refusal(short: tuple[Short, ...]) -> NothingToReserve:
    named = ", ".join(f"{row.code} {row.left}/{row.wanted}" for row in short[:NAMED_SHORT])
    more = " …" if len(short) > NAMED_SHORT else ""
    return NothingToReserve(
        N_("Not enough pieces are free for the activity stock (free/needed): %(codes)s. Lower it, or get more goods."),
        field="skus",
        codes=named + more,
    )
