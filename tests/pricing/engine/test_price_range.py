"""Scopes that keep to a range of list prices."""

from dataclasses import replace

import pytest

from pricing.engine.document import document_of, parse_document
from pricing.engine.errors import WrongDocument, WrongParams
from pricing.engine.keeping import narrow
from pricing.engine.layers import TERMS, Layer
from pricing.engine.registry import dump_params, load_condition
from pricing.engine.scope import Scope, dump_scope, load_scope
from tests.pricing.engine.builders import cart_of, goods, offer, price, reason_of, share_sums, skus
from tests.pricing.engine.random_carts import random_document

TEN_TO_FIFTY = Scope(everything=True, least_list_cents=1000, most_list_cents=5000)


@pytest.mark.req("CAM-07")
@pytest.mark.parametrize(("list_cents", "meant"), [(999, False), (1000, True), (5000, True), (5001, False)])
def test_both_ends_of_the_range_are_included(list_cents, meant):
    assert TEN_TO_FIFTY.meets(goods("A", list_cents)) is meant
    assert not TEN_TO_FIFTY.means_all


@pytest.mark.req("CAM-07")
def test_an_open_end_is_no_bound_and_the_range_alone_means_no_line():
    assert Scope(everything=True, least_list_cents=1000).meets(goods("A", 10**6))
    assert Scope(everything=True, most_list_cents=1000).meets(goods("A", 0))
    assert not Scope(least_list_cents=1000).meets(goods("A", 2000))
    assert not replace(TEN_TO_FIFTY, excluded_skus=frozenset({"A"})).meets(goods("A", 2000))


@pytest.mark.req("CAM-07")
def test_the_list_price_counts_whatever_was_reduced_before():
    sale = offer("campaign:1", "percent_off", {"rate_bp": 6000}, layer=Layer.ITEM, scope=skus("A"), combines_with=TERMS)
    each = offer("campaign:2", "units_off", {"off_cents": 300}, layer=Layer.MULTI, scope=TEN_TO_FIFTY)
    quote = price(cart_of(goods("A", 2000), goods("B", 4000), goods("C", 9000)), sale, each)
    assert share_sums(quote) == [1500, 300, 0]


@pytest.mark.req("CAM-07", "PRC-04")
def test_an_offer_for_other_prices_is_told_with_its_reason():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, scope=TEN_TO_FIFTY)
    assert reason_of(price(cart_of(goods("A", 9000)), deal), "campaign:1") == ("not_on_this_line", {})


@pytest.mark.req("CAM-05")
def test_a_condition_counts_goods_in_its_range_only():
    dear = {"everything": True, "least_list_cents": 5000}
    needs = (("min_spend", {"threshold_cents": 6000, "scope": dear}),)
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, conditions=needs)
    quote = price(cart_of(goods("A", 4000, 9), goods("B", 5000)), deal)
    assert reason_of(quote, "campaign:1") == ("below_threshold", {"missing_cents": 1000})
    assert price(cart_of(goods("A", 4000), goods("B", 6000)), deal).discount_cents == 1000


@pytest.mark.req("PRC-06")
def test_the_document_kept_with_an_order_names_the_skus_instead():
    deal = offer("campaign:1", "percent_off", {"rate_bp": 1000}, scope=TEN_TO_FIFTY)
    (kept,) = narrow((deal,), cart_of(goods("A", 2000), goods("B", 9000)))
    assert kept.scope == skus("A")
    told_by_price = cart_of(goods("A", 2000), replace(goods("A", 9000, shop="s2"), key="A2"))
    assert narrow((deal,), told_by_price)[0].scope == TEN_TO_FIFTY


@pytest.mark.req("PRC-06")
def test_the_range_survives_storing():
    assert load_scope(dump_scope(TEN_TO_FIFTY), "scope") == TEN_TO_FIFTY
    assert dump_scope(TEN_TO_FIFTY) == {"everything": True, "least_list_cents": 1000, "most_list_cents": 5000}
    params = {"threshold_cents": 1, "scope": {"skus": ["A"], "most_list_cents": 5}}
    assert dump_params(load_condition("min_spend", params)) == params
    document = random_document(1)
    with_range = replace(document, offers=(replace(document.offers[0], scope=TEN_TO_FIFTY), *document.offers[1:]))
    assert parse_document(document_of(with_range)) == with_range


@pytest.mark.req("CAM-02")
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"least_list_cents": 0}, "least_list_cents"),
        ({"least_list_cents": True}, "least_list_cents"),
        ({"most_list_cents": "5"}, "most_list_cents"),
        ({"most_list_cents": 10**20}, "most_list_cents"),
        ({"least_list_cents": 6, "most_list_cents": 5}, "most_list_cents"),
    ],
)
def test_a_range_without_prices_is_refused_by_name(wrong, field):
    with pytest.raises(WrongParams) as refused:
        load_condition("min_spend", {"threshold_cents": 1, "scope": {"everything": True, **wrong}})
    assert refused.value.field == f"scope.{field}"
    document = document_of(random_document(1))
    document["offers"][0]["scope"].update(wrong)
    with pytest.raises(WrongDocument) as found:
        parse_document(document)
    assert found.value.field == f"offers[0].scope.{field}"
