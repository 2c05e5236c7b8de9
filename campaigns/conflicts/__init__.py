"""The conflict report: who else takes the goods of a draft, and how deep each price can get by the rules.

Nothing here knows how prices are made: everything is asked of pricing.engine, with the draft as if it were approved.
`world` is what the report is about, as plain values; `loading` reads it from the database. `deepest` finds the lowest
price of each SKU with a cart that shows it, `overlaps` says who meets the draft where. docs/back-office.md tells people
what the report says and what it does not.
"""
