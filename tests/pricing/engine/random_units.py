"""Random benefits by the piece: unit prices by quantity, and reductions of some pieces only."""

from random import Random


def random_units(random: Random) -> tuple[str, dict]:
    """Return the code and the parameters of a benefit that reduces single pieces."""
    if random.random() < 0.6:
        return _unit_prices(random)
    return random.choice((random_units_off(random), ("sku_amount_off", {"off_cents": random.choice((1, 700, 6000))})))


def random_units_off(random: Random) -> tuple[str, dict]:
    """Return a benefit on some pieces."""
    worth = random.choice(({"off_cents": random.choice((1, 700, 6000))}, {"rate_bp": random.choice((1, 3333, 10_000))}))
    most = {name: random.randint(1, 3) for name in ("max_units", "max_units_per_sku") if random.random() < 0.6}
    return "units_off", {**worth, **most, "pick": random.choice(("cheapest", "dearest"))}


def _unit_prices(random: Random) -> tuple[str, dict]:
    params = {"tiers": _tiers(random), "over_all": random.random() < 0.5}
    if random.random() < 0.5:
        return "bulk_unit_price", params
    capped = {"max_pieces": params["tiers"][-1]["from_pieces"] + random.randint(0, 2)}
    return "graduated_unit_price", params | random.choice(({}, capped))


def _tiers(random: Random) -> list[dict]:
    """Return one to three tiers of one sort, each worth more than the one before."""
    name, worths = random.choice(
        (("price_cents", (4000, 900, 0)), ("off_cents", (1, 500, 4000)), ("rate_bp", (1, 3333, 10_000)))
    )
    starts = sorted(random.sample(range(1, 7), random.randint(1, 3)))
    return [{"from_pieces": start, name: worth} for start, worth in zip(starts, worths, strict=False)]
