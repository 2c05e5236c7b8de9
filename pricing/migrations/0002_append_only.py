from django.db import migrations

from pricing.append_only import guard_function


class Migration(migrations.Migration):
    dependencies = [("pricing", "0001_initial")]

    operations = [guard_function()]
