"""A risk profile as labelled texts: for its page, and for what an approver sees changed."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from campaigns.admin.facts import Fact
from coupons.models import RiskProfileRevision
from coupons.risk_wording import rule_text


def profile_facts(revision: RiskProfileRevision) -> list[Fact]:
    """Return everything that a profile's revision says, in the order of the form."""
    never = _("never")
    return [
        Fact(pgettext("risk profile", "Code"), revision.profile.code),
        Fact(_("Name"), revision.name),
        Fact(_("Chinese name"), revision.name_zh),
        Fact(_("Description"), "\n".join(filter(None, [revision.description, revision.description_zh]))),
        *(
            Fact(_("Rule %(number)s") % {"number": number}, rule_text(row))
            for number, row in enumerate(revision.rules, 1)
        ),
        Fact(_("Held from this score"), never if revision.hold_at is None else str(revision.hold_at)),
        Fact(_("Refused from this score"), never if revision.block_at is None else str(revision.block_at)),
    ]
