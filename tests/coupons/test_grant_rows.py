"""The rows of a grant, tried one by one before anything is stored."""

import pytest
from django.utils.translation import gettext, override

from campaigns.customer_rows import WrongFile
from coupons.grant_rows import BESIDE, HEADINGS, headings, try_rows
from tests.factories.campaigns import make_customer, make_user
from tests.factories.coupons import make_coupon, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.req("CPN-05")]


def complaints(text, template=None):
    return [(row.line, row.text) for row in try_rows(text, template or make_template()).complaints]


def test_customers_are_named_by_number_account_e_mail_and_phone():
    by_number, by_phone = make_customer("M-1"), make_customer(phone="+86 138-0000-0001")
    by_account = make_customer(user=make_user("lihua"))
    by_mail = make_customer(user=make_user(email="Wang@Example.com"))
    tried = try_rows("phone,number\nM-1,2\n13800000001\nlihua,\nwang@example.COM,3\n", make_template())
    assert tried.complaints == []
    assert [(row.line, row.customer_id, row.number) for row in tried.rows] == [
        (2, by_number.pk, 2), (3, by_phone.pk, 1), (4, by_account.pk, 1), (5, by_mail.pk, 3),
    ]  # fmt: skip


def test_every_wrong_row_is_named_with_what_is_wrong():
    make_customer("M-1", phone="13800000001")
    make_customer("M-2", phone="13800000001")
    text = "M-1\nM-1,1\nnobody\n13800000001\nM-2,0\n,3\nM-2,1,surplus\nM-2,two"
    assert complaints(text) == [
        (2, "The same customer stands in row 1 already."),
        (3, "No customer has this number, account name, e-mail or phone."),
        (4, "More than one customer has this: give the customer number."),
        (5, "The number of coupons is a whole number from 1 to 100."),
        (6, "The customer is missing."),
        (7, "The row has more columns than are meant."),
        (8, "The number of coupons is a whole number from 1 to 100."),
    ]


def test_limit_per_customer_number_and_budget_are_looked_at_in_the_order_of_the_rows():
    template = make_template(issue_per_customer=2, issue_total=5, budget_cents=90_000)
    held = make_coupon(template=template).customer
    for code in ("A", "B", "C"):
        make_customer(code)
    assert complaints(f"{held.code},2\nA,2\nB,2\nC,1", template) == [
        (1, "One customer may have 2 of this coupon; this one has had 1."),
        (4, "Number or budget of the coupon is used up: there is room for 0 more."),
    ]
    poor = make_template(budget_cents=2_500)
    assert complaints("A,2\nB", poor) == [(2, "Number or budget of the coupon is used up: there is room for 0 more.")]


@pytest.mark.parametrize("text", ["", "\n \n", "customer"])
def test_a_table_without_rows_is_no_grant(text):
    with pytest.raises(WrongFile):
        try_rows(text, make_template())


def test_a_reference_too_long_to_be_kept_is_refused_by_name():
    make_customer("M-1", phone="13800000001")
    assert complaints("1" + "-" * 300 + "3800000001") == [(1, "The customer has more than 254 characters.")]


@pytest.mark.parametrize(
    "text",
    [
        'customer,number of coupons,line,problem\n\'+86 138-0000-0001,3,7,"late, again"\n',
        "顾客,张数,行,顾客编号,已发放,结果\n'+86 138-0000-0001,3,7,M-1,0,尚未处理\n",
    ],
)
def test_our_own_files_are_read_again_without_what_they_say_besides(text):
    customer = make_customer(phone="+86 138-0000-0001")
    tried = try_rows(text, make_template())
    assert tried.complaints == []
    assert [(row.customer_id, row.number) for row in tried.rows] == [(customer.pk, 3)]


def test_what_our_files_say_and_what_is_read_again_agree_in_both_languages():
    for language in ("en", "zh-hans"):
        with override(language):
            assert headings()[0] in HEADINGS
            assert {gettext(beside) for beside in ("line", "problem", "customer number", "given", "outcome")} <= BESIDE
