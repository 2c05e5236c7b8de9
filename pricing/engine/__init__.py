"""The pricing engine: values in, values out.

Here lives every rule that makes a price: no Django, no database, no clock, no randomness. The same input gives the
same answer on any machine. Entry points: `quote.price_cart` prices a cart, `refund` says what is owed for returned
units, `prices` holds the prices that tags and pages show, `document` reads and writes the JSON form. Imports nothing
but the standard library. The contract, with its examples, is docs/pricing.md.
"""

from pricing.engine import benefits, conditions

__all__ = ["benefits", "conditions"]
