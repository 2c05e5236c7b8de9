from django.db import migrations

from pricing.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("storefront", "0001_initial"), ("pricing", "0002_append_only")]

    operations = [
        append_only("storefront_discountshare"),
        append_only("storefront_sharereversal"),
        append_only("storefront_paymententry"),
        append_only("storefront_moneytransfer"),
        append_only("storefront_ordertransition"),
        append_only("storefront_paymentnotice"),
    ]
