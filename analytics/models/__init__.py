"""What analytics writes down itself; what it reports on belongs to the other apps."""

from analytics.models.report_download import ReportDownload

__all__ = ["ReportDownload"]
