"""Actions of a case on the real commands: orders placed and cancelled in the database, and what they leave in use."""

from contextlib import suppress

from campaigns.models import LimitUse
from coupons.lifecycle import CouponState
from coupons.models import Coupon
from pricing.engine.errors import Refusal
from pricing.engine.registry import code_of, dump_params
from storefront.commands.cancelling import cancel_order
from tests.conformance.offers import needs_code, offers_of
from tests.conformance.reading import Unsupported
from tests.factories.campaigns import make_campaign, make_customer
from tests.factories.coupons import make_template
from tests.factories.pricing import make_sku
from tests.factories.storefront import make_lasting_coupon, make_order

ACTIONS = {"place_order_by", "cancel_order_by", "code"}
PLENTY = 1_000


def unknown_in(case):
    """Return the names of what is not understood of the actions."""
    return {f"action:{name}" for action in case.get("actions", ()) for name in set(action) - ACTIONS}


def usage_after(example):
    """Do everything that the case tells, and return the uses by `code:…` and `promotion:…`."""
    counter = _Counter(example)
    for action in example.case.get("actions", ()):
        if "place_order_by" in action:
            counter.place_order(action["place_order_by"], action.get("code"))
        else:
            counter.cancel_order(action["cancel_order_by"])
    return counter.usage()


class _Counter:
    """A shop with the goods, the campaigns and the coupons of one case."""

    def __init__(self, example):
        self.units = {_sku(line, example.money): line["qty"] for line in example.case["lines"]}
        self.customers, self.orders, self.campaigns, self.templates = {}, {}, {}, {}
        offers = {offer.id: offer for offer in offers_of(example.case, example.money)}
        for rule in example.rules:
            if needs_code(rule):
                self.templates[rule["code"]] = _template(offers[rule["id"]], rule)
            else:
                self.campaigns[rule["id"]] = _campaign(offers[rule["id"]], rule)

    def place_order(self, name, code):
        """Order the cart of the case; who enters a code gets the coupon that it stands for into the wallet."""
        customer = self.customers.get(name) or self.customers.setdefault(name, make_customer(name))
        coupons = _wallet(customer, self.templates[code]) if code in self.templates else []
        self.orders.setdefault(name, []).append(make_order(self.units, customer=customer, coupons=coupons))

    def cancel_order(self, name):
        """Cancel the customer's last order."""
        order = self.orders[name].pop()
        cancel_order(order_id=order.pk, reason="", at=order.placed_at)

    def usage(self):
        """Return the coupons that orders hold, and the orders that limits count."""
        codes = {f"code:{code}": _coupons_in_use(template) for code, template in self.templates.items()}
        return codes | {f"promotion:{name}": _orders_counted(campaign) for name, campaign in self.campaigns.items()}


def _coupons_in_use(template):
    return Coupon.objects.filter(revision__template=template).exclude(state=CouponState.UNUSED).count()


def _orders_counted(campaign):
    return sum(LimitUse.objects.filter(campaign=campaign).values_list("used_orders", flat=True))


def _sku(line, money):
    return make_sku(line["sku"], list_cents=money.cents(line["unit_price"]))


def _campaign(offer, rule):
    """A limit that nobody reaches makes the campaign count its orders."""
    limits = rule.get("limits") or {}
    limit_orders = limits.get("per_customer", limits.get("total", PLENTY))
    return make_campaign(code_of(offer.benefit), layer=offer.layer.value, limit_orders=limit_orders, **_terms(offer))


def _template(offer, rule):
    """So many coupons as the code may be used."""
    limits = rule.get("coupon_limits") or {}
    issued = {"issue_total": limits.get("total"), "issue_per_customer": limits.get("per_customer")}
    return make_template(code_of(offer.benefit), threshold_cents=None, **issued, **_terms(offer))


def _wallet(customer, template):
    """Return a coupon that the customer has or gets; nothing where all are given out."""
    unused = Coupon.objects.filter(revision__template=template, customer=customer, state=CouponState.UNUSED)
    with suppress(Refusal):
        return list(unused[:1]) or [make_lasting_coupon(customer, template=template)]
    return []


def _terms(offer):
    if not offer.scope.means_all:
        raise Unsupported("action:scope")
    conditions = [{"code": code_of(rule), "params": dump_params(rule)} for rule in offer.conditions]
    return {"params": dump_params(offer.benefit), "conditions": conditions}
