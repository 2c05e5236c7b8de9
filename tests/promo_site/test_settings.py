import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_database_and_cache_are_the_real_thing():
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 160_000
    cache.set("answer", 42)
    assert cache.get("answer") == 42
