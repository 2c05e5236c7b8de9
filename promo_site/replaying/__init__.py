"""Imported orders priced again as if some campaigns had run; every answer is held to the engine's promises.

Entry point: `run.replay`. One file each: `offers` (the campaigns, with what is left aside), `carts` (past orders as the
engine's carts), `promises` (what must hold of every quote), `report` (totals and the CSV by order).
"""
