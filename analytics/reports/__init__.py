"""Reports, one file each; `registry.REPORTS` knows them all, `pricing.csv_text` streams any of them."""

from analytics.reports import campaign_days, discount_shares, gifts  # noqa: F401  (they register themselves)
from analytics.reports.registry import REPORTS, Column, Report

__all__ = ["REPORTS", "Column", "Report"]
