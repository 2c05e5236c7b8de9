"""Random but reproducible cart documents: few values, so that thresholds, limits, floors and ties are met often."""

from datetime import timedelta
from random import Random

from pricing.engine.cart import Cart, CartLine, ShippingFee, Shopper
from pricing.engine.choices import Choices
from pricing.engine.document import CartDocument
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import LATER_THAN_ITEM, TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.registry import load_benefit, load_condition
from pricing.engine.scope import EVERYTHING, Scope
from tests.pricing.engine.builders import NOON
from tests.pricing.engine.random_gifts import random_addition, random_gifts_left, random_picks
from tests.pricing.engine.random_goods import random_any_n, random_exchange, random_gets, random_set
from tests.pricing.engine.random_units import random_units, random_units_off

SHOPS = ("s1", "s2")
SKUS = ("a", "b", "c", "d")
PRICES = (0, 1, 99, 1000, 3333, 5000, 5000, 9999)
LAYERS = (
    Layer.ITEM,
    Layer.MULTI,
    Layer.MULTI,
    Layer.ORDER,
    Layer.ORDER,
    Layer.ORDER,
    Layer.COUPON,
    Layer.COUPON,
    Layer.SHIPPING,
)


def random_document(seed: int, *, most_offers: int = 5, choosing: bool = False) -> CartDocument:
    """Return the cart document of a seed; `choosing` adds pins, bars and picked coupons."""
    random = Random(seed)
    offers = tuple(_offer(random, number) for number in range(random.randint(1, most_offers)))
    lines = _lines(random)
    facts = _facts(random, offers)
    cart = Cart(
        lines=lines,
        at=NOON,
        shopper=Shopper(id="42", level=random.choice((None, "vip"))),
        shipping=tuple(ShippingFee(shop, random.choice((0, 500, 990))) for shop in SHOPS if random.random() < 0.7),
    )
    choices = _choices(random, lines, offers, facts) if choosing else Choices()
    return CartDocument(cart=cart, offers=offers, facts=facts, choices=choices)


def _lines(random: Random) -> tuple[CartLine, ...]:
    catalogue = {
        (shop, sku): (random.choice(PRICES), random.choice((0, 0, 0, 900, 4500)), random.random() < 0.9)
        for shop in SHOPS
        for sku in SKUS
    }
    lines = []
    for number in range(random.randint(1, 5)):
        shop, sku = random.choice(SHOPS), random.choice(SKUS)
        list_cents, floor_cents, discountable = catalogue[shop, sku]
        lines.append(
            CartLine(
                key=f"l{number}",
                shop=shop,
                sku=sku,
                product=sku,
                list_cents=list_cents,
                quantity=random.randint(1, 4),
                categories=frozenset({f"cat-{sku in 'ab'}"}),
                floor_cents=floor_cents,
                discountable=discountable,
            )
        )
    return tuple(lines)


def _scope(random: Random) -> Scope:
    return random.choice(
        (
            EVERYTHING,
            EVERYTHING,
            Scope(skus=frozenset(random.sample(SKUS, random.randint(1, 3)))),
            Scope(categories=frozenset({"cat-True"})),
            Scope(everything=True, excluded_skus=frozenset({random.choice(SKUS)})),
            Scope(everything=True, least_list_cents=random.choice((1, 1000)), most_list_cents=5000),
        )
    )


