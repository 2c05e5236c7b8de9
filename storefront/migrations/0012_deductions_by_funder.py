"""Who is relieved by a deduction: so far the one who bears most of the coupon in the order that used it."""

from django.db import migrations, models

TABLE = "storefront_rewarddeduction"
FILL = f"""
ALTER TABLE {TABLE} DISABLE TRIGGER {TABLE}_append_only;
UPDATE {TABLE} d SET funder = COALESCE((
    SELECT s.funder FROM storefront_orderreward w
    JOIN coupons_coupon c ON c.id = w.coupon_id
    JOIN storefront_discountshare s ON s.coupon_id = c.id
    LEFT JOIN storefront_orderline l ON l.id = s.order_line_id
    LEFT JOIN storefront_ordershipping f ON f.id = s.order_shipping_id
    JOIN storefront_order o ON o.id = COALESCE(l.order_id, f.order_id)
    WHERE w.id = d.reward_id
    GROUP BY s.funder, o.id ORDER BY o.id DESC, sum(s.amount_cents) DESC, s.funder LIMIT 1
), 'platform');
ALTER TABLE {TABLE} ENABLE TRIGGER {TABLE}_append_only;
"""


class Migration(migrations.Migration):

    dependencies = [("storefront", "0011_amount_asked_for")]

    operations = [
        migrations.AddField(
            model_name="rewarddeduction",
            name="funder",
            field=models.CharField(default="platform", max_length=32, verbose_name="funder"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="rewarddeduction", name="one_deduction_per_reward_and_refund"),
        migrations.AddConstraint(
            model_name="rewarddeduction",
            constraint=models.UniqueConstraint(
                fields=("reward", "refund", "funder"), name="one_deduction_per_reward_refund_and_funder"
            ),
        ),
    ]
