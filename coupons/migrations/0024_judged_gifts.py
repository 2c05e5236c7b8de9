from django.db import migrations, models

ACTS = [
    ("claim", "claim of a coupon"),
    ("code", "redeeming of a code"),
    ("order", "order in a campaign"),
    ("draw", "draw in a lottery"),
    ("gift", "gift to a member"),
    ("grant", "grant by hand"),
]

# A list is written by one statement with as many rows as it says; whatever comes later is one too many.
FULL_LISTS = """
CREATE FUNCTION coupons_grantlist_is_full() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM coupons_grantlist list
        WHERE list.id IN (SELECT of_id FROM added)
          AND list.size < (SELECT count(*) FROM coupons_grantrow row WHERE row.of_id = list.id)
    ) THEN
        RAISE EXCEPTION 'a list of a grant has as many rows as were looked at' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER list_is_full AFTER INSERT ON coupons_grantrow REFERENCING NEW TABLE AS added
FOR EACH STATEMENT EXECUTE FUNCTION coupons_grantlist_is_full();
"""
NOT_FULL = """
DROP TRIGGER list_is_full ON coupons_grantrow;
DROP FUNCTION coupons_grantlist_is_full();
"""


class Migration(migrations.Migration):
    dependencies = [("coupons", "0023_rows_stay")]

    operations = [
        migrations.AddField(model_name="giftdue", name="address", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="giftdue", name="device", field=models.BinaryField(null=True)),
        migrations.AddField(model_name="giftdue", name="device_hours", field=models.IntegerField(default=-1)),
        migrations.AlterField(
            model_name="riskattempt",
            name="act",
            field=models.CharField(choices=ACTS, max_length=8, verbose_name="what"),
        ),
        migrations.AlterField(
            model_name="riskcase", name="act", field=models.CharField(choices=ACTS, max_length=8, verbose_name="what")
        ),
        migrations.RunSQL(FULL_LISTS, NOT_FULL),
    ]
