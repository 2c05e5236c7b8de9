"""5,000 SKUs against 50 campaigns and 10 classes of coupons: a world for conflict reports, the same in every run.

Each offer takes a quarter of 20 categories, campaigns start and end within ten days, so that they meet on about ten
occasions and about ten of them on each SKU; prices are those that shops like, such as 19.90.
"""

from datetime import UTC, datetime, timedelta
from random import Random

from campaigns.conflicts.deepest import Search
from campaigns.conflicts.overlaps import Overlaps
from campaigns.conflicts.world import Good, World
from pricing.engine.cart import CartLine
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.layers import STAGE_OF, STAGES, TERMS, Layer
from pricing.engine.offer import Offer
from pricing.engine.registry import load_benefit
from pricing.engine.scope import EVERYTHING, Scope

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SKUS, SHOPS, CATEGORIES = 5_000, 4, 20
PRICES = [990, 1_490, 1_990, 2_490, 2_990, 3_990, 4_990, 5_990, 6_990, 7_990, 8_990, 9_990, 12_900, 14_900, 15_900]
PRICES += [16_900, 19_900, 22_900, 24_900, 25_900, 29_900, 32_900, 35_900, 39_900, 45_900, 49_900, 59_900, 69_900]
KINDS = ("rate",) * 12 + ("amount",) * 6 + ("second",) * 4 + ("buy_get",) * 4 + ("tiers",) * 12 + ("every",) * 5
KINDS += ("gift",) * 3 + ("shipping",) * 4 + ("coupon",) * 7 + ("capped",) * 3


def world_and_goods(skus=SKUS):
    """Return the world and its goods, the same in every run."""
    random = Random(5)
    offers = [_offer(place, kind, random) for place, kind in enumerate(KINDS)]
    coupons = [HeldCoupon(f"c/{o.id}", o.id, NOON - DAY, NOON + 30 * DAY) for o in offers if o.needs_coupon]
    facts = Facts(coupons=tuple(coupons))
    world = World(offers[0].id, NOON, NOON + 10 * DAY, tuple(offers), facts=facts, costs={"G": 500})
    return world, [_good(number, random) for number in range(skus)]


def _good(number, random):
    line = CartLine(
        key=str(number),
        shop=f"s{number % SHOPS}",
        sku=f"k{number}",
        product=f"p{number}",
        list_cents=random.choice(PRICES),
        quantity=1,
        categories=frozenset({f"c{random.randrange(CATEGORIES)}"}),
    )
    return Good(line, cost_cents=line.list_cents // 2, fee_cents=800)


def _offer(place, kind, random):
    layer, rule, params = _rule(kind, random)
    owner = "platform" if place % 2 or not place else f"s{place % SHOPS}"
    named = frozenset(f"c{number}" for number in random.sample(range(CATEGORIES), CATEGORIES // 4))
    begin = NOON + random.randrange(-5, 6) * DAY
    period = {"starts_at": begin, "ends_at": begin + random.randrange(2, 9) * DAY} if place else {}
    return Offer(
        id=f"offer:{place:02d}",
        name=kind,
        layer=Layer(layer),
        owner=owner,
        benefit=load_benefit(rule, params),
        scope=Scope(categories=named) if place else EVERYTHING,
        combines_with=_admitted(layer, owner, random),
        priority=random.randrange(10),
        **({} if layer == "coupon" else period),
    )


def _admitted(layer, owner, random):
    """All but its own step, and now and then all shop offers, all platform activities or all coupons."""
    refused = set(STAGES[STAGE_OF[f"{layer}:{'platform' if owner == 'platform' else 'shop'}"]])
    for ending in (":shop", ":platform"):
        refused |= {term for term in TERMS if term.endswith(ending) and random.random() < 0.05}
    if random.random() < 0.2:
        refused |= {"coupon:shop", "coupon:platform"}
    return TERMS - refused | {"shipping:shop", "shipping:platform"}


def _rule(kind, random):
    threshold = {"threshold_cents": random.choice([5_000, 10_000, 20_000]), "off_cents": random.choice([500, 1_000])}
    tiers = [{"threshold_cents": 30_000, "off_cents": 4_000}, {"threshold_cents": 50_000, "off_cents": 9_000}]
    return {
        "rate": ("item", "percent_off", {"rate_bp": random.choice([500, 1_000, 1_500, 2_000])}),
        "amount": ("item", "amount_off", {"off_cents": random.choice([100, 500, 900])}),
        "second": ("multi", "nth_unit_off", {"every": random.choice([2, 3]), "rate_bp": 5_000}),
        "buy_get": ("multi", "buy_get", {"buy": random.choice([2, 3]), "get": 1}),
        "tiers": ("order", "spend_tiers", {"tiers": tiers}),
        "every": ("order", "spend_tiers", {"tiers": [threshold], "every": True, "max_times": 3}),
        "gift": ("order", "gift", {"gifts": [{"sku": "G", "value_cents": 900}], "threshold_cents": 10_000}),
        "shipping": ("shipping", "free_shipping", {}),
        "coupon": ("coupon", "spend_tiers", {"tiers": [threshold]}),
        "capped": ("coupon", "percent_off", {"rate_bp": 1_000, "cap_cents": 2_000}),
    }[kind]


def look_at(world, goods):
    """Return the search after it has looked at all goods, and how many rows came of it."""
    search = Search(world)
    overlaps = Overlaps(world, search.desk)
    rows = 0
    for good in goods:
        if search.deepest(good):
            overlaps.note(good, search.touching(good))
            rows += 1
    return search, rows
