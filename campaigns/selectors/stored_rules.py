"""Which rules do the rows of campaigns name?"""

from django.db import connection

from campaigns.models import CampaignRevision

CONDITIONS = """
SELECT DISTINCT rule ->> 'code' FROM campaigns_campaignrevision,
jsonb_array_elements(CASE jsonb_typeof(conditions) WHEN 'array' THEN conditions ELSE '[]' END) AS rule
"""


def stored_rules() -> tuple[set[str], set[str]]:
    """Return the codes of benefits and of conditions; none before the table is there. Three queries."""
    table = CampaignRevision._meta.db_table
    if table not in connection.introspection.table_names():
        return set(), set()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT benefit_code FROM {connection.ops.quote_name(table)}")
        benefits = {code for (code,) in cursor.fetchall()}
        cursor.execute(CONDITIONS)
        return benefits, {code for (code,) in cursor.fetchall() if code}
