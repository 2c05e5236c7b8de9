"""Do all ledgers agree? One check per balance: what a row says against the sum of what it stands for.

Entry point: `run.audit`. A check is one question in SQL that lists (what, expected, found); rows where the two differ
are disagreements. It repairs nothing.
"""
