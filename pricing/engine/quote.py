"""price_cart(cart, book, facts, choices) -> Quote: the single entry of the engine."""

from pricing.engine.answer import (
    Applied,
    DroppedChoice,
    Gain,
    Gift,
    NotApplied,
    Quote,
    QuoteLine,
    Reward,
    Share,
    ShippingLine,
)

__all__ = ["Applied", "DroppedChoice", "Gain", "Gift", "NotApplied", "Quote", "QuoteLine", "Reward", "Share",
           "ShippingLine"]
