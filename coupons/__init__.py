"""Coupon templates, claim campaigns, wallets, and a coupon's life from issue to return.

Entry points: `commands/`, `selectors/`, `offers.py`.
May import: campaigns and pricing.
"""
