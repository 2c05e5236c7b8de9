"""Random gifts and rewards, with small stocks, and the shopper's picks of them."""

from random import Random

from pricing.engine.offer import Offer

GIFTS = ("a", "mug", "pen")


def random_addition(random: Random) -> tuple[str, dict]:
    """Return the code and the parameters of a gift or a reward."""
    threshold = random.choice(
        (
            {},
            {"threshold_cents": random.choice((1, 1000, 5000, 10_000))},
            {"threshold_pieces": random.randint(1, 5)},
        )
    )
    if random.random() < 0.3:
        return "reward", {"template": random.choice(("1", "2")), "value_cents": random.choice((500, 900)), **threshold}
    presents = [_present(random, sku) for sku in random.sample(GIFTS, random.randint(1, 3))]
    chosen = {"choose": random.randint(1, len(presents) - 1)} if len(presents) > 1 and random.random() < 0.5 else {}
    every = random.choice(({}, {"every": True}, {"every": True, "max_times": 2})) if threshold else {}
    return "gift", {"gifts": presents, **threshold, **chosen, **every}


def _present(random: Random, sku: str) -> dict:
    stock = random.choice(({}, {"stock_units": 9}))
    return {"sku": sku, "value_cents": random.choice((1, 500, 900)), "quantity": random.randint(1, 2), **stock}


def random_gifts_left(random: Random, offers: tuple[Offer, ...]) -> dict[tuple[str, str], int]:
    """Return small stocks, some of them unknown."""
    return {(offer.id, sku): random.randint(0, 3) for offer in offers for sku in GIFTS if random.random() < 0.8}


def random_picks(random: Random, offers: tuple[Offer, ...]) -> frozenset[tuple[str, str]]:
    """Return picks of gifts, some of which nobody can have."""
    pairs = [(offer.id, sku) for offer in offers for sku in (*GIFTS, "nothing")]
    return frozenset(random.sample(pairs, random.randint(0, 2)))
