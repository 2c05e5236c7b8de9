from django.db import migrations, models

from campaigns.guards import frozen_once_submitted


class Migration(migrations.Migration):

    dependencies = [
        ('coupons', '0003_issue_counts'),
    ]

    operations = [
        frozen_once_submitted(
            revisions="coupons_coupontemplaterevision",
            children=("coupons_coupontemplatescope", "coupons_coupontemplatesku"),
        ),
        frozen_once_submitted(revisions="coupons_claimcampaignrevision"),
        migrations.AlterConstraint(
            model_name='claimcampaignrevision',
            name='claiming_starts_before_it_ends',
            constraint=models.CheckConstraint(condition=models.Q(('starts_at__lt', models.F('ends_at'))), name='claiming_starts_before_it_ends', violation_error_message='The end must be later than the start.'),
        ),
        migrations.AlterConstraint(
            model_name='claimcampaignrevision',
            name='claims_per_customer_at_least_one',
            constraint=models.CheckConstraint(condition=models.Q(('per_customer__gte', 1)), name='claims_per_customer_at_least_one', violation_error_message='A customer may claim at least one.'),
        ),
        migrations.AlterConstraint(
            model_name='coupontemplaterevision',
            name='template_validity_is_complete',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('valid_from__isnull', False), ('valid_until__gt', models.F('valid_from')), ('validity', 'fixed')), models.Q(('valid_days__gte', 1), ('validity', 'after_claim')), _connector='OR'), name='template_validity_is_complete', violation_error_message='Give two dates, the end later than the start, or a number of days.'),
        ),
    ]
