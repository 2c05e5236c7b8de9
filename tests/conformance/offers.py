"""Promotions and coupons of a case -> offers of the engine: layer, order, who may be combined with whom."""

from pricing.engine.layers import TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.registry import load_benefit
from pricing.engine.scope import Scope
from tests.conformance.benefits import benefit_of
from tests.conformance.conditions import conditions_of, scope_of, threshold_on
from tests.conformance.reading import Unsupported, moment
from tests.conformance.stacking import admitted_by, combines_with_all, leaves_out_reduced

LEVELS = ("catalog", "item", "order", "shipping")
LAYERS = {  # where a level is computed: in the first of these layers in which the benefit works
    "catalog": (Layer.ITEM,),
    "item": (Layer.ITEM, Layer.MULTI, Layer.ORDER),
    "order": (Layer.ORDER, Layer.MULTI),
    "shipping": (Layer.SHIPPING,),
}
WITH_CODE = {"order": (Layer.COUPON, Layer.ORDER, Layer.MULTI)}
BY_PIECE = {"amount_off": "units_off", "percent_off": "units_off"}  # the same, in the layer after what is reduced
ON_SALE = "on sale:"


def rules_of(case):
    """Return promotions and coupons alike, in listed order."""
    return [*case["promotions"], *case.get("coupons", ())]


def needs_code(rule):
    """Tell whether a rule works only where its code was entered."""
    return bool(rule.get("requires_code"))


def offers_of(case, money, used_up=frozenset()):
    """Return the offers of a case; those `used_up` are limited, and Facts say that nothing is left of them."""
    rules = rules_of(case)
    benefits = {rule["id"]: _benefit(rule, money) for rule in rules}
    layers = {rule["id"]: _layer(rule, benefits[rule["id"]]) for rule in rules if benefits[rule["id"]]}
    ranks = _ranks(rules)
    return [
        Offer(
            benefit=benefits[rule["id"]],
            layer=layers[rule["id"]],
            combines_with=admitted_by(rule, layers),
            priority=ranks[rule["id"]],
            limited_uses=rule["id"] in used_up,
            **_terms(rule, money),
        )
        for rule in rules
        if rule["id"] in layers
    ]


def sales_of(case, money):
    """Return what reduced the lines on sale before the cart; it matters only where a rule leaves such goods out."""
    if not any(leaves_out_reduced(rule) for rule in rules_of(case)):
        return []
    return [_sale(line, money) for line in case["lines"] if is_on_sale(line)]


def is_on_sale(line):
    """Tell whether a line is shown at less than its list price."""
    return "list_price" in line and line["list_price"] != line["unit_price"]


def _sale(line, money):
    return Offer(
        id=f"{ON_SALE}{line['sku']}",
        name=line["sku"],
        layer=Layer.ITEM,
        owner="platform",
        priority=1_000,
        benefit=load_benefit("fixed_price", {"price_cents": money.cents(line["unit_price"])}),
        scope=Scope(skus=frozenset({line["sku"]})),
        combines_with=TERMS,
    )


def _benefit(rule, money):
    """Return the benefit of a rule; None where it gives nothing."""
    said = benefit_of(rule, money)
    if said is None:
        return None
    code, params = said
    if leaves_out_reduced(rule) and rule["level"] == "item":
        code = BY_PIECE.get(code, code)
    return load_benefit(code, params)


def _scope(rule):
    """Return the scope of a rule: where it says what is to be bought, these goods."""
    return rule["benefit"].get("buy", {}).get("scope") or rule["scope"]


def _layer(rule, benefit):
    layers = WITH_CODE.get(rule["level"], LAYERS[rule["level"]]) if needs_code(rule) else LAYERS[rule["level"]]
    found = next(layer for layer in layers if layer in benefit.LAYERS)
    if found is Layer.ITEM and leaves_out_reduced(rule):
        raise Unsupported("scope:exclude.already_reduced by what reduces it")
    return found


def _ranks(rules):
    """Return the priority of each rule: catalog first, then as stated; what is equal by level, then as listed."""

    def turn(place):
        rule = rules[place]
        return (rule["level"] != "catalog", -rule.get("priority", 0), LEVELS.index(rule["level"]), place)

    return {rules[place]["id"]: -turn for turn, place in enumerate(sorted(range(len(rules)), key=turn))}


def _terms(rule, money):
    """Return what an offer says apart from what it gives and its place."""
    period = rule.get("period") or {}
    return {
        "id": rule["id"],
        "name": rule["id"],
        "owner": "platform",
        "conditions": conditions_of(rule, money),
        "scope": scope_of(_scope(rule), money),
        "exclusive": "order" if rule["stacking"]["exclusive"] else "none",
        "starts_at": moment(period.get("start")),
        "ends_at": moment(period.get("end")),
        "by_coupon": needs_code(rule),
        "threshold_on": threshold_on(rule),
        "coupons_per_order": 9 if combines_with_all(rule) else 1,
    }
