"""Who is meant: conditions on customers, combined by all of / any of / none of.

Each condition says four things in one place: how it is stored, whether it holds for one person, which rows of customers
it selects, and how it reads. Campaigns, tag rules and segments use it; coupons can. Knows models, no commands.
"""
