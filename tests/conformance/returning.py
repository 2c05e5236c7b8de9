"""What the returns of a case give back, step by step: the engine's arithmetic on the lines of the quote."""

from pricing.engine.errors import Refusal, ReturnsTooMany
from pricing.engine.messages import N_
from pricing.engine.refund import HeldLine, after_return, refund_amount, refund_units

STEP = {"seq", "lines", "shipping"}
ROW = {"sku", "qty", "amount", "rest_of_same_unit"}


def unknown_in(case):
    """Return the names of what is not understood of the returns."""
    steps = case.get("returns", ())
    rows = [row for step in steps for row in step.get("lines", ())]
    found = {f"returns:{name}" for step in steps for name in set(step) - STEP}
    return found | {f"returns:{name}" for row in rows for name in set(row) - ROW}


def refunds_of(example):
    """Return by `seq` what each step gives back, in the smallest unit of money; None = it is refused."""
    till = _Till(example)
    return {step["seq"]: till.give_back(step) for step in example.case.get("returns", ())}


class _Till:
    """What is still held of an order."""

    def __init__(self, example):
        self.money = example.money
        self.shipping_cents = example.quote.shipping_cents
        self.lines = {}
        for line in example.quote.lines:
            shares = tuple(share.cents for share in line.shares)
            held = HeldLine(line.quantity, line.list_cents * line.quantity, shares)
            self.lines.setdefault(line.sku, []).append(held)

    def give_back(self, step):
        """Return what a step gives back; a step that is refused changes nothing."""
        lines, shipping_cents = {sku: list(held) for sku, held in self.lines.items()}, self.shipping_cents
        try:
            goods_cents = sum(self._row(row) for row in step.get("lines", ()))
            return goods_cents + (self._shipping() if step.get("shipping") else 0)
        except Refusal:
            self.lines, self.shipping_cents = lines, shipping_cents
            return None

    def _row(self, row):
        return self._amount(row) if "amount" in row else self._units(row)

    def _amount(self, row):
        """Give an amount back without goods: what one line holds of it, then the next."""
        cents = left = self.money.cents(row["amount"])
        for place, line in enumerate(self._held(row)):
            part = min(left, line.held_cents)
            if part:
                self.lines[row["sku"]][place] = refund_amount(line, part)
                left -= part
        if left or not cents:
            raise ReturnsTooMany(N_("At most %(held_cents)s can be given back."), held_cents=cents - left)
        return cents

    def _units(self, row):
        """Give units back: of the first line that still has some, then of the next."""
        cents, left = 0, row["qty"]
        for place, line in enumerate(self._held(row)):
            units = min(left, line.quantity - line.returned)
            if units > 0:
                cents += refund_units(line, units).refund_cents
                self.lines[row["sku"]][place] = after_return(line, units)
                left -= units
        if left or row["qty"] < 1:
            raise ReturnsTooMany(N_("Between 1 and %(left)s can be returned."), left=row["qty"] - left)
        return cents

    def _held(self, row):
        return self.lines.get(row["sku"], ())

    def _shipping(self):
        if not self.shipping_cents:
            raise ReturnsTooMany(N_("At most %(held_cents)s can be given back."), held_cents=0)
        cents, self.shipping_cents = self.shipping_cents, 0
        return cents
