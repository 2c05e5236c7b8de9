from django.db import migrations

from campaigns.guards import checker_may_approve, enough_approvals, reasons_only_grow

KINDS = ("coupontemplate", "claimcampaign")


class Migration(migrations.Migration):
    dependencies = [("coupons", "0009_second_approver"), ("campaigns", "0016_two_approvers")]

    operations = [
        step
        for kind in KINDS
        for step in (
            checker_may_approve(approvals=f"coupons_{kind}approval", app="coupons", permission=f"approve_{kind}"),
            reasons_only_grow(revisions=f"coupons_{kind}revision"),
            enough_approvals(
                subjects=f"coupons_{kind}",
                approvals=f"coupons_{kind}approval",
                revisions=f"coupons_{kind}revision",
            ),
        )
    ]
