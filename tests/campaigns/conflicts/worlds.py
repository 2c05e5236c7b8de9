"""Small worlds, made up by hand or by chance, and every price in them tried one by one."""

from datetime import timedelta
from random import Random

from campaigns.conflicts.asking import dearest_gifts, worth_of_quote
from campaigns.conflicts.guests import favoured_guests
from campaigns.conflicts.occasions import moments
from campaigns.conflicts.world import Good, World, basket
from pricing.engine.book import compile_book
from pricing.engine.facts import Facts, HeldCoupon
from pricing.engine.quote import price_cart
from tests.pricing.engine.builders import NOON, goods, offer

DAY = timedelta(days=1)
HALVES = ({}, {"starts_at": NOON, "ends_at": NOON + DAY}, {"starts_at": NOON + DAY, "ends_at": NOON + 2 * DAY})


def world_of(*offers, draft=None, **other):
    """Return the world of these offers for two days from noon on; the first one is the draft unless one is named.

    Of every offer that needs a coupon one is held all the time.
    """
    coupons = [_held(one.id) for one in offers if one.needs_coupon]
    facts = other.pop("facts", Facts(coupons=tuple(coupons)))
    return World(draft or offers[0].id, NOON, NOON + 2 * DAY, offers, facts=facts, **other)


def good(key="a", list_cents=10_000, *, cost_cents=None, fee_cents=None, **other):
    """Return a SKU of shop `s1`."""
    return Good(goods(key, list_cents, **other), cost_cents=cost_cents, fee_cents=fee_cents)


def _held(template):
    return HeldCoupon(f"coupon:{template}", template, valid_from=NOON - DAY, valid_until=NOON + 9 * DAY)


def every_worth(world, one, quantities):
    """Yield what is left of a SKU alone at every moment, for every guest, in each of these quantities."""
    book = compile_book(world.offers)
    guests = favoured_guests(world.offers, world.aims, world.starts_at)
    for at in moments(world):
        for guest in guests:
            asking = basket((), guest, at, world.currency)
            open_ = [o for o in world.offers if not any(rule.unmet_by_cart(asking) for rule in o.conditions)]
            if world.draft not in {o.id for o in open_}:
                continue
            for pieces in quantities:
                cart = basket(((one, pieces),), guest, at, world.currency)
                quote = price_cart(cart, book, world.facts, dearest_gifts(world.costs, world.offers))
                yield worth_of_quote(world.costs, quote, one.line.sku)


def random_world(seed):
    """Return a world of three to eight offers and a SKU in it."""
    random = Random(seed)
    makers = [_item, _pieces, _tiers, _every, _gift, _reward, _shipping, _coupon, _coupon]
    offers = [
        random.choice(makers)(f"campaign:{place}", random, **(random.choice(HALVES) if place else {}))
        for place in range(random.randrange(3, 9))
    ]
    budgets = {one.id: random.choice([900, 5_000, 50_000]) for one in offers if one.budgeted}
    uses = {one.id: random.choice([1, 2, 5]) for one in offers if one.limited_uses}
    coupons = tuple(_held(one.id) for one in offers if one.needs_coupon)
    world = world_of(*offers, facts=Facts(uses_left=uses, budget_left_cents=budgets, coupons=coupons), costs={"G": 700})
    list_cents = random.choice([990, 2_500, 3_333, 8_800, 20_000])
    return world, good(list_cents=list_cents, floor_cents=random.choice([0, 0, 500]), fee_cents=800)


def _terms(random, **other):
    terms = {"shipping:shop", "shipping:platform", "coupon:shop", "coupon:platform"}
    terms |= {f"{layer}:{owner}" for layer in ("item", "multi", "order") for owner in ("shop", "platform")}
    kept = terms - set(random.sample(sorted(terms), random.choice([0, 0, 3, 6])))
    conditions = random.choice(
        [(), (), (), (("member_level", {"levels": ["gold"]}),), (("member_level", {"levels": ["silver"]}),)]
    )
    found = {
        "combines_with": frozenset(kept),
        "conditions": conditions,
        "group": random.choice([None, None, None, "g"]),
    }
    found |= {"owner": random.choice(["s1", "platform"]), "priority": random.randrange(3)}
    found |= {random.choice(["budgeted", "limited_uses"]): random.random() < 0.15}
    return found | other


def _item(code, random, **other):
    rule = random.choice([("percent_off", {"rate_bp": 1_500}), ("amount_off", {"off_cents": 333})])
    return offer(code, *rule, layer="item", **_terms(random, **other))


def _pieces(code, random, **other):
    rule = random.choice(
        [
            ("nth_unit_off", {"every": 2, "rate_bp": 5_000}),
            ("buy_get", {"buy": 2, "get": 1}),
            ("any_n_for_price", {"pieces": 3, "price_cents": 2_400}),
            ("bulk_unit_price", {"tiers": [{"from_pieces": 4, "rate_bp": 1_000}]}),
        ]
    )
    return offer(code, *rule, layer="multi", **_terms(random, **other))


def _tiers(code, random, **other):
    tiers = [{"threshold_cents": 10_000, "off_cents": 1_500}, {"threshold_cents": 25_000, "off_cents": 5_000}]
    basis = random.choice(["net", "net", "list"])
    return offer(code, "spend_tiers", {"tiers": tiers}, threshold_on=basis, **_terms(random, **other))


def _every(code, random, **other):
    params = {"tiers": [{"threshold_cents": 6_000, "off_cents": 700}], "every": True}
    return offer(code, "spend_tiers", params | random.choice([{}, {"max_times": 2}]), **_terms(random, **other))


def _gift(code, random, **other):
    gifts = [{"sku": "G", "value_cents": 900}, {"sku": "H", "value_cents": 600}]
    params = {"gifts": gifts, "threshold_cents": random.choice([5_000, 12_000])}
    return offer(code, "gift", params | random.choice([{}, {"choose": 1}]), **_terms(random, **other))


def _reward(code, random, **other):
    return offer(
        code, "reward", {"template": "7", "value_cents": 500, "threshold_pieces": 3}, **_terms(random, **other)
    )


def _shipping(code, random, **other):
    other["conditions"] = (("min_spend", {"threshold_cents": 9_900}),)
    return offer(code, "free_shipping", {}, layer="shipping", **_terms(random, **other))


def _coupon(code, random, **other):
    rule = random.choice(
        [
            ("spend_tiers", {"tiers": [{"threshold_cents": 8_000, "off_cents": 1_000}]}),
            ("percent_off", {"rate_bp": 1_000, "cap_cents": 800}),
        ]
    )
    return offer(code, *rule, layer="coupon", **_terms(random, **other))
