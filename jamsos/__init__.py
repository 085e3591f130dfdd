"""The programme: law, people and money. No HTTP, no paper.

The rooms stand in the order a worker walks through them; an import may point back along the walk, never forward.
"""
