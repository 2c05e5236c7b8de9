"""Addresses of PostgreSQL and Redis, turned into what Django and Celery want to read."""

from typing import Any
from urllib.parse import urlsplit

import environ

WEB_TIMEOUTS = "-c lock_timeout=3000 -c statement_timeout=5000"


def databases(url: str, *, process: str) -> dict[str, Any]:
    """Web requests run READ COMMITTED on a pool and give up after 3 s of waiting or 5 s of work."""
    database = environ.Env.db_url_config(url)
    options = database.setdefault("OPTIONS", {})
    if process == "web":
        options["options"] = f"{WEB_TIMEOUTS} -c default_transaction_isolation=read\\ committed"
        options["pool"] = {"min_size": 1, "max_size": 10, "timeout": 5}
    else:
        database["CONN_MAX_AGE"] = 60
        database["CONN_HEALTH_CHECKS"] = True
    return {"default": database}


def redis_database(url: str, number: int) -> str:
    """Return the address of one numbered database on the Redis server of `url`, for redis-py."""
    if urlsplit(url).scheme == "unix":
        return f"{url.split('?')[0]}?db={number}"
    parts = urlsplit(url)
    return parts._replace(path=f"/{number}").geturl()


def celery_broker(url: str, number: int) -> str:
    """Return the same address in Celery's spelling."""
    if urlsplit(url).scheme == "unix":
        return f"redis+socket://{urlsplit(url).path}?virtual_host={number}"
    return redis_database(url, number)


def caches(url: str, number: int) -> dict[str, Any]:
    address = redis_database(url, number)
    return {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": address}}
