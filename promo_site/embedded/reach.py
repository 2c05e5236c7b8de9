"""Do the servers that the environment names answer? Asked before anything is built on them."""

import psycopg
from redis import Redis
from redis.exceptions import RedisError

from promo_site.embedded.errors import ServiceTrouble
from promo_site.embedded.place import services

PATIENCE_SECONDS = 5


def require_answers(profile: str) -> None:
    """Raise ServiceTrouble for the first that does not answer. Its address stays unsaid: it may hold a password."""
    asked = services(profile)
    try:
        psycopg.connect(asked.database_url, connect_timeout=PATIENCE_SECONDS).close()
    except psycopg.Error as trouble:
        raise _unreachable("PostgreSQL", "DATABASE_URL", trouble) from trouble
    try:
        Redis.from_url(asked.redis_url, socket_connect_timeout=PATIENCE_SECONDS).ping()
    except (RedisError, ValueError) as trouble:
        raise _unreachable("Redis", "REDIS_URL", trouble) from trouble


def _unreachable(server: str, variable: str, trouble: Exception) -> ServiceTrouble:
    return ServiceTrouble(
        f"{server} does not answer: {trouble}\n"
        f"Start the server that {variable} names, correct the variable, or unset it to use the embedded one."
    )
