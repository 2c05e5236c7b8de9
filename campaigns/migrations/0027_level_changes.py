import django.db.models.deletion
from django.db import migrations, models

# Whichever way a level changes, by a page, an import or a statement typed by hand, the change is noted.
NOTED = """
CREATE FUNCTION campaigns_note_level() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO campaigns_levelchange (customer_id, before, after, at)
    VALUES (NEW.id, OLD.level, NEW.level, clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER level_is_noted AFTER UPDATE OF level ON campaigns_customer
FOR EACH ROW WHEN (OLD.level IS DISTINCT FROM NEW.level) EXECUTE FUNCTION campaigns_note_level();
"""
NOT_NOTED = """
DROP TRIGGER level_is_noted ON campaigns_customer;
DROP FUNCTION campaigns_note_level();
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0026_rows_stay")]

    operations = [
        migrations.AddField(
            model_name="customer",
            name="birthday_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="birthday entered at"),
        ),
        migrations.CreateModel(
            name="LevelChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(blank=True, default="", max_length=32)),
                ("after", models.CharField(blank=True, default="", max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="campaigns.customer"
                    ),
                ),
            ],
            options={"ordering": ["pk"]},
        ),
        migrations.RunSQL(NOTED, NOT_NOTED),
    ]
