import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

from promo_site.quick_migrations import quick_migrations
from tests.support.database import empty_database, own_server

# Small apps that add, change and take away fields, indexes, constraints and triggers, and compute in between.
APPS = ("authtoken", "axes", "pricing")
STRUCTURE = """
    SELECT table_name, column_name, data_type, is_nullable, coalesce(column_default, '') FROM information_schema.columns
    WHERE table_schema = 'public'
    UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', '' FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace
    UNION ALL SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', '' FROM pg_trigger
    WHERE NOT tgisinternal
"""


@pytest.fixture
def server(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), own_server() as server:
        yield server
        for name in ("promo_quick", "promo_plain"):
            server.execute(f"DROP DATABASE IF EXISTS {name}")


def structure(server, name):
    with empty_database(server, name), connection.cursor() as cursor:
        executor = MigrationExecutor(connection)
        executor.migrate([leaf for app in APPS for leaf in executor.loader.graph.leaf_nodes(app)])
        return set(cursor.execute(STRUCTURE).fetchall())


def test_a_database_that_was_migrated_quickly_has_the_structure_of_any_other(server):
    plain = structure(server, "promo_plain")
    with quick_migrations():
        assert structure(server, "promo_quick") == plain
    assert ("pricing_sku", "code") in {row[:2] for row in plain}


def test_migrations_are_thorough_again_afterwards():
    thorough = ProjectState._find_reload_model
    with quick_migrations():
        assert ProjectState._find_reload_model is not thorough
    assert ProjectState._find_reload_model is thorough
