"""The programme: law, people and money, without HTTP and without documents for print.

The rooms follow the order in which a worker passes through them. A room may import only from rooms before it.
"""
