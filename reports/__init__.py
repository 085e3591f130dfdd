"""The paper door: reads marts only, and prints documents that an auditor can verify.

A document is a frozen dataclass (documents/) read from the marts, and a template that only prints it. Every figure's query, its
parameters and its answer travel inside the PDF, so that `report verify` can ask again.
"""
