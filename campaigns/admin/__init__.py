from campaigns.admin import campaign, customer

__all__ = ["campaign", "customer"]
