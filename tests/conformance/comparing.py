"""Compares what a case expects with what the quote says; only what is stated is compared."""

from fractions import Fraction


def differences(example, expect):
    """Return (name, expected, found) of everything that differs."""
    rows = []
    for name, expected in expect.items():
        for label, wanted, found in _pairs(example, name, expected):
            if wanted != found:
                rows.append((label, wanted, found))
    return rows


def _pairs(example, name, expected):
    found = example.found(name)
    if name == "lines":
        for row in expected:
            yield from _line_pairs(example, row, found[row["sku"]])
    elif name == "refunds":
        for row in expected:
            yield f"refund {row['seq']}", example.minor(row["amount"]), found[row["seq"]]
    elif name == "discount_by_promotion":
        for offer, text in expected.items():
            yield f"discount of {offer}", example.minor(text), found.get(offer, 0)
    elif name == "applied":
        yield name, sorted(expected), found
    elif name == "not_applied":
        yield name, [], sorted(set(expected) - set(found))
    elif name == "line_discounts_any_order":
        yield name, sorted(example.minor(text) for text in expected), found
    else:
        yield name, example.minor(expected), found


def _line_pairs(example, row, found):
    sku = row["sku"]
    for name in set(row) & {"discount", "total"}:
        yield f"{name} of {sku}", example.minor(row[name]), found[name]
    if "net_unit_price" in row:
        yield (
            f"net of {sku}",
            Fraction(example.minor(row["net_unit_price"])),
            Fraction(found["total"], found["quantity"]),
        )
    if "unit_discounts" in row:
        yield f"discounts of {sku}", sum(example.minor(text) for text in row["unit_discounts"]), found["discount"]
    for offer, text in row.get("by_promotion", {}).items():
        yield f"{offer} on {sku}", example.minor(text), found["by_promotion"].get(offer, 0)
