"""Shops, products, SKUs and the engine that prices a cart.

Entry points: `engine/quote.py: price_cart`, `selectors/`, `commands/`.
May import: no other app; `engine/` may import only the standard library.
"""
