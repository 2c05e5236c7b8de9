from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pricing", "0005_stock_request")]

    operations = [
        migrations.AddField(model_name="job", name="mark", field=models.JSONField(blank=True, default=dict)),
        migrations.AddField(
            model_name="job",
            name="not_before",
            field=models.DateTimeField(blank=True, null=True, verbose_name="goes on at"),
        ),
        migrations.AddField(model_name="job", name="turns", field=models.PositiveIntegerField(default=0)),
    ]
