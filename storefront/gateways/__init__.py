"""Payment providers behind one protocol; a real one is a file here and a name in settings.PAYMENT_GATEWAY."""

from storefront.gateways.protocol import Gateway, Instruction, Notice
from storefront.gateways.test_gateway import TestGateway

GATEWAYS: dict[str, Gateway] = {gateway.name: gateway for gateway in (TestGateway(),)}

__all__ = ["GATEWAYS", "Gateway", "Instruction", "Notice"]
