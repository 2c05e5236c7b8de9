"""Demo data: shelves, people, campaigns, coupons and orders, made through the same commands that people use.

`loading.load_demo(at=…)` is the only entry. Times are relative to the moment of loading, so the demo is never stale.
"""
