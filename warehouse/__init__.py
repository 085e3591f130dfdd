"""The warehouse: dbt builds the marts that analysts join and reports print. See docs/warehouse.md."""
