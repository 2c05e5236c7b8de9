"""The form of a check and of what it finds."""

from dataclasses import dataclass

from django.db import connection

MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One figure that is not what it should be; `what` names the row."""

    check: str
    what: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.what}: expected {self.expected}, found {self.found}"


@dataclass(frozen=True, slots=True)
class Check:
    """One question over the whole database: `sql` lists (what, expected, found), one row per figure compared."""

    code: str
    promise: str
    sql: str

    def run(self) -> "Finding":
        """Compare every figure. At most MOST_LISTED disagreements are listed, all are counted."""
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE {DIFFER}) FROM ({self.sql}) compared")
            compared, wrong = cursor.fetchone()
            if not wrong:
                return Finding(self, compared, 0, ())
            cursor.execute(
                f"SELECT what, expected, found FROM ({self.sql}) compared WHERE {DIFFER} ORDER BY what "
                f"LIMIT {MOST_LISTED}"
            )
            listed = tuple(Disagreement(self.code, *map(str, row)) for row in cursor.fetchall())
        return Finding(self, compared, wrong, listed)


DIFFER = "expected IS DISTINCT FROM found"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check has found."""

    check: Check
    compared: int
    wrong: int
    listed: tuple[Disagreement, ...]
