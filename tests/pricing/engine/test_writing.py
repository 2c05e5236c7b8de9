"""A quote is written as far as it is read, and is the same value to whoever reads it."""

import pickle
from dataclasses import FrozenInstanceError, fields, replace

import pytest

from pricing.engine.answer import LATER
from pricing.engine.document import price_document
from pricing.engine.writing import Writer
from tests.pricing.engine.random_carts import random_document

pytestmark = pytest.mark.req("PRC-03", "PRC-04")
DOCUMENT = random_document(12, most_offers=12)


def test_whichever_field_is_read_first_the_quote_is_the_same():
    whole = price_document(DOCUMENT)
    expected = {item.name: getattr(whole, item.name) for item in fields(whole)}
    assert expected["not_applied"]
    assert expected["lines"]
    for name in LATER:
        quote = price_document(DOCUMENT)
        assert getattr(quote, name) == expected[name]
        assert quote == whole


def test_who_asks_for_the_total_does_not_wait_for_lines_and_reasons(monkeypatch):
    expected = price_document(DOCUMENT)
    assert expected.total_cents == sum(line.net_cents for line in (*expected.lines, *expected.shipping))
    monkeypatch.setattr(Writer, "write", lambda writer, name: pytest.fail(f"{name} is written"))
    found = price_document(DOCUMENT)
    assert (found.total_cents, found.discount_cents) == (expected.total_cents, expected.discount_cents)


def test_a_copy_holds_what_was_never_read():
    whole = price_document(DOCUMENT)
    assert pickle.loads(pickle.dumps(price_document(DOCUMENT))) == whole
    assert replace(price_document(DOCUMENT), total_cents=1).lines == whole.lines


def test_nothing_of_a_quote_can_be_changed_and_nothing_else_be_read():
    quote = price_document(DOCUMENT)
    for name in ("lines", "total_cents"):
        with pytest.raises(FrozenInstanceError):
            setattr(quote, name, ())
    with pytest.raises(FrozenInstanceError):
        quote.lines[0].net_cents = 0
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = quote.nothing
