"""`python -m tests [pytest's arguments]`: pytest, without garbage collection until the plugins are loaded.

CPython up to 3.11.7 can stop with "AST constructor recursion depth mismatch" when a collection runs while a deeply nested plugin
is parsed. pytest does this once in a fresh environment. conftest.py enables the collector again. The processes of
`--numprocesses` start after that and find the plugins compiled.
"""

import gc
import sys

import pytest

gc.disable()
sys.exit(pytest.main(sys.argv[1:]))
