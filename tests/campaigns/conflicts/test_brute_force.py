"""Nothing is deeper than what the report says, and what it says is what the engine gives."""

import json
from fractions import Fraction

import pytest

from campaigns.conflicts.asking import worth_of_quote
from campaigns.conflicts.deepest import Search
from pricing.engine.document import decode, document_of, parse_document, price_document
from tests.campaigns.conflicts.worlds import every_worth, random_world


@pytest.mark.req("CAM-14")
@pytest.mark.parametrize("block", range(8))
def test_no_cart_of_the_family_at_any_moment_for_anybody_is_deeper_than_what_is_reported(block):
    told = 0
    for seed in range(block * 25, block * 25 + 25):
        world, good = random_world(seed)
        search = Search(world)
        found = search.deepest(good)
        if found is None:
            continue
        told += 1
        dig = search.dig(good, search.touching(good))
        family = {pieces for party in dig.parties() for pieces, _ in dig.asked_alone(party)}
        deepest = min(Fraction(worth.left_cents, worth.pieces) for worth in every_worth(world, good, family))
        assert deepest == Fraction(found.worth.left_cents, found.worth.pieces), seed
    assert told > 12


@pytest.mark.req("CAM-14")
def test_every_witness_priced_again_from_its_document_gives_exactly_what_is_reported():
    for seed in range(200):
        world, good = random_world(seed)
        search = Search(world)
        found = search.deepest(good)
        if found is None:
            continue
        text = json.dumps(document_of(found.document))
        quote = price_document(parse_document(decode(text)))
        assert worth_of_quote(world.costs, quote, good.line.sku) == found.worth, seed
        assert {applied.offer for applied in quote.applied} == set(found.applied)
