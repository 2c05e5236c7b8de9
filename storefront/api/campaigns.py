"""/api/v1/campaigns/: what runs now and what is announced, with its rules in words."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.lifecycle import Phase
from campaigns.models import CampaignRevision
from campaigns.selectors.running import announced_revisions, running_revisions
from pricing.engine.layers import PLATFORM
from storefront.api.shapes import REFUSALS, SIMPLE
from storefront.wording import rule_sentences, stacking_sentence

TEXT, MOMENT = SIMPLE[str], SIMPLE[datetime]
CAMPAIGN: dict[str, Any] = {
    "id": SIMPLE[int],
    "offer": TEXT,
    "name": TEXT,
    "badge": TEXT,
    "phase": {"type": "string", "enum": [Phase.RUNNING.value, Phase.WARM_UP.value]},
    "layer": TEXT,
    "owner": TEXT,
    "starts_at": MOMENT,
    "ends_at": MOMENT,
    "rules": {"type": "array", "items": TEXT},
    "stacking": TEXT,
}
ANSWER = {
    "type": "object",
    "properties": {
        "at": MOMENT,
        "campaigns": {
            "type": "array",
            "items": {"type": "object", "properties": CAMPAIGN, "required": list(CAMPAIGN)},
        },
    },
    "required": ["at", "campaigns"],
}


class Campaigns(APIView):
    throttle_scope = "campaigns"

    @extend_schema(operation_id="campaigns", responses={200: ANSWER, 401: REFUSALS[401], 429: REFUSALS[429]})
    def get(self, request: Request) -> Response:
        """Running campaigns, most important first, then announced ones, nearest start first."""
        at = timezone.now()
        found = [_row(revision, Phase.RUNNING) for revision in running_revisions(at)]
        found += [_row(revision, Phase.WARM_UP) for revision in announced_revisions(at)]
        return Response({"at": at.isoformat(), "campaigns": found})


def _row(revision: CampaignRevision, phase: Phase) -> dict[str, Any]:
    campaign = revision.campaign
    return {
        "id": campaign.pk,
        "offer": campaign.offer_id,
        "name": revision.local_name,
        "badge": revision.local_badge,
        "phase": phase.value,
        "layer": revision.layer,
        "owner": campaign.shop.code if campaign.shop else PLATFORM,
        "starts_at": revision.starts_at.isoformat(),
        "ends_at": revision.ends_at.isoformat(),
        "rules": rule_sentences(revision),
        "stacking": stacking_sentence(revision),
    }
