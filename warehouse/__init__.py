"""The warehouse door: runs dbt in this process, with progress."""
