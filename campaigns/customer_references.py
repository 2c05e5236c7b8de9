"""Customers as people name them in a table: by customer number, account name, e-mail or phone."""

from collections.abc import Collection

from django.db import connection

from campaigns.models.customer import PHONE_DIGITS

LEAST_DIGITS = 6  # of a phone number

# A customer number means its customer, whatever else it may look like.
BY_NUMBER = "SELECT code, id FROM campaigns_customer WHERE code = ANY(%s)"
BY_ACCOUNT = """
SELECT login.username, customer.id FROM auth_user login JOIN campaigns_customer customer ON customer.user_id = login.id
WHERE login.username = ANY(%s)
"""
BY_EMAIL = """
SELECT lower(login.email), customer.id FROM auth_user login
JOIN campaigns_customer customer ON customer.user_id = login.id WHERE lower(login.email) = ANY(%s)
"""
BY_PHONE = f"""
SELECT digits, id FROM (
    SELECT id, right(regexp_replace(phone, '[^0-9]', '', 'g'), {PHONE_DIGITS}) AS digits
    FROM campaigns_customer WHERE phone <> ''
) AS with_phone WHERE digits = ANY(%s)
"""  # noqa: S608


def customers_meant(references: Collection[str]) -> dict[str, set[int]]:
    """Return whom each reference means: nobody, one, or (a shared phone) several. Four queries, however many."""
    meant = {reference: set[int]() for reference in references if reference and "\0" not in reference}
    _add(meant, BY_NUMBER, {reference: reference for reference in meant})
    rest = [reference for reference, found in meant.items() if not found]
    for query, spelled in (
        (BY_ACCOUNT, {reference: reference for reference in rest}),
        (BY_EMAIL, {reference: reference.lower() for reference in rest if "@" in reference}),
        (BY_PHONE, {reference: digits for reference in rest if (digits := _digits(reference))}),
    ):
        _add(meant, query, spelled)
    return meant


def _add(meant: dict[str, set[int]], query: str, spelled: dict[str, str]) -> None:
    """Ask for all spellings at once and note who is found under each reference."""
    if not spelled:
        return
    with connection.cursor() as cursor:
        cursor.execute(query, [sorted(set(spelled.values()))])
        found: dict[str, set[int]] = {}
        for spelling, customer_id in cursor.fetchall():
            found.setdefault(spelling, set()).add(customer_id)
    for reference, spelling in spelled.items():
        meant[reference] |= found.get(spelling, set())


def _digits(reference: str) -> str:
    """Return what a phone number is compared by; empty for what is no phone number."""
    if any(sign.isalpha() or sign == "@" for sign in reference):
        return ""
    digits = "".join(sign for sign in reference if sign.isascii() and sign.isdigit())
    return digits[-PHONE_DIGITS:] if len(digits) >= LEAST_DIGITS else ""
