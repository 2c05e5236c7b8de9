from django.db import migrations

from campaigns.guards import rows_stay


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0025_birthdays")]

    operations = [
        rows_stay(revisions="campaigns_campaignrevision"),
    ]
