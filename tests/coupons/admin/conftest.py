"""Who sits at the back office."""

import pytest

from tests.factories.campaigns import make_user


@pytest.fixture
def operator(client):
    user = make_user("olga", groups=["operator"])
    client.force_login(user)
    return user
