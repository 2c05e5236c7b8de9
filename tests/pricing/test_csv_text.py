import csv
import tracemalloc
from decimal import Decimal

import pytest

from pricing.csv_text import amount, cell, csv_lines

pytestmark = pytest.mark.req("ANA-04")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1+1",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        " =1",
        "\n=1",
        "＝1+1",
        "＋1",
        "－1",
        "＠x",
        "|cmd",
        "%x",
        "\0=1",
        "-",
    ],
)
def test_text_that_a_spreadsheet_could_take_for_a_formula_is_neutralised(text):
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "RED CUP", '12" PLATE', "3-piece set", "满100减10", "a=b", "2011-03-01 10:00:00"])
def test_plain_text_stays_as_it_is(text):
    assert cell(text) == text


@pytest.mark.parametrize(
    ("value", "text"), [(-6, "-6"), (0, "0"), ("-6", "-6"), ("-12.50", "-12.50"), (Decimal("-1.5"), "-1.5"), (None, "")]
)
def test_numbers_stay_numbers(value, text):
    assert cell(value) == text


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00"), (5, "0.05"), (-5, "-0.05"), (1250, "12.50"), (-10_000, "-100.00")]
)
def test_amount_is_a_number_with_two_decimals(cents, text):
    assert amount(cents) == text


def test_file_starts_with_a_byte_order_mark_and_survives_quotes_commas_and_line_breaks():
    lines = list(csv_lines(["a", "b"], [['x,"y"', "1\n2"], [1, None]]))
    assert lines[0] == "\ufeffa,b\r\n"
    assert list(csv.reader("".join(lines).removeprefix("\ufeff").splitlines(keepends=True))) == [
        ["a", "b"],
        ['x,"y"', "1\n2"],
        ["1", ""],
    ]


def test_no_more_than_one_row_is_held():
    tracemalloc.start()
    try:
        length = sum(len(line) for line in csv_lines(["n"], ([n, "x" * 100] for n in range(50_000))))
        assert length > 5_000_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
