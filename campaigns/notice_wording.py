"""Notices as people read them: at the bell in the reader's language, in a mail in both languages of the site."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext, override

from campaigns.models import StaffNotice
from pricing.engine.messages import Message
from pricing.models.naming import in_reader_language
from pricing.wording import say

CHINESE = "_zh"


def notice_text(notice: StaffNotice) -> str:
    """Return what a notice says, in the reader's language."""
    given = notice.figures
    figures = {
        name: in_reader_language(str(value), str(given.get(name + CHINESE, ""))) if name + CHINESE in given else value
        for name, value in given.items()
        if not name.endswith(CHINESE)
    }
    return say(Message(notice.msgid, figures))


def mail_of(notice: StaffNotice) -> EmailMessage:
    """Return the mail of a notice. Its Message-ID is always the same, so that a doubled one shows as one."""
    texts = [_in(language, notice) for language in (settings.LANGUAGE_CODE, *dict(settings.LANGUAGES))]
    with override(settings.LANGUAGE_CODE):
        title = f"{gettext('Promotions')}: {texts[0]}"
    address = f"{settings.SITE_ADDRESS}{notice.link}" if notice.link else ""
    return EmailMessage(
        subject=" ".join(title.split())[:180],
        body="\n\n".join(filter(None, [*dict.fromkeys(texts), address])) + "\n",
        to=[notice.user.email],
        headers={"Message-ID": f"<staff-notice-{notice.pk}@{settings.SITE_ADDRESS.split('//')[-1]}>"},
    )


def _in(language: str, notice: StaffNotice) -> str:
    with override(language):
        return notice_text(notice)
