"""Campaigns: set-up, audience, stock and limits, review, lifecycle, and their offers for the engine.

Entry points: `commands/`, `selectors/`, `offers.py: offer_of`, `sources.py` for what higher apps register.
May import: pricing.
"""
