"""The engine against rules that are written apart from it, and against a search that leaves nothing out."""

from dataclasses import replace

import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from pricing.engine.document import CartDocument, price_document
from tests.pricing.engine.plain.benefits import GIVERS
from tests.pricing.engine.plain.choosing import best_for_shopper
from tests.pricing.engine.plain.counter import Counter
from tests.pricing.engine.plain.search import (
    Found,
    TooLarge,
    admitted_by_priority,
    best_by_visiting_all,
    counter_of,
    optional_beside,
    settled,
)
from tests.pricing.engine.random_carts import random_document

SEEDS = st.integers(0, 10**9)
CONDITIONS = {"min_spend", "min_quantity", "cart_contains", "line_quantity", "member_level"}


def known(document: CartDocument) -> CartDocument:
    """Return the document with those offers whose rules are written in `plain`."""
    offers = [
        offer
        for offer in document.offers
        if offer.benefit.CODE in GIVERS and {rule.CODE for rule in offer.conditions} <= CONDITIONS
    ]
    return replace(document, offers=tuple(offers))


def crowded(seed: int) -> CartDocument:
    """Return a document with 8 to 12 optional offers."""
    document = known(random_document(seed, most_offers=30))
    while (optional := _optional(document)) > 12:
        document = replace(document, offers=document.offers[:-1])
    assume(optional >= 8)
    return document


def _optional(document: CartDocument) -> int:
    counter = counter_of(document)
    return len(optional_beside(counter, settled(counter)))


def said_by_engine(document: CartDocument):
    """Return lines and fees with what each offer gave, as the engine says."""
    quote = price_document(document)
    assert quote.optimal or document.mode == "priority"
    lines = [(line.shop, line.sku, line.quantity, line.net_cents, _shares(line)) for line in quote.lines]
    return quote.total_cents, lines, [(fee.shop, fee.net_cents, _shares(fee)) for fee in quote.shipping]


def _shares(line) -> dict:
    given = {}
    for share in line.shares:
        who = (share.offer, share.coupon or "")
        given[who] = given.get(who, 0) + share.cents
    return given


def said_by_plain(counter: Counter, found: Found):
    """Return the same as the plain rules say."""
    lines, fees = [], []
    on_fees = {who for who in found.members if counter.players[who].layer == "shipping"}
    for number, part in enumerate(found.parts):
        like = counter.lines[part.line].like
        off = {who: cents[number] for who, cents in found.bill.given.items() if who not in on_fees and cents[number]}
        lines.append((like.shop, like.sku, part.units, like.list_cents * part.units - sum(off.values()), off))
    for number, fee in enumerate(counter.fees):
        off = {who: cents[number] for who, cents in found.bill.given.items() if who in on_fees and cents[number]}
        fees.append((fee.shop, fee.fee_cents - sum(off.values()), off))
    return sum(line[3] for line in lines) + sum(fee[1] for fee in fees), lines, fees


@pytest.mark.req("PRC-02", "PRC-03")
@given(SEEDS)
def test_every_line_and_fee_is_what_the_plain_rules_say(seed):
    document = known(random_document(seed))
    assert said_by_engine(document) == said_by_plain(*best_by_visiting_all(document))


@pytest.mark.req("PRC-02")
@settings(max_examples=settings().max_examples // 5)
@given(SEEDS)
def test_with_eight_to_twelve_optional_offers_the_search_finds_what_visiting_all_answers_finds(seed):
    document = crowded(seed)
    try:
        expected = said_by_plain(*best_by_visiting_all(document, most=5000))
    except TooLarge:
        reject()
    assert said_by_engine(document) == expected


@pytest.mark.req("PRC-02")
@given(SEEDS)
def test_by_priority_offers_are_admitted_one_after_the_other(seed):
    document = known(random_document(seed, most_offers=14))
    by_priority = replace(document, mode="priority")
    assert said_by_engine(by_priority) == said_by_plain(*admitted_by_priority(document))


@pytest.mark.req("SHP-05", "CPN-08")
@given(SEEDS)
@example(34037729)  # a limit leaves a line to nobody, and who takes first decides between answers of equal saving
def test_the_shopper_gets_the_best_of_the_answers_that_keep_the_choices(seed):
    document = known(random_document(seed, choosing=True))
    counter, found, in_vain = best_for_shopper(document)
    assert said_by_engine(document) == said_by_plain(counter, found)
    dropped = price_document(document).dropped_choices
    assert {(row.line, row.offer, row.coupon) for row in dropped if not row.gift} == in_vain
