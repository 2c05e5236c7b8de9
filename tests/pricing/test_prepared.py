"""Prepared statements on real PostgreSQL."""

import pytest
from django.db import DataError, connection, transaction
from django.test.utils import CaptureQueriesContext

from pricing.prepared import execute, execute_all
from tests.factories.campaigns import make_customer

pytestmark = pytest.mark.django_db

NAMED = "SELECT %(word)s::text || %(word)s::text, %(number)s::int %% 7"
RENAME = "UPDATE campaigns_customer SET level = %s WHERE id = %s"


def test_values_are_put_where_their_names_or_places_say():
    with connection.cursor() as cursor:
        execute(cursor, NAMED, {"number": 10, "word": "a'b"})
        assert cursor.fetchone() == ("a'ba'b", 3)
        execute(cursor, "SELECT %s::int - %s::int", [7, 3])
        assert cursor.fetchone() == (4,)


def test_one_message_answers_for_each_of_its_statements():
    customer, asked = make_customer(), (NAMED, {"number": 1, "word": ""})
    with CaptureQueriesContext(connection) as sent, connection.cursor() as cursor:
        execute_all(cursor, [(RENAME, ["gold", customer.pk]), (RENAME, ["gold", 0]), asked])
        touched = [cursor.rowcount, cursor.nextset() and cursor.rowcount]
        cursor.nextset()
        assert (touched, cursor.fetchone()) == ([1, 0], ("", 1))
    assert len(sent) == 1


def test_a_statement_is_planned_once_for_a_connection_even_where_its_first_use_is_rolled_back():
    sql = "SELECT %s::int AS planned_once"
    with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
        execute(cursor, sql, ["no number"])
    with connection.cursor() as cursor:
        execute(cursor, sql, [2])
        assert cursor.fetchone() == (2,)
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%AS planned_once'")
        assert cursor.fetchone() == (1,)


def test_a_text_that_postgresql_cannot_store_is_an_error_of_the_database_as_in_any_other_statement():
    with pytest.raises(DataError, match="NUL"), connection.cursor() as cursor:
        execute(cursor, NAMED, {"word": "a\x00b", "number": 1})
