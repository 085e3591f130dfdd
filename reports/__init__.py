"""Reports: documents that an auditor can verify, printed from marts only.

A document is a frozen dataclass (documents/) from the marts, and a template that only prints it. Every figure is attached to the
PDF as CSV. A manifest contains its question, parameters and SHA-256. So `report verify` can print the pages again from the
figures, and query the warehouse again.
"""
