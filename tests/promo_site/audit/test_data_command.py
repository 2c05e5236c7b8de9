import pytest
from django.core.management import CommandError
from django.db import OperationalError, ProgrammingError, connection

from promo_site.management.data_command import DataCommand


class Asking(DataCommand):
    def handle(self, *, sql: str, **_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql)


def run(sql: str) -> None:
    Asking().execute(sql=sql, force_color=False, no_color=False, skip_checks=True)


@pytest.mark.django_db
def test_database_that_was_not_migrated_is_named_as_the_reason():
    with pytest.raises(CommandError, match="Run `manage.py migrate` first"):
        run("SELECT * FROM a_table_of_tomorrow")


def test_database_that_does_not_answer_is_named_with_the_ways_out(monkeypatch):
    def down(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", down)
    with pytest.raises(CommandError, match=r"does not answer. Start it with `make demo`[^\n]+\nconnection refused"):
        run("SELECT 1")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "error"), [("SELECT", None), ("SELEKT", ProgrammingError), ("DO $$ BEGIN RAISE '40001'; END $$", Exception)]
)
def test_other_errors_are_bugs_and_stay_as_they_are(sql, error):
    if error is None:
        run(sql)
        return
    with pytest.raises(error) as raised:
        run(sql)
    assert not isinstance(raised.value, CommandError)
