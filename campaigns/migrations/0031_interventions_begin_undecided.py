from django.db import migrations

# What was asked for or done at once begins undecided: a decision is added to it, never written with it.
GUARD = """
CREATE FUNCTION campaigns_intervention_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome <> 'waiting' OR NEW.decided_by_id IS NOT NULL OR NEW.decided_at IS NOT NULL THEN
        RAISE EXCEPTION 'an intervention begins undecided'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'intervention_begins_undecided';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_intervention_begins BEFORE INSERT ON campaigns_intervention
    FOR EACH ROW EXECUTE FUNCTION campaigns_intervention_begins();
"""
UNGUARD = """
DROP TRIGGER IF EXISTS campaigns_intervention_begins ON campaigns_intervention;
DROP FUNCTION IF EXISTS campaigns_intervention_begins();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0030_report_on_partners")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
