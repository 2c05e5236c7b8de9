"""What the database itself refuses about reviews, as migration steps that every reviewed table shares."""

from django.db import migrations


def maker_is_the_author(*, approvals: str, revisions: str) -> migrations.RunSQL:
    """The maker named in an approval is the author of the revision, so maker <> checker cannot be dodged."""
    name = f"{approvals}_maker_is_the_author"
    return migrations.RunSQL(
        f"ALTER TABLE {approvals} ADD CONSTRAINT {name} FOREIGN KEY (revision_id, maker_id) "
        f"REFERENCES {revisions} (id, author_id)",
        f"ALTER TABLE {approvals} DROP CONSTRAINT {name}",
    )


def current_is_approved(*, subjects: str, approvals: str) -> migrations.RunSQL:
    """A subject can only point at a revision that a second person has approved."""
    name = f"{subjects}_current_is_approved"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.current_revision_id IS NOT NULL AND NOT EXISTS (
                SELECT 1 FROM {approvals}
                WHERE revision_id = NEW.current_revision_id AND decision = 'approved'
            ) THEN
                RAISE EXCEPTION 'revision % has no approval', NEW.current_revision_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF current_revision_id ON {subjects}
            FOR EACH ROW EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER IF EXISTS {name} ON {subjects}; DROP FUNCTION IF EXISTS {name}()",
    )


def frozen_once_submitted(*, revisions: str, children: tuple[str, ...] = ()) -> migrations.RunSQL:
    """What a revision says can be changed while it is a draft, and never again; the same for its rows."""
    row_guards = "".join(
        f"""
        CREATE TRIGGER {child}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {child}
            FOR EACH ROW EXECUTE FUNCTION {revisions}_rows_frozen();
        """
        for child in children
    )
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {revisions}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.review <> 'draft' AND to_jsonb(NEW) - 'review' IS DISTINCT FROM to_jsonb(OLD) - 'review' THEN
                RAISE EXCEPTION 'revision % has been submitted', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {revisions}_frozen BEFORE UPDATE ON {revisions}
            FOR EACH ROW EXECUTE FUNCTION {revisions}_frozen();
        CREATE FUNCTION {revisions}_rows_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            changed {revisions}.id%TYPE;
        BEGIN
            IF TG_OP = 'DELETE' THEN changed := OLD.revision_id; ELSE changed := NEW.revision_id; END IF;
            IF EXISTS (SELECT 1 FROM {revisions} WHERE id = changed AND review <> 'draft') THEN
                RAISE EXCEPTION 'revision % has been submitted', changed USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$;
        {row_guards}
        """,
        f"""
        DROP FUNCTION IF EXISTS {revisions}_frozen() CASCADE;
        DROP FUNCTION IF EXISTS {revisions}_rows_frozen() CASCADE;
        """,
    )
