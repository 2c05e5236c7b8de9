import gzip

import pytest

from promo_site.importing.reading import MOST_BYTES, WrongFile, open_source
from tests.promo_site.importing.csv_files import HEADER, order_file

ROW = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,United Kingdom"
CELLS = ["536365", "85123A", "HEART", "6", "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom"]


def records(path):
    with open_source(path) as source:
        return [(record.line, record.trouble or record.cells) for record in source.records()]


def written(tmp_path, content: bytes, name: str = "orders.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_rows_come_with_their_line_numbers_and_blank_lines_are_no_rows(tmp_path):
    assert records(order_file(tmp_path, ROW, "", ROW)) == [(2, CELLS), (4, CELLS)]


def test_columns_may_stand_in_any_order_beside_others_behind_a_byte_order_mark(tmp_path):
    header = "\ufeffCountry, CustomerID,unitprice,InvoiceDate,Quantity,Description,Note,StockCode,InvoiceNo"
    row = "United Kingdom,17850,2.55,2010-12-01 08:26:00,6,HEART,x,85123A,536365"
    assert records(order_file(tmp_path, row, header=header)) == [(2, CELLS)]


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER.replace("StockCode,", ""), "Missing: StockCode."),
        (HEADER.replace(",", ";"), "separated by commas. Missing: InvoiceNo, StockCode, Description"),
        (f"{HEADER},StockCode", "names a column twice: StockCode."),
        ("", "Missing: InvoiceNo"),
    ],
)
def test_wrong_header_is_refused_naming_the_columns(tmp_path, header, message):
    with pytest.raises(WrongFile, match=message):
        records(order_file(tmp_path, header=header))


def test_row_that_is_not_utf8_costs_that_row_only(tmp_path):
    broken = ROW.replace("HEART", "CAF\xc9").encode("latin-1")
    content = b"\n".join([HEADER.encode(), broken, ROW.encode()])
    assert records(written(tmp_path, content)) == [(2, "not_utf8"), (3, CELLS)]


def test_quoted_cell_may_hold_commas_quotes_and_line_breaks(tmp_path):
    row = ROW.replace("HEART", '"A ""B"", C\nD"')
    found = records(order_file(tmp_path, row, ROW))
    assert found[0] == (2, [*CELLS[:2], 'A "B", C\nD', *CELLS[3:]])
    assert found[1] == (4, CELLS)


def test_inch_mark_inside_a_cell_is_a_plain_character(tmp_path):
    assert records(order_file(tmp_path, ROW.replace("HEART", '12" PLATE')))[0][1][2] == '12" PLATE'


def test_quotation_mark_that_never_closes_costs_that_row_only(tmp_path):
    rows = [ROW.replace("HEART", '"HEART'), *[ROW] * 60]
    found = records(order_file(tmp_path, *rows))
    assert found[0] == (2, "malformed")
    assert found[1:] == [(line, CELLS) for line in range(3, 63)]


def test_quotation_mark_that_never_closes_at_the_end_of_the_file_costs_that_row_only(tmp_path):
    found = records(order_file(tmp_path, ROW, ROW.replace("HEART", '"HEART'), ROW))
    assert found == [(2, CELLS), (3, "malformed"), (4, CELLS)]


def test_huge_line_costs_that_row_only(tmp_path):
    found = records(order_file(tmp_path, ROW.replace("HEART", "X" * 3 * MOST_BYTES), ROW))
    assert found == [(2, "too_long"), (3, CELLS)]


@pytest.mark.parametrize("row", [f"{ROW},more", "536365,85123A", "x"])
def test_row_with_another_number_of_cells_is_refused(tmp_path, row):
    assert records(order_file(tmp_path, row, ROW)) == [(2, "cells"), (3, CELLS)]


def test_compressed_file_is_read_like_a_plain_one(tmp_path):
    path = written(tmp_path, gzip.compress(f"{HEADER}\r\n{ROW}\r\n".encode()), "orders.csv.gz")
    assert records(path) == [(2, CELLS)]


@pytest.mark.parametrize(
    "content",
    [b"no gzip at all", gzip.compress(b"x" * 5000)[:-20], gzip.compress(HEADER.encode())[:30]],
    # The default ids would hold the time of compressing, which differs from one parallel worker to the next.
    ids=["another format", "end missing", "almost nothing"],
)
def test_broken_compressed_file_is_refused_with_its_name(tmp_path, content):
    with pytest.raises(WrongFile, match=r"orders\.csv\.gz cannot be read"):
        records(written(tmp_path, content, "orders.csv.gz"))


def test_file_that_is_not_there_is_refused_with_its_path(tmp_path):
    with pytest.raises(WrongFile, match="nothing.csv cannot be opened: No such file"):
        records(tmp_path / "nothing.csv")


def test_file_in_utf16_is_refused_for_its_header(tmp_path):
    with pytest.raises(WrongFile, match="Missing: InvoiceNo"):
        records(written(tmp_path, f"{HEADER}\n{ROW}\n".encode("utf-16")))
