"""Every table of the programme with its triggers and views; `make baseline` generates the statements in the file beside.

The revision contains their hash: this version refuses a database that was built from other statements.
"""

import hashlib

from alembic import op

from jamsos.migrations.draft import BASELINE, read

revision = f"0001_baseline_{hashlib.sha256(BASELINE.read_bytes()).hexdigest()[:12]}"
down_revision = None


def upgrade() -> None:
    for statement in read(BASELINE):
        op.get_bind().exec_driver_sql(statement)
