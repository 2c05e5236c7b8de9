"""The rows of a grant: read from a file or a paste, tried against customers, limits and budget, row by row."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext

from campaigns.customer_references import customers_meant
from campaigns.customer_rows import HEADINGS as CUSTOMER_HEADINGS
from campaigns.customer_rows import Complaint, Row, WrongFile, table_rows
from coupons.models import CouponTemplate, GrantRow, IssueCount, TemplateBudget
from pricing.csv_text import without_shield

MOST_ROWS = 100_000
MOST_SECONDS = 60
MOST_EACH = 100  # coupons in one row
LONGEST_CELL = 64
LONGEST_REFERENCE = GrantRow._meta.get_field("reference").max_length
HEADINGS = CUSTOMER_HEADINGS | frozenset({
    "account", "account name", "username", "user", "e-mail", "email", "phone", "phone number", "mobile", "customer",
    "账号", "账户", "用户", "用户名", "邮箱", "电子邮箱", "手机", "手机号", "手机号码", "电话",
    "顾客", "顾客号", "客户", "客户号", "客户编号", "会员", "会员编号",
})  # fmt: skip
# What our own files say besides the customer and the number: nobody expects it to be read.
BESIDE = frozenset({
    "line", "problem", "customer number", "given", "outcome", "行", "问题", "顾客编号", "已发放", "结果",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Meant:
    """One row that is right: whom it means and how many coupons they get."""

    line: int
    reference: str
    customer_id: int
    number: int


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of trying a table. Nothing is stored while there is a complaint."""

    rows: list[Meant]
    complaints: list[Complaint]

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.complaints)

    @property
    def coupons(self) -> int:
        return sum(row.number for row in self.rows)

    @property
    def key(self) -> str:
        """The name of these rows: the digest of everything that they say."""
        said = "\n".join(f"{row.line}\t{row.reference}\t{row.customer_id}\t{row.number}" for row in self.rows)
        return hashlib.sha256(said.encode()).hexdigest()


def take_time() -> None:
    """Let the statements of this transaction take longer than the web usually waits: a list may be long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{MOST_SECONDS}s"])


@transaction.atomic
def try_rows(text: str, template: CouponTemplate) -> Tried:
    """Look at every row: `customer, number` (1 where it is missing). Raises WrongFile for what is no such table."""
    take_time()
    rows = _without_headings(table_rows(text.replace("\0", "")))
    if not 1 <= len(rows) <= MOST_ROWS:
        raise WrongFile(gettext("A grant holds 1 to %(most)s rows.") % {"most": MOST_ROWS})
    meant = customers_meant({row.customer for row in rows})
    complaints: list[Complaint] = []
    right = list(_right(rows, meant, complaints))
    kept = list(_within(right, template, complaints))
    return Tried(kept, sorted(complaints, key=lambda complaint: complaint.line))


def headings() -> tuple[str, str]:
    """Return how our files call the two columns that are read, in the reader's language."""
    return gettext("customer"), gettext("number of coupons")


def _without_headings(rows: list[Row]) -> list[Row]:
    """Leave the headings out, and below those of our own files what they say besides."""
    if not rows or rows[0].customer.lower() not in HEADINGS:
        return rows
    is_ours = {heading.lower() for heading in rows[0].others[1:]} <= BESIDE
    return [_as_typed(row) for row in rows[1:]] if is_ours else rows[1:]


def _as_typed(row: Row) -> Row:
    return Row(row.line, without_shield(row.customer), row.others[:1])


def _right(rows: Sequence[Row], meant: dict[str, set[int]], complaints: list[Complaint]) -> Iterator[Meant]:
    """Yield the rows that name one customer, the first time, and a number."""
    lines: dict[int, int] = {}
    for row in rows:
        found = meant.get(row.customer, set())
        number = _number(row)
        if trouble := _trouble(row, found, number):
            complaints.append(_wrong(row, trouble))
            continue
        (customer_id,) = found
        if customer_id in lines:
            text = gettext("The same customer stands in row %(line)s already.") % {"line": lines[customer_id]}
            complaints.append(_wrong(row, text))
            continue
        lines[customer_id] = row.line
        yield Meant(row.line, row.customer, customer_id, number)


def _wrong(row: Row, text: str) -> Complaint:
    return Complaint(row.line, row.customer[:LONGEST_CELL], text, row.others)


def _number(row: Row) -> int:
    """Return how many coupons a row asks for; 0 for what is no number."""
    cell = row.others[0] if row.others else ""
    if not cell:
        return 1
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) < 6 else 0


def _trouble(row: Row, found: set[int], number: int) -> str:
    if not row.customer:
        return gettext("The customer is missing.")
    if len(row.customer) > LONGEST_REFERENCE:
        return gettext("The customer has more than %(most)s characters.") % {"most": LONGEST_REFERENCE}
    if not found:
        return gettext("No customer has this number, account name, e-mail or phone.")
    if len(found) > 1:
        return gettext("More than one customer has this: give the customer number.")
    if any(row.others[1:]):
        return gettext("The row has more columns than are meant.")
    if not 1 <= number <= MOST_EACH:
        return gettext("The number of coupons is a whole number from 1 to %(most)s.") % {"most": MOST_EACH}
    return ""


def _within(rows: Sequence[Meant], template: CouponTemplate, complaints: list[Complaint]) -> Iterator[Meant]:
    """Yield the rows for which the template has room: per customer, then in number and budget."""
    limit = template.current_revision.issue_per_customer
    had = had_already(template.pk, [row.customer_id for row in rows]) if limit is not None else {}
    room = room_of(template)
    for row in rows:
        used = had.get(row.customer_id, 0)
        if limit is not None and used + row.number > limit:
            text = gettext("One customer may have %(limit)s of this coupon; this one has had %(used)s.")
            complaints.append(_complaint(row, text % {"limit": limit, "used": used}))
        elif room is not None and row.number > room:
            text = gettext("Number or budget of the coupon is used up: there is room for %(room)s more.")
            complaints.append(_complaint(row, text % {"room": room}))
        else:
            room = None if room is None else room - row.number
            yield row


def _complaint(row: Meant, text: str) -> Complaint:
    return Complaint(row.line, row.reference[:LONGEST_CELL], text, (str(row.number),))


def had_already(template_id: int, customer_ids: Iterable[int]) -> dict[int, int]:
    """Return how many coupons of a template these customers have had, by every route. One query."""
    counts = IssueCount.objects.filter(template=template_id, customer__in=list(customer_ids))
    return dict(counts.values_list("customer", "used"))


def room_of(template: CouponTemplate) -> int | None:
    """Return how many more coupons number and budget of a template allow; None for any number. One query."""
    purse, face_cents = TemplateBudget.objects.get(pk=template.pk), template.current_revision.face_cents
    rooms = []
    if purse.issue_total is not None:
        rooms.append(purse.issue_total - purse.issued)
    if purse.total_cents is not None and face_cents:
        rooms.append((purse.total_cents - purse.used_cents) // face_cents)
    return max(min(rooms), 0) if rooms else None
