"""What happened and what it was worth: events, daily facts, metrics, reports.

Entry points: `reports/`, `metrics/`, `commands/`.
May import: every other app but promo_site.
"""
