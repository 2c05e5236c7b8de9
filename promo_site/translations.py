"""Message catalogues: `.po` files are kept, `.mo` files are made where they are needed.

`python -m promo_site.translations` compiles what is out of date; it needs babel but no system gettext.
"""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "locale"


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
    for written in compile_catalogues():
        print(written)
