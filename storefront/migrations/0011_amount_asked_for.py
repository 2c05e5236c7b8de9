"""What a refund was asked for stays beside what it pays."""

from django.db import migrations, models

FILL = "UPDATE storefront_refund SET shown_cents = amount_cents"


class Migration(migrations.Migration):

    dependencies = [("storefront", "0010_lost_rewards")]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="shown_cents",
            field=models.PositiveBigIntegerField(default=0, verbose_name="amount asked for"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
