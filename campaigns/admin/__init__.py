from campaigns.admin import campaign, customer, festival, intervention

__all__ = ["campaign", "customer", "festival", "intervention"]
