"""A minimal greedy engine: what plain Python can reach without reasons, proofs or records; the measure of the ratios.

One pass by priority; an exclusive promotion locks its lines; discounts are split by largest remainder.
"""

from pricing.engine.allocation import split


def greedy_quote(promotions, cart, fee_cents):
    """Return (nets, fee) of a cart of (product, category, price, quantity)."""
    nets = [price * quantity for _, _, price, quantity in cart]
    locked, touched = [False] * len(cart), [False] * len(cart)
    by_category = {}
    for place, (_, category, _, _) in enumerate(cart):
        by_category.setdefault(category, []).append(place)
    for row in promotions:
        if row["kind"] == "free_shipping":
            fee_cents = 0 if sum(nets) >= row["threshold"] else fee_cents
            continue
        scope = range(len(cart))
        if row["kind"] == "percent_category":
            scope = [place for category in row["categories"] for place in by_category.get(category, ())]
        taken = [
            place
            for place in scope
            if not locked[place] and nets[place] > 0 and not (row["exclusive"] and touched[place])
        ]
        for place, off_cents in zip(taken, _offs(row, [nets[place] for place in taken]), strict=False):
            nets[place] -= off_cents
            touched[place] = True
            locked[place] = locked[place] or row["exclusive"]
    return nets, fee_cents


def _offs(row, nets):
    if row["kind"] == "percent_category":
        return [(net * row["percent"] + 50) // 100 for net in nets]
    total = sum(nets)
    return split(min(row["off"], total), nets) if total and total >= row["threshold"] else ()
