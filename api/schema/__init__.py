"""The GraphQL schema: scalars, types, and what is derived from tables and their relations."""
