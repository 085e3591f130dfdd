"""Queries: the root fields that read, and the resolvers that call services."""
