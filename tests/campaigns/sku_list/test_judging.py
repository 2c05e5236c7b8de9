"""Every row says all that is wrong with it; good rows say what they store."""

import pytest

from campaigns.sku_list.judging import Entry, Terms, judge
from campaigns.sku_list.reading import rows_in
from pricing.wording import say
from tests.factories.pricing import make_product, make_shop, make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.req("CAM-07")]
PRICED, PLAIN = Terms(priced=True), Terms(priced=False)


@pytest.fixture
def tea():
    return make_sku("TEA", list_cents=10_000, cost_cents=6_000, floor_cents=4_000)


def judged(text, terms=PRICED):
    return list(judge(rows_in(text, columns=terms.columns), terms))


def problems(text, terms=PRICED):
    return [[say(problem) for problem in one.problems] for one in judged(text, terms)]


def test_a_good_row_is_stored_as_typed(tea):
    (one,) = judged("TEA\t¥79.90\t20\t2")
    assert one.entry == Entry(tea.pk, excluded=False, price_cents=7_990, stock_units=20, limit_units=2)
    assert one.doubts == ()


def test_what_is_left_empty_is_unlimited_and_what_is_left_out_has_no_figures(tea):
    assert judged("TEA,79")[0].entry == Entry(tea.pk, False, 7_900, None, None)
    assert judged("TEA,79,5,1,yes")[0].entry == Entry(tea.pk, True, None, None, None)


def test_without_prices_of_their_own_the_columns_begin_with_the_stock(tea):
    assert judged("TEA,20,2", PLAIN)[0].entry == Entry(tea.pk, False, None, 20, 2)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("NONE,5", "No SKU has the code “NONE”."),
        ("TEA", "The activity price is missing."),
        ("TEA,cheap", "“cheap” is no price. Give an amount such as 59.90."),
        ("TEA,-5", "“-5” is no price. Give an amount such as 59.90."),
        ("TEA,59.999", "“59.999” is no price. Give an amount such as 59.90."),
        ("TEA,100", "The activity price is not below the list price of ¥100."),
        ("TEA,39.99", "The activity price is below the floor of ¥40."),
        ("TEA,79,0", "“0” is no number of pieces. Give 1 or more, or nothing for unlimited."),
        ("TEA,79,5,1.5", "“1.5” is no number of pieces. Give 1 or more, or nothing for unlimited."),
        ("TEA,79,9999999999", "“9999999999” is no number of pieces. Give 1 or more, or nothing for unlimited."),
        ("TEA,79,,,maybe", "“maybe” does not say whether it is left out. Say yes or no."),
    ],
)
def test_a_wrong_row_says_why_and_what_to_do(tea, row, said):
    assert problems(row) == [[said]]
    assert judged(row)[0].entry is None


def test_a_row_says_everything_at_once(tea):
    assert len(problems("TEA,abc,x,y")[0]) == 3


def test_a_price_below_cost_is_a_doubt_and_no_problem(tea):
    (one,) = judged("TEA,50")
    assert one.entry is not None
    assert [say(doubt) for doubt in one.doubts] == ["The activity price is below the cost of ¥60."]


def test_the_second_row_of_a_sku_names_the_first(tea):
    make_sku("CUP")
    assert problems("TEA,79\nCUP,79\nTEA,69") == [[], [], ["This SKU stands in line 1 already."]]


def test_goods_that_cannot_take_part_are_told(tea):
    make_sku("OLD", is_active=False)
    make_sku("MASTER", product=make_product(never_discounted=True))
    assert problems("OLD,5\nMASTER,5") == [["This SKU is not sold any more."], ["This product is never discounted."]]
    assert problems("TEA,79", Terms(priced=True, shop_id=make_shop().pk)) == [["This SKU belongs to another shop."]]
