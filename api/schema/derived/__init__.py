"""Derived types: objects, connections, filters, orders and aggregates that follow from an entity."""
