"""The people of the demo: staff with their roles, and the customers behind the shoppers' logins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import Group, User

from campaigns.models import Customer
from promo_site.demo_logins import DEMO_LOGINS, DemoLogin


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; `username` names a login of demo_logins, none means somebody who never signs in here."""

    code: str
    name: str
    username: str = ""
    level: str = ""
    days_ago: int = 0
    phone: str = ""


VIP = Person("M-1001", "王小明", "xiaoming", "vip", 420, "13800001001")
NEW_MEMBER = Person("M-1002", "李美华", "meihua", "", 1, "13800001002")
REGULAR = Person("M-1003", "陈立", "", "silver", 200, "13800001003")
PEOPLE = (VIP, NEW_MEMBER, REGULAR)


def welcome_people(*, at: datetime) -> None:
    """Write logins and customers; a name that exists is left alone."""
    for login in DEMO_LOGINS:
        _sign_up(login)
    for person in PEOPLE:
        _register(person, at=at)


def staff(role: str, number: int = 1) -> User:
    """Return the demo's first person of a role, such as "operator", or a further one."""
    return User.objects.get(username=[login.username for login in DEMO_LOGINS if login.role == role][number - 1])


def customer(person: Person) -> Customer:
    """Return the row of a person."""
    return Customer.objects.select_related("user").get(code=person.code)


def _sign_up(login: DemoLogin) -> None:
    if User.objects.filter(username=login.username).exists():
        return
    is_staff = login.role != "shopper"
    user = User.objects.create_user(
        login.username,
        email=f"{login.username}@example.com",
        password=login.password,
        first_name=login.username.title(),
        is_staff=is_staff,
    )
    if is_staff:
        user.groups.add(Group.objects.get(name=login.role))


def _register(person: Person, *, at: datetime) -> None:
    registered_at = at - timedelta(days=person.days_ago)
    Customer.objects.get_or_create(
        code=person.code,
        defaults={
            "name": person.name,
            "user": User.objects.filter(username=person.username).first(),
            "phone": person.phone,
            "phone_verified_at": registered_at,
            "level": person.level,
            "registered_at": registered_at,
        },
    )
