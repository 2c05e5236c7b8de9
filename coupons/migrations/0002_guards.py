from django.db import migrations

from campaigns.guards import current_is_approved, maker_is_the_author
from pricing.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("coupons", "0001_initial"), ("pricing", "0002_append_only")]

    operations = [
        append_only("coupons_coupontemplateapproval"),
        append_only("coupons_coupontemplatetransition"),
        append_only("coupons_claimcampaignapproval"),
        append_only("coupons_claimcampaigntransition"),
        append_only("coupons_templatebudgetentry"),
        append_only("coupons_couponevent"),
        maker_is_the_author(approvals="coupons_coupontemplateapproval", revisions="coupons_coupontemplaterevision"),
        maker_is_the_author(approvals="coupons_claimcampaignapproval", revisions="coupons_claimcampaignrevision"),
        current_is_approved(subjects="coupons_coupontemplate", approvals="coupons_coupontemplateapproval"),
        current_is_approved(subjects="coupons_claimcampaign", approvals="coupons_claimcampaignapproval"),
    ]
