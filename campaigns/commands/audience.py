"""Freezing an audience: who belongs to it at approval stays in, whatever changes later."""

from datetime import datetime

from django.db import connection

from campaigns.audience.tree import load_tree
from campaigns.models import Aimed, FrozenAudience
from campaigns.selectors.audience import Aim, customers_matching
from pricing.transactions import command

MOST_SECONDS = 60  # a million rows take longer than the web's usual patience


@command
def freeze_audience(aimed: Aimed, *, at: datetime) -> FrozenAudience | None:
    """Store the members of a revision's tree at this moment, once; None where nothing is to be frozen."""
    if not (aimed.audience and aimed.audience_frozen):
        return None
    members = customers_matching(Aim(tree=load_tree(aimed.audience)), at=at).order_by()
    sql, params = members.values_list("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        usual = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [f"{MOST_SECONDS}s"])
        cursor.execute(
            f"""
            WITH meant (id) AS MATERIALIZED ({sql}),
                 frozen AS (
                    INSERT INTO campaigns_frozenaudience (key, size, at)
                    SELECT %s, count(*), %s FROM meant RETURNING id
                 )
            INSERT INTO campaigns_frozenmember (audience_id, customer_id)
            SELECT frozen.id, meant.id FROM frozen, meant
            """,
            [*params, aimed.audience_key, at],
        )
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [usual])
    return FrozenAudience.objects.get(key=aimed.audience_key)
