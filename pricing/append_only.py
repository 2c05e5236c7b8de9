"""Ledgers that the database itself refuses to change: rows are inserted, never updated, never deleted."""

from django.db import migrations

CREATE_GUARD = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: write a reversing row instead', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


def guard_function() -> migrations.RunSQL:
    """The trigger function that all ledgers share; created once, by the lowest app."""
    return migrations.RunSQL(CREATE_GUARD, "DROP FUNCTION IF EXISTS refuse_change()")


def append_only(table: str) -> migrations.RunSQL:
    """Return the migration step that makes `table` insert-only."""
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}",
    )
