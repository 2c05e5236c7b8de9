from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("pricing", "0006_jobs_give_way")]

    operations = [
        migrations.AddField(model_name="job", name="again", field=models.BooleanField(default=False)),
    ]
