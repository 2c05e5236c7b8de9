"""The rows that were refused, as a CSV that a spreadsheet can be trusted with."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext

from pricing.csv_text import csv_lines
from pricing.engine.messages import N_
from promo_site.importing.reading import COLUMNS, WrongFile
from promo_site.importing.reasons import SENTENCES
from promo_site.importing.staging import BETWEEN_CELLS, ask

HEADER = ("Line", "Reason", "Explanation", *COLUMNS)


def refused_by_reason() -> dict[str, int]:
    """Return how many rows were refused for which reason, the most frequent first."""
    return dict(ask("SELECT reason, count(*) FROM import_refused GROUP BY reason ORDER BY count(*) DESC, reason"))


def check_report(path: Path) -> None:
    """Refuse a report that could not be written later, before anything is imported."""
    with _wrong_file(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _unfinished(path).touch()
        _unfinished(path).unlink()


def write_report(path: Path) -> None:
    """Write the refused rows in the order of the file, each with its line number and reason."""
    rows = ask("SELECT line, reason, cells FROM import_refused ORDER BY line")
    explained = (
        (line, reason, gettext(SENTENCES[reason]), *cells.split(BETWEEN_CELLS)) for line, reason, cells in rows
    )
    with _wrong_file(path):
        with _unfinished(path).open("w", encoding="utf-8", newline="") as target:
            target.writelines(csv_lines(HEADER, explained))
        _unfinished(path).replace(path)


def _unfinished(path: Path) -> Path:
    return path.with_name(f"{path.name}.unfinished")


@contextmanager
def _wrong_file(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        raise WrongFile(N_("The report %(name)s cannot be written: %(error)s"), name=str(path), error=said) from error
