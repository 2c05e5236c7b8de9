"""Risk control, the pure part: rules as data, what they measure, and what they decide. No database, no clock.

signals.py: the closed set of what can be measured. rules.py: a rule and a profile, and how they are stored.
deciding.py: profile + measured values -> score, reasons, outcome. replay.py: the same over attempts of the past.
"""
