from campaigns.admin import campaign, customer, festival

__all__ = ["campaign", "customer", "festival"]
