from django.db import migrations

from campaigns.guards import checker_may_approve, enough_approvals, knows_permissions, reasons_only_grow
from pricing.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0015_second_approver"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        append_only("campaigns_reviewlimit"),
        knows_permissions(),
        checker_may_approve(approvals="campaigns_campaignapproval", app="campaigns", permission="approve_campaign"),
        reasons_only_grow(revisions="campaigns_campaignrevision"),
        enough_approvals(
            subjects="campaigns_campaign",
            approvals="campaigns_campaignapproval",
            revisions="campaigns_campaignrevision",
        ),
    ]
