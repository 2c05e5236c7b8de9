from pricing.admin import catalogue, job

__all__ = ["catalogue", "job"]
