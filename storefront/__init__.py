"""The shop: pages, cart, checkout, orders, payment, refunds.

Entry points: `quoting.py: quote_cart`, `commands/`, `selectors/`, `views/`, `api/`.
May import: coupons, campaigns and pricing.
"""
