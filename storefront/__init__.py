"""The shop: pages, cart, checkout, orders, payment, refunds.

Entry points: `quoting.py: quote_cart`, `commands/`, `selectors/`, `views/`.
May import: coupons, campaigns and pricing.
"""
