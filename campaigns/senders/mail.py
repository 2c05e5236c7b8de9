"""Letters by e-mail, through Django's mail settings."""

from typing import ClassVar

from django.core.mail import EmailMessage

from campaigns.senders.protocol import Letter


class Mail:
    """Sends each letter as an e-mail; its Message-ID is always the same, so that a doubled one would show as one."""

    name: ClassVar[str] = "mail"

    def send(self, letter: Letter) -> None:
        headers = {"Message-ID": f"<{letter.key}>", "List-Unsubscribe": f"<{letter.opt_out_url}>"}
        EmailMessage(subject=letter.subject, body=letter.body, to=[letter.address], headers=headers).send()
