from django.db import migrations


class Migration(migrations.Migration):
    """Guests are found by their phone number: the index holds what storefront.selectors.purchases compares."""

    dependencies = [
        ('storefront', '0007_refund_goods'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX order_of_guest_phone ON storefront_order "
            "((right(regexp_replace(recipient ->> 'phone', '[^0-9]', '', 'g'), 11))) WHERE customer_id IS NULL",
            "DROP INDEX order_of_guest_phone",
        ),
    ]
