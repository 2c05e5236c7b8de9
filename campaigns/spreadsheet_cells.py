"""A cell as its writer meant it, without what spreadsheets and web pages put around it."""

import re

# A way to keep the zeros of a code, and signs of no width that come with a paste from a page.
KEPT_TEXT = re.compile(r'="([^"]*)"')
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))


def plain_cell(text: str) -> str:
    """Return the text of a cell: `="001"` is 001."""
    text = text.translate(INVISIBLE).strip()
    kept = KEPT_TEXT.fullmatch(text)
    return kept[1].strip() if kept else text
