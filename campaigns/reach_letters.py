"""What a letter about a campaign says: in both languages, since nobody has told us which one the reader prefers."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.models import Reach
from campaigns.senders import Letter


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where letters go, and what their links begin with. `page_of(campaign id)` is the path of a campaign's page."""

    send: Callable[[Letter], None]
    site: str
    page_of: Callable[[int], str]
    opt_out_path: str


def letter_of(row: Reach, mailbox: Mailbox) -> Letter:
    """Return the letter to one customer about the campaign as it is in force now."""
    revision = row.campaign.current_revision
    page, opt_out = mailbox.site + mailbox.page_of(row.campaign_id), mailbox.site + mailbox.opt_out_path
    host = mailbox.site.split("//")[-1]
    names = dict.fromkeys(filter(None, [revision.name_zh, revision.name]))
    body = [revision.reach_text_zh, revision.reach_text, page, f"退订 / Unsubscribe: {opt_out}"]
    return Letter(
        key=f"campaign-{row.campaign_id}-{row.customer_id}@{host}",
        address=row.customer.user.email,
        subject=" ".join(" / ".join(names).split())[:180],
        body="\n\n".join(filter(None, body)) + "\n",
        opt_out_url=opt_out,
    )
