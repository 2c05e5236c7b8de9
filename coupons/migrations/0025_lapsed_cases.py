from django.db import migrations, models

# Where an attempt came from may be forgotten, and nothing else, once no rule can count it any more.
FORGETTING = """
CREATE OR REPLACE FUNCTION coupons_riskattempt_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '90 days' THEN
        RAISE EXCEPTION 'a risk decision is kept as it is for 90 days' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.address IS NULL AND NEW.device IS NULL
        AND to_jsonb(NEW) - '{address,device}'::text[] = to_jsonb(OLD) - '{address,device}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a risk decision is never changed' USING ERRCODE = 'restrict_violation';
END $$;
"""
KEEPING = """
CREATE OR REPLACE FUNCTION coupons_riskattempt_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR OLD.at > now() - interval '90 days' THEN
        RAISE EXCEPTION 'a risk decision is kept as it is for 90 days' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;
"""
STATES = [
    ("waiting", "waiting"),
    ("released", "released"),
    ("blocked", "refused"),
    ("lapsed", "nobody decided in time"),
]
DECIDED = models.Q(
    models.Q(("decided_at", None), ("decided_by", None), ("state", "waiting")),
    models.Q(("decided_at__isnull", False), ("decided_by__isnull", False), ("state__in", ["released", "blocked"])),
    models.Q(("decided_at__isnull", False), ("decided_by", None), ("state", "lapsed")),
    _connector="OR",
)


class Migration(migrations.Migration):
    dependencies = [("coupons", "0024_judged_gifts")]

    operations = [
        migrations.AlterField(
            model_name="riskcase",
            name="state",
            field=models.CharField(choices=STATES, default="waiting", max_length=8, verbose_name="state"),
        ),
        migrations.RemoveConstraint(model_name="riskcase", name="case_is_decided_by_somebody"),
        migrations.AddConstraint(
            model_name="riskcase",
            constraint=models.CheckConstraint(condition=DECIDED, name="case_is_decided_by_somebody"),
        ),
        migrations.RunSQL(FORGETTING, KEEPING),
    ]
