"""Files and pasted text as rows: whatever spreadsheet they come from."""

import pytest

from campaigns.sku_list.reading import MOST_ROWS, TextRow, Unreadable, decoded, rows_in

pytestmark = pytest.mark.req("CAM-07")
PRICED = ("code", "price", "stock", "limit", "left_out")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_file_is_read_in_the_encodings_of_spreadsheets(encoding):
    assert decoded("SKU,活动价\nA,5".encode(encoding)).lstrip("\ufeff") == "SKU,活动价\nA,5"


@pytest.mark.parametrize("data", [b"\x81\xff\xff", b"\xff\xfe\x00"])
def test_what_is_no_text_is_refused(data):
    with pytest.raises(Unreadable):
        decoded(data)


@pytest.mark.parametrize(
    "text",
    [
        "A\t59.9\t10\t2",
        "A,59.9,10,2",
        "A;59.9;10;2",
        "A，59.9，10，2",
        "\ufeffSKU,price,stock,limit\r\nA,59.9,10,2\r\n\r\n",
    ],
)
def test_cells_are_told_apart_by_tab_comma_or_semicolon(text):
    assert [row[1:] for row in rows_in(text, columns=PRICED)] == [("A", "59.9", "10", "2", "")]


def test_headings_say_which_column_is_which_and_others_are_passed_over():
    text = "商品名称,每人限购,SKU编码,活动价\n茶,2,TEA,59\n杯,,CUP,19"
    assert rows_in(text, columns=PRICED) == [
        TextRow(2, code="TEA", price="59", limit="2"),
        TextRow(3, code="CUP", price="19"),
    ]


def test_headings_without_a_column_of_codes_are_refused():
    with pytest.raises(Unreadable, match="headed"):
        rows_in("price,stock\n5,6", columns=PRICED)


def test_a_quotation_mark_that_nobody_closes_spoils_its_own_line_at_most():
    found = rows_in('A,5\n"B,6\nC,7\n"D","8"', columns=PRICED)
    assert [(row.number, row.code, row.price) for row in found] == [
        (1, "A", "5"),
        (2, "B", "6"),
        (3, "C", "7"),
        (4, "D", "8"),
    ]


def test_text_that_was_shielded_for_spreadsheets_is_read_as_it_was():
    assert [row.code for row in rows_in("'=SUM-1,5\n'A,5", columns=PRICED)] == ["=SUM-1", "'A"]


@pytest.mark.parametrize("text", ["", " \n\t\n", "SKU,price\n", "A\0,5", "A,1\n" * (MOST_ROWS + 1)])
def test_lists_of_nothing_too_much_or_no_text_are_refused(text):
    with pytest.raises(Unreadable):
        rows_in(text, columns=PRICED)
