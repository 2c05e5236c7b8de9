"""manage.py audit_ledgers: ends with code 1 when ledgers disagree."""

import sys
from typing import Any

from promo_site.audit.run import findings
from promo_site.management.data_command import DataCommand


class Command(DataCommand):
    help = "Compare every balance in the database with the entries that it stands for."

    def handle(self, **_: Any) -> None:
        wrong = 0
        for finding in findings():
            wrong += finding.wrong
            verdict = f"{finding.wrong} DISAGREE" if finding.wrong else "agree"
            self.stdout.write(f"{finding.check.code:18} {finding.compared:>9} {verdict}: {finding.check.promise}")
            for disagreement in finding.listed:
                self.stdout.write(
                    f"    {disagreement.what}: expected {disagreement.expected}, found {disagreement.found}"
                )
            if finding.wrong > len(finding.listed):
                self.stdout.write(f"    … and {finding.wrong - len(finding.listed)} more")
        if wrong:
            self.stderr.write(f"{wrong} figures disagree.")
            sys.exit(1)
        self.stdout.write("All ledgers agree.")
