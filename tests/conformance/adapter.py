"""One worked example of another system -> a document of this engine, and what the engine says in the same words.

Money is counted in the third decimal where a case has one. `supported.py` says what is understood.
"""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from pricing.engine.book import compile_book
from pricing.engine.cart import Cart, CartLine, ShippingFee, Shopper
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.quote import price_cart
from pricing.engine.refund import HeldLine, after_return, refund_amount, refund_units
from pricing.engine.registry import load_benefit, load_condition
from pricing.engine.scope import Scope
from tests.conformance.supported import SEVERAL, rules_of

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
LAYERS = {"catalog": Layer.ITEM, "item": Layer.ITEM, "order": Layer.ORDER, "shipping": Layer.SHIPPING}
LEVELS = ("catalog", "item", "order", "shipping")


class Example:
    """One case, priced."""

    def __init__(self, case):
        self.case = case
        texts = [line["unit_price"] for line in case["lines"]]
        self.unit = 1000 if any(len(text.partition(".")[2]) > 2 for text in texts) else 100
        self.rules = rules_of(case)
        ordered = any("priority" in rule for rule in self.rules)
        self.quote = price_cart(
            self.cart(), compile_book(self.offers()), self.facts(), mode="priority" if ordered else "best_price"
        )

    def minor(self, text):
        """Return money as an integer of minor units."""
        return int(Decimal(text) * self.unit)

    def cart(self):
        """Return the cart; each line is a product of its own."""
        lines = tuple(
            CartLine(
                key=str(place),
                shop="shop",
                sku=line["sku"],
                product=line["sku"],
                list_cents=self.minor(line["unit_price"]),
                quantity=line["qty"],
                categories=frozenset(line.get("categories", ())),
                floor_cents=self.minor(line.get("min_price", 0)),
                discountable=line.get("discountable", True),
            )
            for place, line in enumerate(self.case["lines"])
        )
        fee = (ShippingFee("shop", self.minor(self.case["shipping_fee"])),) if "shipping_fee" in self.case else ()
        return Cart(
            lines=lines,
            at=moment(self.case.get("now")) or NOON,
            shopper=Shopper(id="1"),
            shipping=fee,
            currency=self.case["currency"],
        )

    def offers(self):
        """Return the offers; without stated priorities they are used in the order of levels, then as listed."""
        listed = sorted(range(len(self.rules)), key=lambda place: (LEVELS.index(self.rules[place]["level"]), place))
        rank = {place: len(self.rules) - number for number, place in enumerate(listed)}
        return [self.offer(rule, rule.get("priority", rank[place])) for place, rule in enumerate(self.rules)]

    def offer(self, rule, priority):
        """Return the offer of one promotion; who combines with all also admits its own layer."""
        period = rule.get("period") or rule.get("coupon_period") or {}
        layer = Layer.COUPON if rule.get("requires_code") and rule["level"] == "order" else LAYERS[rule["level"]]
        layer = Layer.MULTI if rule["kind"] in SEVERAL else layer
        together = rule["stacking"]["combinable_with"] == "all"
        scope = rule["scope"]
        return Offer(
            id=rule["id"],
            name=rule["id"],
            layer=layer,
            owner="platform",
            priority=priority,
            benefit=load_benefit(*self.benefit(rule)),
            conditions=tuple(self.conditions(rule)),
            scope=Scope(
                everything=bool(scope.get("all")),
                skus=frozenset(scope.get("skus", ())),
                categories=frozenset(scope.get("categories", ())),
            ),
            combines_with=TERMS if together else frozenset(),
            exclusive="order" if rule["stacking"]["exclusive"] else "none",
            starts_at=moment(period.get("start")),
            ends_at=moment(period.get("end")),
            by_coupon=bool(rule.get("requires_code")),
            coupons_per_order=9 if together else 1,
        )

    def benefit(self, rule):
        """Return code and parameters of a benefit."""
        given, kind = rule["benefit"], rule["kind"]
        if kind == "free_shipping":
            return "free_shipping", {}
        if kind == "unit_fixed_price":
            return "fixed_price", {"price_cents": self.minor(given["fixed_price"])}
        if kind in SEVERAL:
            return self.on_several(given, kind)
        if kind == "every_amount":
            tier = {"threshold_cents": self.minor(given["every_amount"]), "off_cents": self.minor(given["amount_off"])}
            return "spend_tiers", {"tiers": [tier], "every": True}
        if kind.startswith("tiered"):
            return "spend_tiers", {"tiers": [self.tier(tier) for tier in rule["tiers"]]}
        if kind == "percent_off":
            cap = {"cap_cents": self.minor(given["max_discount"])} if "max_discount" in given else {}
            return "percent_off", {"rate_bp": basis_points(given["percent_off"])} | cap
        return "amount_off", {"off_cents": self.minor(given["amount_off"])}

    def on_several(self, given, kind):
        """Return code and parameters of a benefit on several pieces."""
        capped = {"max_times": given["max_applications"]} if "max_applications" in given else {}
        if kind == "cheapest_unit":
            one = {"every": 1, "max_times": given["max_units"]}
            return "nth_unit_off", {"rate_bp": basis_points(given["percent_off"]), **one}
        if "fixed_price" in given:
            size = given["for_quantity" if "for_quantity" in given else "set_size"]
            return "any_n_for_price", {"pieces": size, "price_cents": self.minor(given["fixed_price"]), **capped}
        worth = {"rate_bp": basis_points(given["nth_item_percent"]), "pick": given["unit"]}
        return "nth_unit_off", {"every": given["nth"], **worth, **capped}

    def tier(self, tier):
        """Return one tier."""
        worth = (
            {"rate_bp": basis_points(tier["percent_off"])}
            if "percent_off" in tier
            else {"off_cents": self.minor(tier["amount_off"])}
        )
        return {"threshold_cents": self.minor(tier["min_amount"])} | worth

    def conditions(self, rule):
        """Yield the conditions that stand for a threshold."""
        threshold = rule.get("threshold") or {}
        if "amount" in threshold:
            yield load_condition("min_spend", {"threshold_cents": self.minor(threshold["amount"])})
        if "quantity" in threshold:
            yield load_condition("min_quantity", {"pieces": threshold["quantity"]})

    def facts(self):
        """Return a coupon for every code that was entered."""
        entered = set(self.case.get("codes_entered", ()))
        return Facts(
            coupons=tuple(
                HeldCoupon(
                    id=f"coupon:{rule['id']}",
                    offer=rule["id"],
                    valid_from=NOON - 9999 * DAY,
                    valid_until=NOON + 9999 * DAY,
                )
                for rule in self.rules
                if rule.get("requires_code") and rule["code"] in entered
            )
        )

    def found(self, name):
        """Return what the quote says to one expectation, in minor units."""
        return getattr(self, f"_{name}")()

    def _total(self):
        return self.quote.total_cents

    def _discount_total(self):
        return self.quote.discount_cents

    def _shipping(self):
        return self.quote.shipping_cents

    def _shipping_discount(self):
        return sum(line.fee_cents - line.net_cents for line in self.quote.shipping)

    def _applied(self):
        return sorted({row.offer for row in self.quote.applied})

    def _not_applied(self):
        return sorted({rule["id"] for rule in self.rules} - set(self._applied()))

    def _discount_by_promotion(self):
        return {row.offer: row.discount_cents for row in self.quote.applied}

    def _line_discounts_any_order(self):
        return sorted(line.list_cents * line.quantity - line.net_cents for line in self.quote.lines)

    def _lines(self):
        """Return the figures of each SKU: all its units together."""
        found = {}
        for line in self.quote.lines:
            row = found.setdefault(line.sku, {"quantity": 0, "discount": 0, "total": 0, "by_promotion": {}})
            row["quantity"] += line.quantity
            row["total"] += line.net_cents
            row["discount"] += line.list_cents * line.quantity - line.net_cents
            for share in line.shares:
                row["by_promotion"][share.offer] = row["by_promotion"].get(share.offer, 0) + share.cents
        return found

    def _refunds(self):
        """Return what each step of returns gives back."""
        held = {}
        for line in self.quote.lines:
            assert line.sku not in held, "returns name a SKU, so it stands in one line"
            shares = tuple(share.cents for share in line.shares)
            held[line.sku] = HeldLine(line.quantity, line.list_cents * line.quantity, shares)
        amounts = {}
        for step in self.case["returns"]:
            amounts[step["seq"]] = 0
            for row in step["lines"]:
                back_cents, held[row["sku"]] = self._back(held[row["sku"]], row)
                amounts[step["seq"]] += back_cents
        return amounts

    def _back(self, line, row):
        """Return what one row gives back, and the line after it; an amount is given back without goods."""
        if "amount" in row:
            cents = self.minor(row["amount"])
            return cents, refund_amount(line, cents)
        return refund_units(line, row["qty"]).refund_cents, after_return(line, row["qty"])

    def _refunded_total(self):
        return sum(self._refunds().values())


def moment(text):
    """Return a time of the case, in UTC; None where there is none."""
    if text is None:
        return None
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def basis_points(percent):
    """Return a percentage as basis points."""
    return int(Decimal(percent) * 100)
