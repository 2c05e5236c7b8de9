"""PostgreSQL and Redis from wheels, for the demo and the tests: real servers without a system package.

Entry points: `services(profile)` says where they answer, started or not; `running(profile)` starts what is missing
and stops what it started; `python -m promo_site.embedded start|stop|status|run -- COMMAND` does the same by hand.
DATABASE_URL and REDIS_URL in the environment name existing servers instead, which are left alone.

Plain Python: no Django here, since the settings read this module.
"""

from promo_site.embedded.errors import ServiceTrouble
from promo_site.embedded.place import Place, Services, place, services
from promo_site.embedded.reach import require_answers
from promo_site.embedded.supervise import reset, running, start, stop

__all__ = [
    "Place",
    "ServiceTrouble",
    "Services",
    "place",
    "require_answers",
    "reset",
    "running",
    "services",
    "start",
    "stop",
]
