"""Where a file of real orders is, if there is one. It is no part of the project."""

import os
from pathlib import Path

import pytest
from django.conf import settings

BESIDE = settings.BASE_DIR.parent / "shared" / "data" / "online_retail_2010_2011.csv.gz"


def real_orders() -> Path:
    """REAL_ORDERS names the file; else it is looked for beside the project."""
    path = Path(os.environ.get("REAL_ORDERS") or BESIDE)
    if not path.exists():
        pytest.skip(f"no real orders at {path}: get UCI “Online Retail” as CSV and name it with REAL_ORDERS")
    return path
