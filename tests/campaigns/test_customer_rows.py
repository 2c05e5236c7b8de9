"""Customer numbers from files and pastes."""

import pytest

from campaigns.customer_rows import Row, WrongFile, complaints_about, customers_named, read_rows, text_of
from tests.factories.campaigns import make_customer

pytestmark = pytest.mark.req("CAM-03", "CAM-18")


def test_rows_come_with_their_line_and_without_the_heading():
    assert read_rows("customer\nM-1, tea\n\n M-2 \n") == [Row(2, "M-1", ("tea",)), Row(4, "M-2", ())]
    assert read_rows("会员号\tx\r\nM-1\ttea, green\r\n") == [Row(2, "M-1", ("tea, green",))]
    assert read_rows("M-1;tea") == [Row(1, "M-1", ("tea",))]
    assert read_rows('客户编号\n="001"\n\u200bM-1') == [Row(2, "001", ()), Row(3, "M-1", ())]
    assert read_rows("M-1，tea") == [Row(1, "M-1", ("tea",))]
    assert read_rows("") == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_spreadsheets_are_read_in_their_encodings(encoding):
    assert text_of("会员号\nM-1".encode(encoding)) == "会员号\nM-1"


@pytest.mark.parametrize("content", [b"\xff\xfe\x00\x01", b"\x89PNG\r\n\x1a\n\xff\xff"])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(WrongFile):
        text_of(content)


@pytest.mark.django_db
def test_every_wrong_row_is_named():
    known = customers_named(["M-1", "M-2", "\0"]) | {}
    assert known == {}
    customer = make_customer("M-1")
    rows = read_rows("M-1\nM-2\n,tea\nM-1,tea,x\n")
    known = customers_named(row.customer for row in rows)
    assert known == {"M-1": customer.pk}
    found = [(row.line, row.cell, row.text) for row in complaints_about(rows, known, most_cells=2)]
    assert found == [
        (2, "M-2", "No customer has this number."),
        (3, "", "The customer number is missing."),
        (4, "M-1", "The row has more columns than are meant."),
    ]
