"""What the shop says no to, and in which words."""

from pricing.engine.errors import Refusal
from pricing.engine.messages import N_, Message
from pricing.engine.quote import Quote


class CannotBuy(Refusal):
    """The SKU is not for sale, or not in that quantity."""


class CartIsEmpty(Refusal):
    """There is nothing to order."""


class NoneLeft(CartIsEmpty):
    """More pieces are asked for than are left, of everything that could be ordered."""


class SignInFirst(Refusal):
    """An offer in the cart is limited per customer, and a guest is nobody yet."""


class VerifyPhoneFirst(Refusal):
    """An offer in the cart is limited per verified phone, and this member has none."""


class KeyReused(Refusal):
    """The same key came with another request."""


class SoldOut(Refusal):
    """Too many shoppers are after the same units at this moment."""


class PriceChanged(Refusal):
    """The shopper agreed to another quote. Nothing was written.

    `quote` is what the cart costs now; `differences` say in words what is new.
    """

    def __init__(self, quote: Quote, differences: tuple[Message, ...]) -> None:
        super().__init__(
            N_("The price has changed: it is %(total_cents)s now. Please check it again."),
            total_cents=quote.total_cents,
        )
        self.quote = quote
        self.differences = differences


class CannotPay(Refusal):
    """The order is not waiting for a payment."""


class WrongNotice(Refusal):
    """A payment notice is not genuine or not complete."""


class CannotCancel(Refusal):
    """The order can no longer be cancelled."""


class CannotRefund(Refusal):
    """These units, or this order, cannot be given back."""


class RefundChanged(Refusal):
    """The amount is no longer the one that was shown. Nothing was written."""
