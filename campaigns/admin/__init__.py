from campaigns.admin import campaign, customer, festival, intervention, review_limit, segment

__all__ = ["campaign", "customer", "festival", "intervention", "review_limit", "segment"]
