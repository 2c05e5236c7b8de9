"""Read-only screens."""

from analytics.admin import report_download  # noqa: F401
