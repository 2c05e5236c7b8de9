from pricing.admin import catalogue

__all__ = ["catalogue"]
