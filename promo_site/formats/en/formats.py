"""Moments in lists of the back office stand as on its other pages: they sort by eye and take one line."""

DATETIME_FORMAT = "Y-m-d H:i"
