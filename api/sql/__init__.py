"""The compiler: one GraphQL operation becomes one SQL statement that answers in JSON.

things.py says what can be asked; language.py reads a selection; planning.py makes the typed tree of plans.py out of it;
writing.py turns the tree into SQL; compiling.py remembers statements; answering.py runs them, unseals what may be unsealed and
leaves the trail.
"""
