"""A provider that ships with the shop: whoever sends its signed form has paid. For demos and tests."""

import secrets
from collections.abc import Mapping

from django.core.signing import BadSignature, Signer

from pricing.engine.messages import N_
from storefront.gateways.protocol import Instruction, Notice
from storefront.refusals import WrongNotice

FIELDS = ("event", "order", "amount_cents")


class TestGateway:
    """The form is the notice: signed by us, so that nobody can pay less or for another order."""

    name = "test"
    __test__ = False

    def begin(self, *, order_number: str, amount_cents: int) -> Instruction:
        # One form is one event: a double click is one payment.
        values = {"event": secrets.token_hex(16), "order": order_number, "amount_cents": str(amount_cents)}
        fields = {**values, "signature": self._signature(values)}
        return Instruction(
            provider=self.name, url_name="storefront:payment_notice", fields=fields, amount_cents=amount_cents
        )

    def read_notice(self, fields: Mapping[str, str]) -> Notice:
        values = {name: str(fields.get(name, "")) for name in FIELDS}
        try:
            Signer(salt="payment.test").unsign(f"{self._text(values)}:{fields.get('signature', '')}")
        except BadSignature:
            raise WrongNotice(N_("This payment notice is not genuine."), field="signature") from None
        return Notice(self.name, values["event"], values["order"], int(values["amount_cents"]))

    def send_back(self, *, reference: str, amount_cents: int) -> str:
        return f"back-{reference}"

    def _signature(self, values: Mapping[str, str]) -> str:
        return Signer(salt="payment.test").signature(self._text(values))

    def _text(self, values: Mapping[str, str]) -> str:
        return "|".join(values[name] for name in FIELDS)
