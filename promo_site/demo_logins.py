"""Who can sign in to the demo. These passwords exist nowhere else: only settings with DEMO load them."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """`role` is the name of the group of permissions, or "shopper"; `page` is where this person starts."""

    role: str
    username: str
    password: str
    page: str


DEMO_LOGINS = (
    DemoLogin("operator", "olivia", "demo-operator", "/admin/"),
    DemoLogin("approver", "arthur", "demo-approver", "/admin/"),
    DemoLogin("approver", "anna", "demo-approver-2", "/admin/"),
    DemoLogin("service", "selma", "demo-service", "/admin/"),
    DemoLogin("finance", "felix", "demo-finance", "/admin/"),
    DemoLogin("shopper", "xiaoming", "demo-shopper", "/"),
    DemoLogin("shopper", "meihua", "demo-newcomer", "/"),
)


def login_table(address: str) -> Iterator[str]:
    """Yield one line per person: role, name, password and where to sign in."""
    for login in DEMO_LOGINS:
        yield f"  {login.role:<10} {login.username:<10} {login.password:<16} {address}{login.page}"
