"""The compiler: one GraphQL operation becomes one SQL statement that returns JSON.

entities.py describes what can be queried; selections.py reads a selection; planner.py makes the typed tree of plan_nodes.py from
it; emitter.py writes the tree as SQL; compiler.py caches statements; execution.py runs them, unseals permitted values and writes
the audit trail.
"""
