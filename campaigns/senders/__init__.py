"""Ways to carry a letter out of the house; another one is a file here and a name in settings.REACH_SENDER."""

from campaigns.senders.console import Console
from campaigns.senders.mail import Mail
from campaigns.senders.protocol import Letter, Sender

SENDERS: dict[str, Sender] = {sender.name: sender for sender in (Mail(), Console())}

__all__ = ["SENDERS", "Letter", "Sender"]
