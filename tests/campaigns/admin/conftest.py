import pytest

from tests.factories.campaigns import make_user


@pytest.fixture
def operator(client):
    """An operator, signed in."""
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user


@pytest.fixture
def approver():
    return make_user("adam", groups=["approver"])
