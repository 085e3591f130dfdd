"""Issuance: the register of every document that the office prints, which distinguishes a document from a forgery.

The register gives each document a serial, and stores its SHA-256 and the data that it was printed from. It contains no
personal data: reports are stored whole, documents that name people only as a hash.
"""
