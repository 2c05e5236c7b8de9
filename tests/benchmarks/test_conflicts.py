"""What a conflict report costs is bounded by how often the engine is asked, which no busy machine changes."""

from dataclasses import replace

import pytest

from campaigns.conflicts import asking
from campaigns.conflicts.deepest import Search
from tests.benchmarks.conflict_world import look_at, world_and_goods

pytestmark = pytest.mark.req("CAM-14")


@pytest.fixture
def asked(monkeypatch):
    """The carts that the engine has decided about."""
    carts = []

    def decide(cart, *args, **kwargs):
        carts.append(cart)
        return decided(cart, *args, **kwargs)

    decided = asking.decide
    monkeypatch.setattr(asking, "decide", decide)
    return carts


def test_the_engine_is_asked_about_some_fifteen_carts_for_each_sku_among_sixty_offers_and_proves_every_price(asked):
    world, goods = world_and_goods(60)
    search, rows = look_at(world, goods)
    assert rows == 60
    assert all(found.sure for found in search.known.values())
    assert 5 * len(search.known) < len(asked) < 20 * len(search.known)


def test_skus_that_no_offer_tells_apart_are_asked_about_once(asked):
    world, (first, *_) = world_and_goods(1)
    search = Search(world)
    before = search.deepest(first)
    carts = len(asked)
    after = search.deepest(replace(first, line=replace(first.line, key="twin", sku="twin")))
    assert len(asked) == carts
    assert (after.worth, after.applied) == (before.worth, before.applied)
    assert [line.sku for line in after.document.cart.lines] == ["twin"]


def test_a_shared_answer_is_the_one_that_each_sku_would_get_alone():
    world, goods = world_and_goods(300)
    search, compared = Search(world), 0
    for good in goods:
        known = len(search.known)
        found = search.deepest(good)
        if len(search.known) == known:
            alone = Search(world).deepest(good)
            assert (found.worth, found.applied, found.document) == (alone.worth, alone.applied, alone.document)
            compared += 1
        if compared == 12:
            break
    assert compared == 12
