"""Reports: documents that an auditor can verify, printed from marts only.

A document is a frozen dataclass (documents/) read from the marts, and a template that only prints it. Every figure travels inside
the PDF as CSV, and a manifest with its question, parameters and SHA-256, so that `report verify` can print the pages again from the
figures and ask the warehouse for the figures again.
"""
