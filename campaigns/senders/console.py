"""Letters into the log, for trying out."""

import logging
from typing import ClassVar

from campaigns.senders.protocol import Letter

logger = logging.getLogger(__name__)


class Console:
    """Writes who would get which subject; nothing leaves the house."""

    name: ClassVar[str] = "console"

    def send(self, letter: Letter) -> None:
        logger.info("letter %s to %s: %s", letter.key, letter.address, letter.subject)
