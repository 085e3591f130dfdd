"""Tracing: which money paid which worker-month, first in, first out, asked from either end."""
