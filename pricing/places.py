"""Where people buy: the channels and terminals that offers can be restricted to, and how they are called."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

CHANNELS: Mapping[str, str] = {
    "web": _("website"),
    "app": _("app"),
    "mini_program": _("mini-program"),
    "store": _("store"),
}
TERMINALS: Mapping[str, str] = {
    "computer": _("computer"),
    "phone": _("mobile phone"),
    "tablet": _("tablet"),
    "till": _("till"),
}
