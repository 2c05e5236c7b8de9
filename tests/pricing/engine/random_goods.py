"""Random parameters of benefits that name goods: sets, exchanges, and what is got for what is bought."""

from random import Random

SKUS = ("a", "b", "c", "d")


def random_set(random: Random) -> dict:
    """Return named goods, two pieces or more, and their price."""
    chosen = random.sample(SKUS, random.randint(2, 3))
    return {"goods": {sku: random.choice((1, 1, 2)) for sku in chosen}, "price_cents": random.choice((0, 100, 6000))}


def random_exchange(random: Random) -> dict:
    """Return named goods that a coupon is exchanged for."""
    goods = {sku: random.choice((1, 1, 2)) for sku in random.sample(SKUS, random.choice((1, 1, 2)))}
    return {"goods": goods} | random.choice(({}, {}, {"price_cents": 100}))


def random_any_n(random: Random) -> tuple[str, dict]:
    """Return code and parameters of a benefit on any pieces, in groups."""
    pick = random.choice(({}, {"pick": "cheapest"}, {"max_times": random.randint(1, 2), "pick": "cheapest"}))
    worth = random.choice(
        (
            {"off_cents": 1500},
            {"rate_bp": 3333},
            {"piece_off_cents": 700},
            {"piece_price_cents": random.choice((0, 900))},
        )
    )
    more = {"pieces": random.randint(2, 4)} | pick
    return random.choice(
        (("any_n_off", worth | more), ("any_n_for_price", {"price_cents": random.choice((0, 100, 6000))} | more))
    )


def random_gets(random: Random) -> dict:
    """Return what is bought and what is got for it: mostly other goods."""
    named = random.choice(({"skus": random.sample(SKUS, random.randint(1, 2))}, {"categories": ["cat-True"]}))
    got = random.choice(({}, {"get_scope": named}, {"get_scope": named}, {"get_scope": named, "max_pieces": 3}))
    worth = random.choice(({}, {"rate_bp": random.choice((1, 3333, 5000))}, {"off_cents": random.choice((1, 600))}))
    capped = {"max_times": random.randint(1, 3)} if "max_pieces" not in got and random.random() < 0.5 else {}
    return {"buy": random.randint(1, 3), "get": random.randint(1, 2)} | got | worth | capped
