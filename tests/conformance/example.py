"""One case, priced: the quote, and what it says in the words of the case."""

from dataclasses import dataclass, field
from functools import cached_property

from pricing.engine.book import compile_book
from pricing.engine.money import price_of_units
from pricing.engine.quote import price_cart
from tests.conformance.carts import cart_of
from tests.conformance.history import facts_of, used_up
from tests.conformance.offers import ON_SALE, offers_of, rules_of, sales_of
from tests.conformance.reading import Money


@dataclass
class Goods:
    """All units of one SKU: as shown before any promotion of the case, and after pricing."""

    shown_cents: int = 0
    net_cents: int = 0
    unit_nets: list[int] = field(default_factory=list)
    unit_discounts: list[int] = field(default_factory=list)
    by_promotion: dict[str, int] = field(default_factory=dict)

    @property
    def discount_cents(self):
        return self.shown_cents - self.net_cents

    def add(self, line):
        """Add a line of the quote; its units cost what the engine says that single units cost."""
        upto = [price_of_units(line.net_cents, line.quantity, units) for units in range(line.quantity + 1)]
        nets = [after - before for before, after in zip(upto, upto[1:], strict=False)]
        sale_cents = sum(share.cents for share in line.shares if share.offer.startswith(ON_SALE))
        shown_cents = line.list_cents * line.quantity - sale_cents
        self.shown_cents += shown_cents
        self.net_cents += line.net_cents
        self.unit_nets += nets
        self.unit_discounts += [shown_cents // line.quantity - net for net in nets]
        add_shares(self.by_promotion, line.shares)


class Example:
    """A case and its quote. Where a case states priorities they decide, else the best price does."""

    def __init__(self, case):
        self.case, self.money, self.rules = case, Money(case), rules_of(case)
        self.codes = list(dict.fromkeys(case.get("codes_entered", ())))
        book = compile_book([*offers_of(case, self.money, used_up(case)), *sales_of(case, self.money)])
        mode = "priority" if any("priority" in rule for rule in self.rules) else "best_price"
        self.quote = price_cart(cart_of(case, self.money), book, facts_of(case, self.codes), mode=mode)

    @cached_property
    def applied(self):
        """The ids of the promotions that applied, in order of computing."""
        return list(self.discounts)

    @cached_property
    def reasons(self):
        """The code of the reason for every promotion that touches the cart and did not apply."""
        return {row.offer: row.reason.code for row in self.quote.not_applied}

    @cached_property
    def goods(self):
        """What became of each SKU of the case."""
        found = {line["sku"]: Goods() for line in self.case["lines"]}
        for line in self.quote.lines:
            found[line.sku].add(line)
        return found

    @cached_property
    def discounts(self):
        """The discount on goods or shipping by promotion."""
        found = {}
        for row in self.quote.applied:
            if not row.offer.startswith(ON_SALE):
                found[row.offer] = found.get(row.offer, 0) + row.discount_cents
        return found

    @cached_property
    def off_shipping(self):
        """The discount on shipping by promotion."""
        found = {}
        for line in self.quote.shipping:
            add_shares(found, line.shares)
        return found

    def accepts(self, code):
        """Tell whether a code that was entered is of use."""
        return any(rule["id"] in self.applied for rule in self._rules_of(code))

    def refusal_of(self, code):
        """Return the code of the reason why an entered code is of no use."""
        return next((self.reasons.get(rule["id"], "not_on_this_line") for rule in self._rules_of(code)), "unknown")

    def _rules_of(self, code):
        return [rule for rule in self.rules if rule.get("code") == code]


def add_shares(found, shares):
    """Add shares to what each promotion gave."""
    for share in shares:
        found[share.offer] = found.get(share.offer, 0) + share.cents
