"""`python -m benchmarks [NAME …]`: run the named benchmarks, or all, one after the other."""

import importlib
import pkgutil
import sys

import benchmarks

offered = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_"))
chosen = sys.argv[1:] or offered
if unknown := set(chosen) - set(offered):
    sys.exit(f"There is no benchmark {', '.join(sorted(unknown))}; there are: {', '.join(offered)}.")
for name in chosen:
    print(f"== {name}", flush=True)
    importlib.import_module(f"benchmarks.{name}").main()
