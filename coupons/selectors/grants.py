"""Grants by hand: whom they mean, and what has come of them."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q, Sum

from coupons.models import CouponGrantRevision, CouponTemplate, GrantList, GrantResult, GrantRow

PAGE = 500
BEYOND = """
SELECT count(*) FROM coupons_grantrow meant
LEFT JOIN coupons_issuecount had ON had.template_id = %s AND had.customer_id = meant.customer_id
WHERE meant.of_id = %s AND COALESCE(had.used, 0) + meant.number > %s
"""


@dataclass(frozen=True, slots=True)
class Given:
    """Coupons that a grant has given, and rows of it that were refused."""

    coupons: int = 0
    refused: int = 0


def list_of(revision: CouponGrantRevision) -> GrantList | None:
    """Return whom a revision means. One query."""
    return GrantList.objects.filter(key=revision.list_key).first()


def is_as_written(meant: GrantList) -> bool:
    """Whether a list still holds as many rows and coupons as when it was written. One query."""
    held = GrantRow.objects.filter(of=meant).aggregate(rows=Count("pk"), coupons=Sum("number"))
    return (held["rows"], held["coupons"]) == (meant.size, meant.coupons)


def beyond_their_limit(template: CouponTemplate, meant: GrantList) -> int:
    """Return how many customers of a list would get more of a coupon than one may have. One query."""
    limit = template.current_revision.issue_per_customer
    if limit is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(BEYOND, [template.pk, meant.pk, limit])
        return cursor.fetchone()[0]


def given_by(grant_ids: Collection[int]) -> dict[int, Given]:
    """Return what has come of these grants. One query."""
    results = GrantResult.objects.filter(grant__in=grant_ids).order_by().values("grant")
    rows = results.annotate(coupons=Sum("given"), bad=Count("pk", filter=~Q(refused="")))
    return {row["grant"]: Given(row["coupons"], row["bad"]) for row in rows}


def rows_with_results(grant_id: int, list_id: int) -> Iterator[tuple[GrantRow, GrantResult | None]]:
    """Yield every row of a list in its order, with what came of it. Two queries for each 500 rows."""
    after = -1
    while rows := list(
        GrantRow.objects.filter(of=list_id, line__gt=after).select_related("customer").order_by("line")[:PAGE]
    ):
        results = {row.row_id: row for row in GrantResult.objects.filter(grant=grant_id, row__in=rows)}
        yield from ((row, results.get(row.pk)) for row in rows)
        after = rows[-1].line
