from django.db import migrations, models

from campaigns.guards import frozen_once_submitted


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_guards")]

    operations = [
        frozen_once_submitted(
            revisions="campaigns_campaignrevision",
            children=("campaigns_campaignscope", "campaigns_campaignsku"),
        ),
        migrations.AlterConstraint(
            model_name="campaignrevision",
            name="campaign_starts_before_it_ends",
            constraint=models.CheckConstraint(
                condition=models.Q(("starts_at__lt", models.F("ends_at"))),
                name="campaign_starts_before_it_ends",
                violation_error_message="The end must be later than the start.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="campaignrevision",
            name="warm_up_before_the_start",
            constraint=models.CheckConstraint(
                condition=models.Q(("warm_up_at", None), ("warm_up_at__lte", models.F("starts_at")), _connector="OR"),
                name="warm_up_before_the_start",
                violation_error_message="A campaign is announced before it starts.",
            ),
        ),
    ]
