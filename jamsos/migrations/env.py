"""Alembic's entry point: runs inside the transaction that upgrade() opened."""

from alembic import context

from jamsos.db import SCHEMA
from jamsos.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table_schema=SCHEMA,
    include_schemas=True,
)
context.run_migrations()
