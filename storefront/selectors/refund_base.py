"""Where the arithmetic of an order's refunds begins: at the order as it was placed, or at its last new price."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Sum

from pricing.engine.refund import HeldLine
from storefront.lifecycle import RefundState
from storefront.models import DiscountShare, Order, OrderLine, RefundLine, ShareReversal


@dataclass(frozen=True, slots=True)
class RefundBase:
    """What had come back by then: units by order line id, cents by share id. Empty for an order as it was placed."""

    returned: Mapping[int, int] = field(default_factory=Counter)
    reversed: Mapping[int, int] = field(default_factory=Counter)

    def held(self, line: OrderLine, shares: Sequence[DiscountShare]) -> HeldLine:
        """Return a line with its shares as of then, and the units that have come back since."""
        returned = self.returned.get(line.pk, 0)
        return HeldLine(
            quantity=line.quantity - returned,
            list_cents=line.list_cents * (line.quantity - returned),
            shares=tuple(share.amount_cents - self.reversed.get(share.pk, 0) for share in shares),
            returned=line.returned - returned,
        )


def refund_base(order: Order) -> RefundBase:
    """Return where the next refund begins. One query; three if the order was priced again.

    Refunds of an order are decided one after the other, in the order of their numbers.
    """
    approved = order.refunds.filter(state=RefundState.APPROVED)
    last = approved.filter(repriced=True).order_by("pk").last()
    if last is None:
        return RefundBase()
    lines = RefundLine.objects.filter(refund__in=approved, refund__lte=last.pk)
    reversals = ShareReversal.objects.filter(refund__in=approved, refund__lte=last.pk)
    return RefundBase(
        returned=dict(lines.order_by().values_list("order_line").annotate(Sum("units"))),
        reversed=dict(reversals.order_by().values_list("share").annotate(Sum("amount_cents"))),
    )
