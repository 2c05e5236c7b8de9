"""What holds for every cart: sums, floors, order of input, further offers, round trips."""

import json
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.engine.document import document_of, parse_document, price_document, quote_document
from pricing.engine.errors import WrongDocument
from pricing.engine.keeping import kept_document
from pricing.engine.layers import Layer
from pricing.engine.merging import hand_back
from tests.pricing.engine.random_carts import random_document

SEEDS = st.integers(0, 10**9)


def goods_figures(quote):
    """Return what a quote says, apart from which input line holds which unit."""
    return replace(quote, lines=tuple(replace(line, parts=()) for line in quote.lines))


@pytest.mark.req("PRC-03")
@given(SEEDS)
def test_every_sum_is_exact_and_no_line_goes_below_its_floor(seed):
    document = random_document(seed, choosing=True)
    quote = price_document(document)
    floors = {(line.shop, line.sku): min(line.floor_cents, line.list_cents) for line in document.cart.lines}
    discounts = {}
    for line in (*quote.lines, *quote.shipping):
        gross_cents = line.fee_cents if line in quote.shipping else line.list_cents * line.quantity
        assert gross_cents - sum(share.cents for share in line.shares) == line.net_cents >= 0
        assert all(share.cents > 0 for share in line.shares)
        for share in line.shares:
            whom = (share.offer, share.coupon)
            discounts[whom] = discounts.get(whom, 0) + share.cents
    exchanging = {offer.id for offer in document.offers if offer.benefit.BELOW_FLOORS}
    exchanged = {key for row in quote.applied if row.offer in exchanging for key in row.lines}
    for line in quote.lines:
        assert line.key in exchanged or line.net_cents >= floors[line.shop, line.sku] * line.quantity
    assert discounts == {(row.offer, row.coupon): row.discount_cents for row in quote.applied if row.discount_cents}
    adding = {row.offer for row in (*quote.gifts, *quote.rewards)}
    assert {row.offer for row in quote.applied if not row.discount_cents} == adding
    assert quote.total_cents == sum(line.net_cents for line in (*quote.lines, *quote.shipping))
    assert quote.discount_cents == quote.list_cents - sum(line.net_cents for line in quote.lines)


@pytest.mark.req("CAM-08", "CAM-13")
@given(SEEDS)
def test_no_offer_gives_more_than_its_counts_whatever_the_number_of_coupons(seed):
    document = random_document(seed, choosing=True)
    quote, facts = price_document(document), document.facts
    quantities = {line.key: (line.sku, line.quantity) for line in quote.lines}
    for offer in document.offers:
        rows = [row for row in quote.applied if row.offer == offer.id]
        taken = [quantities[key] for row in rows for key in row.lines]
        if offer.budgeted:
            assert sum(row.discount_cents for row in rows) <= facts.budget_left_cents[offer.id]
        if offer.limited_uses:
            assert sum(units for _, units in taken) <= facts.uses_left[offer.id]
        if offer.limited_units:
            for sku, _ in taken:
                of_sku = sum(units for taken_sku, units in taken if taken_sku == sku)
                left = [facts.units_left[key] for key in ((offer.id, sku), (offer.id, "*")) if key in facts.units_left]
                assert of_sku <= min(left)


@pytest.mark.req("CPN-01")
@given(SEEDS)
def test_a_coupon_is_exchanged_for_its_goods_and_no_piece_twice(seed):
    document = random_document(seed, choosing=True)
    quote = price_document(document)
    named = {offer.id: offer.benefit.units_taken() for offer in document.offers if offer.benefit.units_taken()}
    lines = {line.key: line for line in quote.lines}
    exchanges = [row for row in quote.applied if row.offer in named]
    for row in exchanges:
        pieces = Counter()
        for key in row.lines:
            pieces[lines[key].sku] += lines[key].quantity
        assert pieces == named[row.offer]
    taken = [key for row in exchanges for key in row.lines]
    assert len(set(taken)) == len(taken)


