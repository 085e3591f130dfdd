"""Since when a register's rows are known is told also to whoever sees the rows and not the file."""

from alembic import op

revision = "2026_11_24_load_times"
down_revision = "2026_11_23_village_pages"


def upgrade() -> None:
    op.get_bind().exec_driver_sql(
        "create view programme.registry_loads_times as select id, loaded_at as recorded_at from programme.registry_loads"
    )
    op.get_bind().exec_driver_sql("grant select on programme.registry_loads_times to jamsos_api")
