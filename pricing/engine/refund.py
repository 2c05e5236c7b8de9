"""What is owed for returned goods: arithmetic on the stored shares of an order line, nothing is priced again.

Share rows leave running nets N0 = list … Nk = paid. After b of n units are back, floor(Nk*b/n) is refunded in all.
What that leaves of the list price is split over the rows one after the other, row j taking floor(Sj*x/T) of the x cents
that are left, Sj of T being its share of what they can take. Each step is the difference to the step before. Taking
floor(N(j-1)*b/n) - floor(Nj*b/n) for row j instead would sometimes take a cent back that was given back before.
"""

from dataclasses import dataclass, replace

from pricing.engine.errors import ReturnsTooMany
from pricing.engine.messages import N_
from pricing.engine.money import price_of_units


@dataclass(frozen=True, slots=True)
class AmountBack:
    """An amount that was refunded without goods, when `returned` units of the line had come back before."""

    returned: int
    cents: int


@dataclass(frozen=True, slots=True)
class HeldLine:
    """An order line as stored. Amounts are in cents for all `quantity` units.

    `shares`: one per stored row, in order of computing. `returned`: units that have come back. `amounts`: refunds
    without goods, oldest first; each is one more row for what comes later.
    """

    quantity: int
    list_cents: int
    shares: tuple[int, ...]
    returned: int = 0
    amounts: tuple[AmountBack, ...] = ()

    @property
    def held_cents(self) -> int:
        """What the shopper has paid for the line and not got back."""
        rest = _rest(self)
        return rest.paid_cents - rest.refunded_cents(self.returned - rest.returned_before)


@dataclass(frozen=True, slots=True)
class LineRefund:
    """What one step gives back. `reversed_cents`: per share row, then per amount refunded before.

    `list_cents` is the list price taken back: list_cents = refund_cents + the sum of reversed_cents.
    """

    refund_cents: int
    list_cents: int
    reversed_cents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repricing:
    """What a return gives back if the kept goods are priced anew; what cannot be collected is not collected."""

    refund_cents: int
    not_collected_cents: int


def refund_units(line: HeldLine, units: int) -> LineRefund:
    """Return what is owed for `units` more units of a line, and how much of each row is reversed.

    Any sequence of steps sums to what was paid and to every share once all units are back.
    Raises ReturnsTooMany if the shopper does not hold that many.
    """
    left = line.quantity - line.returned
    if not 1 <= units <= left:
        raise ReturnsTooMany(N_("Between 1 and %(left)s can be returned."), field="units", left=left)
    rest = _rest(line)
    return rest.step(line.returned - rest.returned_before, units)


def refund_amount(line: HeldLine, cents: int) -> HeldLine:
    """Return the line after an amount is given back without goods; later refunds work on the rest.

    Raises ReturnsTooMany for less than one cent or more than the line still holds.
    """
    held_cents = line.held_cents
    if not 1 <= cents <= held_cents:
        raise ReturnsTooMany(N_("At most %(held_cents)s can be given back."), field="cents", held_cents=held_cents)
    return replace(line, amounts=(*line.amounts, AmountBack(line.returned, cents)))


def after_return(line: HeldLine, units: int) -> HeldLine:
    """Return the line after `units` more units have come back."""
    return replace(line, returned=line.returned + units)


def refund_repriced(*, held_cents: int, kept_price_cents: int) -> Repricing:
    """Return what is owed if the kept goods cost `kept_price_cents` and the shopper's money still held is known."""
    return Repricing(
        refund_cents=max(0, held_cents - kept_price_cents),
        not_collected_cents=max(0, kept_price_cents - held_cents),
    )


@dataclass(frozen=True, slots=True)
class _Rest:
    """What was left of a line at the last amount given back: its units and running nets from list to paid."""

    quantity: int
    nets: tuple[int, ...]
    returned_before: int

    @property
    def paid_cents(self) -> int:
        return self.nets[-1]

    def refunded_cents(self, returned: int) -> int:
        return self.backs(returned)[-1]

    def backs(self, returned: int) -> tuple[int, ...]:
        """Return what `returned` units have taken back of each running net, from list to paid.

        List and paid go by the unit. What lies between them is split over the rows one after the other, each taking
        its part of what is left: rows then only ever grow, and add up at every step.
        """
        if not returned:
            return (0,) * len(self.nets)
        back = price_of_units(self.nets[0], self.quantity, returned)
        open_cents = back - price_of_units(self.nets[-1], self.quantity, returned)
        found = [back]
        for above, below in zip(self.nets, self.nets[1:], strict=False):
            rest_cents = above - self.nets[-1]
            row = (above - below) * open_cents // rest_cents if rest_cents else 0
            open_cents -= row
            found.append(found[-1] - row)
        return tuple(found)

    def step(self, returned: int, units: int) -> LineRefund:
        """Return what `units` more take back of each running net and hence of each row."""
        before, after = self.backs(returned), self.backs(returned + units)
        backs = [upto - already for already, upto in zip(before, after, strict=True)]
        rows = tuple(above - below for above, below in zip(backs, backs[1:], strict=False))
        return LineRefund(refund_cents=backs[-1], list_cents=backs[0], reversed_cents=rows)

    def without(self, returned: int, cents: int) -> "_Rest":
        """Return the rest after `returned` units and an amount have come back."""
        left = self.quantity - returned
        nets = tuple(net - back for net, back in zip(self.nets, self.backs(returned), strict=True))
        return _Rest(left, (*nets, nets[-1] - cents), self.returned_before + returned)


def _rest(line: HeldLine) -> _Rest:
    nets = [line.list_cents]
    for share in line.shares:
        nets.append(nets[-1] - share)
    rest = _Rest(line.quantity, tuple(nets), 0)
    for amount in line.amounts:
        rest = rest.without(amount.returned - rest.returned_before, amount.cents)
    return rest