def _benefit(random: Random, layer: Layer) -> tuple[str, dict]:
    if layer is Layer.SHIPPING:
        return random.choice(
            (
                ("free_shipping", {}),
                ("free_shipping", {"cap_cents": 700}),
                ("shipping_percent_off", {"rate_bp": 3333}),
                ("shipping_percent_off", {"rate_bp": 5000, "cap_cents": 300}),
                ("shipping_price", {"price_cents": random.choice((1, 600, 1000))}),
            )
        )
    rate = random.choice((1, 500, 1000, 3333, 10_000))
    if layer is Layer.ITEM:
        return random.choice(
            (
                ("percent_off", {"rate_bp": rate}),
                ("percent_off", {"rate_bp": rate, "cap_cents": 500}),
                ("amount_off", {"off_cents": random.choice((1, 100, 2500))}),
                ("fixed_price", {"price_cents": random.choice((0, 990, 4000))}),
                ("sku_prices", {"prices": {sku: random.choice((0, 990, 4000)) for sku in random.sample(SKUS, 2)}}),
            )
        )
    if layer is Layer.ORDER and random.random() < 0.3:
        return random_addition(random)
    if layer is Layer.MULTI:
        return random.choice((random_multi, random_multi, random_units))(random)
    if random.random() < 0.08:
        return ("fixed_price", {"price_cents": 3000}) if layer is Layer.ORDER else random_units_off(random)
    if layer is Layer.COUPON and random.random() < 0.2:
        return "exchange", random_exchange(random)
    return random_reduction(random)


def random_reduction(random: Random) -> tuple[str, dict]:
    """Return the code and the parameters of a benefit on an order or by a coupon."""
    rate = random.choice((1, 500, 1000, 3333, 10_000))
    threshold = random.choice((1, 1000, 2000, 5000, 10_000, 15_000))
    off = min(threshold, random.choice((1, 500, 1000, 4000)))
    pieces_again = random.random() < 0.5
    return random.choice(
        (
            ("percent_off", {"rate_bp": rate}),
            ("percent_off", {"rate_bp": rate, "cap_cents": 1500}),
            ("amount_off", {"off_cents": off}),
            ("spend_tiers", {"tiers": [{"threshold_cents": threshold, "off_cents": off}]}),
            (
                "spend_tiers",
                {"tiers": [{"threshold_cents": 0, "rate_bp": rate}, {"threshold_cents": 4, "off_cents": 4}]},
            ),
            (
                "spend_tiers",
                {"tiers": [{"threshold_cents": threshold, "off_cents": off}], "every": True, "max_times": 3},
            ),
            (
                "spend_tiers",
                {
                    "tiers": [
                        {"threshold_cents": threshold, "rate_bp": rate},
                        {"threshold_cents": threshold * 2, "off_cents": off},
                    ]
                },
            ),
            (
                "spend_tiers",
                {"tiers": [{"threshold_pieces": 2, "rate_bp": 1000}, {"threshold_pieces": 4, "rate_bp": 2500}]},
            ),
            (
                "spend_tiers",
                {"tiers": [{"threshold_pieces": random.randint(2, 4), "off_cents": 1500}], "every": pieces_again},
            ),
        )
    )


def random_multi(random: Random) -> tuple[str, dict]:
    """Return the code and the parameters of a benefit on several pieces."""
    capped = random.choice(({}, {"max_times": random.randint(1, 3)}))
    rate = random.choice((1, 3333, 5000, 10_000))
    pick = {"pick": random.choice(("cheapest", "dearest")), "within_groups": random.random() < 0.5}
    if random.random() < 0.4:
        named = (("buy_get", random_gets(random)), ("bundle_price", random_set(random) | capped))
        return random.choice((*named, random_any_n(random)))
    return random.choice(
        (
            ("nth_unit_off", {"every": random.randint(2, 4), "rate_bp": rate, **pick, **capped}),
            ("buy_get", {"buy": random.randint(1, 3), "get": random.randint(1, 2), **capped}),
            ("buy_get", {"buy": 2, "get": 1, "rate_bp": rate, **capped}),
            (
                "any_n_for_price",
                {"pieces": random.randint(2, 4), "price_cents": random.choice((0, 100, 6000)), **capped},
            ),
        )
    )


def _combines(random: Random, term: str) -> frozenset[str]:
    return random.choice(
        (
            TERMS - {term},
            TERMS - {term},
            TERMS,
            TERMS,
            frozenset(random.sample(sorted(TERMS), 7)),
            LATER_THAN_ITEM,
            frozenset({"item:shop", "item:platform"}),
        )
    )