@pytest.mark.req("PRC-03")
@given(SEEDS)
def test_funders_carry_their_portion_of_each_offer_to_the_cent(seed):
    document = random_document(seed)
    quote = price_document(document)
    offers = {offer.id: offer for offer in document.offers}
    for applied in quote.applied:
        paid = {}
        for line in (*quote.lines, *quote.shipping):
            for share in line.shares:
                if (share.offer, share.coupon) == (applied.offer, applied.coupon):
                    paid[share.funder] = paid.get(share.funder, 0) + share.cents
        for funder, rate_bp in offers[applied.offer].funders:
            exact = applied.discount_cents * rate_bp
            assert abs(paid.get(funder, 0) * 10_000 - exact) <= 10_000
        assert sum(paid.values()) == applied.discount_cents


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_the_order_of_lines_offers_and_coupons_changes_nothing(seed):
    document = random_document(seed, choosing=True)
    random = Random(seed)
    shuffled = replace(
        document,
        cart=replace(
            document.cart,
            lines=tuple(random.sample(document.cart.lines, len(document.cart.lines))),
            shipping=document.cart.shipping[::-1],
        ),
        offers=document.offers[::-1],
        facts=replace(document.facts, coupons=document.facts.coupons[::-1]),
    )
    assert price_document(shuffled) == price_document(document)


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_splitting_a_line_changes_nothing_but_who_holds_which_unit(seed):
    document = random_document(seed)
    pieces = []
    for line in document.cart.lines:
        pieces += [replace(line, key=f"{line.key}-{number}", quantity=1) for number in range(line.quantity)]
    split = replace(document, cart=replace(document.cart, lines=tuple(pieces)))
    whole, parted = price_document(document), price_document(split)
    assert goods_figures(parted) == goods_figures(whole)
    assert parted.fingerprint == whole.fingerprint
    assert sum(net_cents for _, net_cents in hand_back(parted).values()) == sum(line.net_cents for line in whole.lines)


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_results_are_handed_back_to_every_input_line(seed):
    document = random_document(seed)
    back = hand_back(price_document(document))
    assert {key: list_cents for key, (list_cents, _) in back.items()} == {
        line.key: line.list_cents * line.quantity for line in document.cart.lines
    }


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_best_price_is_never_worse_than_priority_even_without_nodes_to_search(seed):
    document = random_document(seed, most_offers=8)
    priority = price_document(replace(document, mode="priority")).total_cents
    best = price_document(document)
    assert best.total_cents <= priority
    for node_budget in (0, 1, 3):
        hasty = price_document(replace(document, node_budget=node_budget))
        assert best.total_cents <= hasty.total_cents <= min(priority, best.total_cents + hasty.bound_cents)
        assert not hasty.optimal or hasty.total_cents == best.total_cents


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_a_further_optional_offer_never_raises_the_total(seed):
    document = random_document(seed)
    for offer in document.offers:
        optional = offer.layer is Layer.COUPON or not offer.always_applied
        if optional:
            without = replace(document, offers=tuple(other for other in document.offers if other is not offer))
            assert price_document(document).total_cents <= price_document(without).total_cents


@pytest.mark.req("PRC-04")
@given(SEEDS)
def test_every_offer_that_touches_the_cart_applies_or_says_why_not(seed):
    document = random_document(seed, choosing=True)
    quote = price_document(document)
    applied = {(row.offer, row.coupon) for row in quote.applied}
    refused = {(row.offer, row.coupon) for row in quote.not_applied}
    assert not applied & refused
    for offer in document.offers:
        lines = [line for line in document.cart.lines if offer.owner in ("platform", line.shop)]
        if not offer.needs_coupon and any(offer.scope.meets(line) for line in lines):
            assert (offer.id, None) in applied | refused
    assert all(str(row.reason.message) for row in quote.not_applied)


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_choices_are_kept_or_dropped_with_a_reason(seed):
    document = random_document(seed, choosing=True)
    quote, choices = price_document(document), document.choices
    dropped_coupons = {choice.coupon for choice in quote.dropped_choices}
    if choices.coupons is not None:
        assert set(quote.coupons) == choices.coupons - dropped_coupons
    assert not set(quote.coupons) & choices.refused_coupons
    dropped_lines = {choice.line for choice in quote.dropped_choices}
    for line in quote.lines:
        offers = {share.offer for share in line.shares}
        assert not any((key, offer) in choices.barred for key, _ in line.parts for offer in offers)
    for key, offer in choices.pinned.items():
        merged = next(line.key.split("#")[0] for line in quote.lines if key in dict(line.parts))
        segments = [line for line in quote.lines if line.key.split("#")[0] == merged]
        took = {line.key for line in segments} & {
            taken for row in quote.applied if row.offer == offer for taken in row.lines
        }
        assert took or dropped_lines & {part for line in segments for part, _ in line.parts}


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_a_document_survives_json(seed):
    document = random_document(seed, choosing=True)
    text = json.dumps(document_of(document))
    assert parse_document(json.loads(text)) == document
    assert json.loads(json.dumps(quote_document(price_document(document))))["fingerprint"]


@pytest.mark.req("PRC-01")
@given(SEEDS)
def test_the_document_kept_with_an_order_prices_the_same(seed):
    document = random_document(seed)
    kept = kept_document(document)
    whole, narrowed = price_document(document), price_document(kept)
    assert narrowed.lines == whole.lines
    assert narrowed.fingerprint == whole.fingerprint
    assert parse_document(document_of(kept)) == kept


@pytest.mark.req("PRC-01")
@given(SEEDS, st.randoms(use_true_random=False))
def test_a_damaged_document_is_refused_by_name_or_still_prices(seed, random):
    damaged = document_of(random_document(seed, choosing=True))
    _damage(damaged, random)
    total_cents, field = _price_or_field(damaged)
    assert field if total_cents is None else total_cents >= 0


def _price_or_field(document):
    """Return the total, or the name of the field for which the document is refused."""
    try:
        return price_document(parse_document(document)).total_cents, None
    except WrongDocument as refusal:
        return None, refusal.field


def _damage(document, random):
    """Replace one value somewhere in the document by something else."""
    place = document
    while True:
        key = random.choice(list(place) if isinstance(place, dict) else list(range(len(place))))
        inside = place[key]
        if not isinstance(inside, (dict, list)) or not inside or random.random() < 0.1:
            place[key] = random.choice([None, -1, 10**30, True, "", "x" * 500, [], {}, 1.5, [None], {"a": 1}, "NaN"])
            return
        place = inside
