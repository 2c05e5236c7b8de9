from django.db import migrations

from campaigns.guards import current_is_approved, maker_is_the_author
from pricing.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial"), ("pricing", "0002_append_only")]

    operations = [
        append_only("campaigns_campaignapproval"),
        append_only("campaigns_campaigntransition"),
        append_only("campaigns_phasechange"),
        append_only("campaigns_stockentry"),
        append_only("campaigns_campaignbudgetentry"),
        maker_is_the_author(approvals="campaigns_campaignapproval", revisions="campaigns_campaignrevision"),
        current_is_approved(subjects="campaigns_campaign", approvals="campaigns_campaignapproval"),
    ]