def _conditions(random: Random) -> list[tuple[str, dict]]:
    return random.choice(
        (
            [],
            [],
            [],
            [("min_spend", {"threshold_cents": random.choice((1000, 5000, 9999))})],
            [("min_spend", {"threshold_cents": 5000, "scope": {"skus": [random.choice(SKUS)]}})],
            [("min_quantity", {"pieces": random.randint(1, 5)})],
            [("member_level", {"levels": ["vip"]})],
            [("cart_contains", {"scope": {"skus": [random.choice(SKUS)]}, "pieces": random.randint(1, 3)})],
            [("line_quantity", {"least": 2, "most": random.choice((3, 6))})],
            [("min_spend", {"threshold_cents": 1000}), ("min_quantity", {"pieces": random.randint(2, 4)})],
        )
    )


def _offer(random: Random, number: int) -> Offer:
    layer = random.choice(LAYERS)
    owner = random.choice(("platform", "platform", *SHOPS))
    rule, params = _benefit(random, layer)
    rest_bp = random.choice((0, 3333, 6000, 10_000))
    return Offer(
        id=f"template:{number}" if layer is Layer.COUPON else f"campaign:{number}",
        name=f"offer {number}",
        layer=layer,
        owner=owner,
        benefit=load_benefit(rule, params),
        scope=_scope(random),
        conditions=tuple(load_condition(*condition) for condition in _conditions(random)),
        priority=random.randint(0, 2),
        combines_with=_combines(random, f"{layer}:{'platform' if owner == 'platform' else 'shop'}"),
        group="g" if random.random() < 0.12 else None,
        exclusive=random.choice(("none",) * 20 + ("lines", "lines", "order")),
        mandatory=layer is not Layer.COUPON and random.random() < 0.1,
        funding=random.choice(
            ((), (("platform", 10_000 - rest_bp), ("s1", rest_bp)), (("s2", 3000), ("s1", 3000), ("platform", 4000)))
        ),
        limited_units=random.random() < 0.12,
        limited_uses=random.random() < 0.08,
        budgeted=random.random() < 0.08,
        threshold_on=random.choice(("net", "net", "list")),
        coupons_per_order=random.choice((1, 1, 1, 2)),
    )


def _facts(random: Random, offers: tuple[Offer, ...]) -> Facts:
    units: dict[tuple[str, str], int] = {}
    for offer in offers:
        if random.random() < 0.5:
            units[offer.id, "*"] = random.randint(0, 6)
        for sku in SKUS:
            if random.random() < 0.7:
                units[offer.id, sku] = random.randint(0, 4)
    coupons = [
        HeldCoupon(
            id=f"coupon:{offer.id.removeprefix('template:')}{number}",
            offer=offer.id,
            valid_from=NOON - timedelta(days=1),
            valid_until=NOON + timedelta(days=random.randint(0, 3)),
            locked=random.random() < 0.1,
        )
        for offer in offers
        if offer.layer is Layer.COUPON
        for number in range(random.randint(0, 2) or 1)
    ]
    return Facts(
        units_left=units,
        uses_left={offer.id: random.randint(0, 4) for offer in offers},
        sku_uses_left={
            (offer.id, sku): random.randint(0, 3) for offer in offers for sku in SKUS if random.random() < 0.2
        },
        budget_left_cents={offer.id: random.choice((0, 100, 1000, 100_000)) for offer in offers},
        coupons=tuple(coupons),
        gifts_left=random_gifts_left(random, offers),
    )


def _choices(random: Random, lines: tuple[CartLine, ...], offers: tuple[Offer, ...], facts: Facts) -> Choices:
    pairs = [(line.key, offer.id) for line in lines for offer in offers]
    coupons = [coupon.id for coupon in facts.coupons]
    return Choices(
        coupons=random.choice((None, None, frozenset(coupons[:1]), frozenset(coupons), frozenset({"coupon:nowhere"}))),
        refused_coupons=frozenset(coupons[1:2]) if random.random() < 0.2 else frozenset(),
        pinned=dict(random.sample(pairs, min(len(pairs), random.randint(0, 2)))),
        barred=frozenset(random.sample(pairs, min(len(pairs), random.randint(0, 2)))),
        gifts=random_picks(random, offers),
    )
