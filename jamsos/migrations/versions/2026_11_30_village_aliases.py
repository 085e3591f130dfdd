"""What an office calls its villages besides, which loads used it, and more cleanings that are told as such."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_30_village_aliases"
down_revision = "2026_11_30_remedies"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
