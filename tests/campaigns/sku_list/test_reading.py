"""Files and pasted text as rows: whatever spreadsheet they come from."""

import pytest

from campaigns.sku_list.reading import MOST_ROWS, TextRow, Unreadable, columns_passed_over, decoded, rows_in

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


@pytest.mark.parametrize("text", ["price,stock\n5,6", "article,price\nTEA,6"])
def test_headings_without_a_column_of_codes_are_refused(text):
    with pytest.raises(Unreadable, match="headed"):
        rows_in(text, columns=PRICED)


@pytest.mark.parametrize("code", ["LIMIT", "库存", "price"])
@pytest.mark.parametrize("price", ["50", "¥1,299.00", "５０元"])
def test_a_list_without_headings_may_begin_with_a_sku_that_is_called_like_one(code, price):
    assert [row.code for row in rows_in(f"{code}\t{price}\nTEA\t60", columns=PRICED)] == [code, "TEA"]


def test_two_columns_of_one_meaning_are_refused_by_name():
    with pytest.raises(Unreadable, match="These columns say the same") as refused:
        rows_in("SKU,活动库存,库存\nTEA,5,600", columns=PRICED)
    assert refused.value.figures["headings"] == "活动库存, 库存"


def test_columns_that_nobody_reads_are_named_but_for_those_of_our_own_files():
    assert columns_passed_over("SKU,promo price,stock,list price,产地\nTEA,5,6,7,杭州") == ["promo price", "产地"]
    assert columns_passed_over("TEA,5,6") == []


def test_codes_that_a_spreadsheet_keeps_as_text_are_read_without_its_signs():
    text = 'sep=;\nSKU;price\n="001";5\n"=""002""";6\n\u200b003\u200b;7'
    assert [(row.code, row.price) for row in rows_in(text, columns=PRICED)] == [
        ("001", "5"),
        ("002", "6"),
        ("003", "7"),
    ]


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
