"""Issuance: the register of every paper that the office prints, so that a paper can be told from an imitation.

Takes the bytes of a paper and what it was printed from; gives it a serial and keeps its SHA-256. Nothing of a person stands here:
reports are kept whole, papers that name people only as a hash.
"""
