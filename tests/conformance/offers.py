"""Promotions and coupons of a case -> offers of the engine: layer, order, who may be combined with whom."""

from pricing.engine.layers import TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.registry import load_benefit
from tests.conformance.benefits import benefit_of
from tests.conformance.conditions import conditions_of, scope_of
from tests.conformance.reading import Unsupported, moment

LEVELS = ("catalog", "item", "order", "shipping")
LAYERS = {  # where a level is computed: in the first of these layers in which the benefit works
    "catalog": (Layer.ITEM,),
    "item": (Layer.ITEM, Layer.MULTI, Layer.ORDER),
    "order": (Layer.ORDER, Layer.MULTI),
    "shipping": (Layer.SHIPPING,),
}
WITH_CODE = {"order": (Layer.COUPON, Layer.ORDER, Layer.MULTI)}


def rules_of(case):
    """Return promotions and coupons alike, in listed order."""
    return [*case["promotions"], *case.get("coupons", ())]


def needs_code(rule):
    """Tell whether a rule works only where its code was entered."""
    return bool(rule.get("requires_code"))


def offers_of(case, money, used_up=frozenset()):
    """Return the offers of a case; those `used_up` are limited, and Facts say that nothing is left of them."""
    rules = rules_of(case)
    ranks = _ranks(rules)
    offers = [_offer(rule, money, ranks, limited=rule["id"] in used_up) for rule in rules]
    return [offer for offer in offers if offer]


def _ranks(rules):
    """Return the priority of each rule: catalog first, then as stated; what is equal by level, then as listed."""

    def turn(place):
        rule = rules[place]
        return (rule["level"] != "catalog", -rule.get("priority", 0), LEVELS.index(rule["level"]), place)

    return {rules[place]["id"]: -turn for turn, place in enumerate(sorted(range(len(rules)), key=turn))}


def _offer(rule, money, ranks, *, limited):
    said = benefit_of(rule, money)
    if said is None:
        return None
    benefit = load_benefit(*said)
    period, stacking = rule.get("period") or {}, rule["stacking"]
    together = stacking["combinable_with"] == "all"
    if not together and stacking["combinable_with"]:
        raise Unsupported("stacking:combinable_with some")
    return Offer(
        id=rule["id"],
        name=rule["id"],
        layer=_layer(rule, benefit),
        owner="platform",
        priority=ranks[rule["id"]],
        benefit=benefit,
        conditions=conditions_of(rule, money),
        scope=scope_of(rule["scope"]),
        combines_with=TERMS if together else frozenset(),
        exclusive="order" if stacking["exclusive"] else "none",
        starts_at=moment(period.get("start")),
        ends_at=moment(period.get("end")),
        by_coupon=needs_code(rule),
        coupons_per_order=9 if together else 1,
        limited_uses=limited,
    )


def _layer(rule, benefit):
    layers = WITH_CODE.get(rule["level"], LAYERS[rule["level"]]) if needs_code(rule) else LAYERS[rule["level"]]
    return next(layer for layer in layers if layer in benefit.LAYERS)
