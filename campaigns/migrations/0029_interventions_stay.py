from django.db import migrations

# Who asked, when and why stays as it was written; one decision is added, by somebody who may decide.
GUARD = """
CREATE FUNCTION campaigns_intervention_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decided text[] := ARRAY['outcome', 'decided_by_id', 'decided_at', 'remark'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'intervention % stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.outcome <> 'waiting' OR to_jsonb(NEW) - decided IS DISTINCT FROM to_jsonb(OLD) - decided THEN
        RAISE EXCEPTION 'intervention % is decided or differs', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.outcome IN ('carried_out', 'refused', 'confirmed', 'reverted')
        AND NOT staff_may(NEW.decided_by_id, 'campaigns', 'approve_campaign') THEN
        RAISE EXCEPTION 'user % may not decide', NEW.decided_by_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'intervention_decided_by_who_may';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER campaigns_intervention_guard BEFORE UPDATE OR DELETE ON campaigns_intervention
    FOR EACH ROW EXECUTE FUNCTION campaigns_intervention_guard();
"""
UNGUARD = """
DROP TRIGGER IF EXISTS campaigns_intervention_guard ON campaigns_intervention;
DROP FUNCTION IF EXISTS campaigns_intervention_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0028_report_on_goods")]

    operations = [migrations.RunSQL(GUARD, UNGUARD)]
