"""Wiring: settings, URLs, Celery, the admin site, embedded services, demo data.

Entry points: `settings/`, `urls.py`, `celery.py`, `wsgi.py`, `embedded/` (PostgreSQL and Redis from wheels).
May import every app; no app imports it.
"""
