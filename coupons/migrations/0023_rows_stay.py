from django.db import migrations

from campaigns.guards import rows_stay


class Migration(migrations.Migration):
    dependencies = [("coupons", "0022_release_for_one_order")]

    operations = [
        rows_stay(revisions="coupons_coupontemplaterevision"),
        rows_stay(revisions="coupons_lotteryrevision"),
    ]
