"""A minimal greedy engine: what plain Python can reach without reasons, proofs or records; the measure of the ratios.

One pass by priority; an exclusive promotion takes only lines that nobody has touched and locks them; discounts are
split by largest remainder. It is not a model of the engine: it only says what the same work costs at least.
"""


def greedy_quote(promotions, cart):
    """Return (nets of the lines, shipping, rows of (promotion, line, cents)). `promotions` by falling priority."""
    lines, fee_cents, rows = cart["lines"], cart["shipping"], []
    nets = [line["price"] * line["qty"] for line in lines]
    locked, touched = [False] * len(lines), [False] * len(lines)
    by_category = _places_by_category(lines)
    for row in promotions:
        kind = row["kind"]
        if kind == "free_shipping":
            if fee_cents and sum(nets) >= row["threshold"]:
                rows.append((row["id"], None, fee_cents))
                fee_cents = 0
            continue
        scope = range(len(lines))
        if kind != "threshold_off":
            scope = [place for category in row["categories"] for place in by_category.get(category, ())]
        exclusive = row["exclusive"]
        free = [p for p in scope if not locked[p] and nets[p] > 0 and not (exclusive and touched[p])]
        if not free:
            continue
        for place, off_cents in _OFFS[kind](row, free, lines, nets):
            if off_cents:
                nets[place] -= off_cents
                touched[place] = True
                locked[place] = locked[place] or exclusive
                rows.append((row["id"], place, off_cents))
    return nets, fee_cents, rows


def _places_by_category(lines):
    found = {}
    for place, line in enumerate(lines):
        found.setdefault(line["category"], []).append(place)
    return found


def _amount_off(row, free, lines, nets):
    weights = [nets[place] for place in free]
    total = sum(weights)
    return zip(free, _split(min(row["value"], total), weights), strict=True) if total >= row["threshold"] else ()


def _split(amount_cents, weights):
    total = sum(weights)
    shares = [amount_cents * weight // total for weight in weights]
    missing = amount_cents - sum(shares)
    if missing:
        neediest = sorted(range(len(weights)), key=lambda place: -(amount_cents * weights[place] % total))
        for place in neediest[:missing]:
            shares[place] += 1
    return shares


def _rate_off(row, free, lines, nets):
    return [(place, (nets[place] * row["value"] + 50) // 100) for place in free]


def _cheapest_pieces_off(row, free, lines, nets):
    """Of `n` pieces one is reduced, the cheapest first: by half, or to nothing."""
    pieces = sorted((lines[place]["price"], place, lines[place]["qty"]) for place in free)
    left, percent, found = sum(quantity for _, _, quantity in pieces) // row["n"], row["value"] or 100, []
    for price, place, quantity in pieces:
        if not left:
            break
        reduced = min(quantity, left)
        found.append((place, min(nets[place], price * reduced * percent // 100)))
        left -= reduced
    return found


_OFFS = {
    "threshold_off": _amount_off,
    "pct_category": _rate_off,
    "nth_half": _cheapest_pieces_off,
    "three_for_two": _cheapest_pieces_off,
}
