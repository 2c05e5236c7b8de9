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


def rows_stay(*, revisions: str) -> migrations.RunSQL:
    """The rows of a submitted revision can neither be changed nor moved to another one, nor can it get any."""
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION {revisions}_rows_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            submitted {revisions}.id%TYPE;
        BEGIN
            SELECT id INTO submitted FROM {revisions}
                WHERE id IN (OLD.revision_id, NEW.revision_id) AND review <> 'draft' LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION 'revision % has been submitted', submitted USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        END $$;
        """,
        migrations.RunSQL.noop,
    )


def enough_approvals(*, subjects: str, approvals: str, revisions: str) -> migrations.RunSQL:
    """A subject can only point at a revision that one person has approved, or two where there is a reason for it."""
    name = f"{subjects}_current_is_approved"
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            approved integer;
            needed integer;
        BEGIN
            IF NEW.current_revision_id IS NULL THEN RETURN NEW; END IF;
            SELECT count(DISTINCT checker_id) INTO approved FROM {approvals}
                WHERE revision_id = NEW.current_revision_id AND decision = 'approved';
            SELECT CASE WHEN second_reasons = '[]'::jsonb THEN 1 ELSE 2 END INTO needed FROM {revisions}
                WHERE id = NEW.current_revision_id;
            IF approved < needed THEN
                RAISE EXCEPTION 'revision % has % of % approvals', NEW.current_revision_id, approved, needed
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        END $$;
        """,
        migrations.RunSQL.noop,
    )


def reasons_only_grow(*, revisions: str) -> migrations.RunSQL:
    """What was submitted stays as it is; only reasons for a second approver may be added, until it is decided."""
    return migrations.RunSQL(
        f"""
        CREATE OR REPLACE FUNCTION {revisions}_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.review <> 'draft' AND (
                to_jsonb(NEW) - 'review' - 'second_reasons' IS DISTINCT FROM to_jsonb(OLD) - 'review' - 'second_reasons'
                OR NOT NEW.second_reasons @> OLD.second_reasons
                OR (OLD.review <> 'in_review' AND NEW.second_reasons <> OLD.second_reasons)
            ) THEN
                RAISE EXCEPTION 'revision % has been submitted', OLD.id USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$;
        """,
        migrations.RunSQL.noop,
    )


STAFF_MAY = """
CREATE FUNCTION staff_may(person bigint, app text, permission text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM auth_user u WHERE u.id = person AND u.is_active AND (u.is_superuser OR EXISTS (
            SELECT 1 FROM auth_permission p
            JOIN django_content_type t ON t.id = p.content_type_id
            WHERE t.app_label = app AND p.codename = permission AND (
                EXISTS (SELECT 1 FROM auth_user_user_permissions o WHERE o.user_id = person AND o.permission_id = p.id)
                OR EXISTS (
                    SELECT 1 FROM auth_user_groups m
                    JOIN auth_group_permissions g ON g.group_id = m.group_id
                    WHERE m.user_id = person AND g.permission_id = p.id
                )
            )
        ))
    )
$$;
"""


def knows_permissions() -> migrations.RunSQL:
    """Let triggers ask whether somebody is active and has a permission, their own or that of a group."""
    return migrations.RunSQL(STAFF_MAY, "DROP FUNCTION IF EXISTS staff_may(bigint, text, text)")


def checker_may_approve(*, approvals: str, app: str, permission: str) -> migrations.RunSQL:
    """Nobody decides about a revision who may not, whatever writes the row: not an operator, not who has left."""
    name = f"{approvals}_checker_may_approve"
    return migrations.RunSQL(
        f"""
        CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT staff_may(NEW.checker_id, '{app}', '{permission}') THEN
                RAISE EXCEPTION 'user % may not decide', NEW.checker_id
                    USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER {name} BEFORE INSERT ON {approvals} FOR EACH ROW EXECUTE FUNCTION {name}();
        """,
        f"DROP TRIGGER IF EXISTS {name} ON {approvals}; DROP FUNCTION IF EXISTS {name}()",
    )
