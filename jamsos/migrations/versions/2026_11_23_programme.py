"""The programme's first tables, their guards and views."""

from alembic import op

from jamsos.guards import all_statements
from jamsos.tables import metadata

revision = "2026_11_23_programme"
down_revision = None


def upgrade() -> None:
    tables = [table for table in metadata.sorted_tables if "view" not in table.info]
    metadata.create_all(op.get_bind(), tables=tables)
    for table in metadata.sorted_tables:
        if view := table.info.get("view"):
            op.execute(view)
    for statement in all_statements():
        op.get_bind().exec_driver_sql(statement)
    for table in metadata.sorted_tables:
        for statement in table.info.get("also", ()):
            op.get_bind().exec_driver_sql(statement)
