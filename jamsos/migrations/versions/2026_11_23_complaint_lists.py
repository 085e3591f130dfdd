"""Complaints are seen within their regency or by their code; two views list them."""

from pathlib import Path

from alembic import op

from jamsos.migrations.draft import read

revision = "2026_11_23_complaint_lists"
down_revision = "2026_11_23_fund_groups"


def upgrade() -> None:
    for statement in read(Path(__file__).with_suffix(".sql")):
        op.get_bind().exec_driver_sql(statement)
