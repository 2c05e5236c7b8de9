"""Commands that work on the whole database: what is wrong with it is said in one sentence."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, ProgrammingError

CONNECTION_TROUBLE = "08"
UNDEFINED_TABLE, UNDEFINED_COLUMN = "42P01", "42703"


class DataCommand(BaseCommand):
    """A command that tells a missing database from an empty one, and both from a bug."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            return super().execute(*args, **options)
        except OperationalError as error:
            if not (_state_of(error) or CONNECTION_TROUBLE).startswith(CONNECTION_TROUBLE):
                raise
            raise CommandError(
                "The database does not answer. Start it with `make demo` or with "
                f"`python -m promo_site.embedded start`, or name another one in DATABASE_URL.\n{error}"
            ) from error
        except ProgrammingError as error:
            if _state_of(error) not in (UNDEFINED_TABLE, UNDEFINED_COLUMN):
                raise
            raise CommandError(f"The database is not up to date. Run `manage.py migrate` first.\n{error}") from error


def _state_of(error: Exception) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
