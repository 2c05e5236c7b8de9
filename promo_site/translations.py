"""Message catalogues: `.po` files are kept, `.mo` files are made where they are needed.

`python -m promo_site.translations` compiles what is out of date; it needs babel but no system gettext. It refuses a
catalogue that says one text twice, of which babel would silently take the first.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"

QUOTED = r'((?:"[^\n]*"\n)+)'
ENTRY = re.compile(rf"^(?:msgctxt {QUOTED})?msgid {QUOTED}", re.MULTILINE)


def texts_said_twice(po: Path) -> list[str]:
    """Return the English texts, with their contexts before them, that stand in a catalogue more than once."""
    entries = (map(_unquoted, entry) for entry in ENTRY.findall(po.read_text(encoding="utf-8")))
    return sorted(" | ".join(filter(None, entry)) for entry, times in Counter(map(tuple, entries)).items() if times > 1)


def _unquoted(lines: str) -> str:
    return "".join(line[1:-1] for line in lines.splitlines())


def compile_catalogues(folder: Path = LOCALE) -> list[Path]:
    """Compile every catalogue that is newer than its compiled form; return those written."""
    stale = [po for po in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(po)]
    for po in stale:
        with po.open("rb") as source:
            catalogue = read_po(source)
        unfinished = po.with_suffix(".mo.unfinished")
        with unfinished.open("wb") as target:
            write_mo(target, catalogue)
        unfinished.rename(po.with_suffix(".mo"))
    return [po.with_suffix(".mo") for po in stale]


def _is_stale(po: Path) -> bool:
    mo = po.with_suffix(".mo")
    return not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime


if __name__ == "__main__":
    if twice := [text for po in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) for text in texts_said_twice(po)]:
        sys.exit("These stand twice, keep one of each or give one a context:\n" + "\n".join(twice))
    for written in compile_catalogues():
        print(written)
