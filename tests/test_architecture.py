"""The structure: imports point back along the walk and from the outer packages inward, never in a circle."""

from graphlib import TopologicalSorter

import grimp
from importlinter.cli import lint_imports

PACKAGES = ("jamsos", "api", "reports", "warehouse", "sample", "web", "cli")


def test_imports_point_back_along_the_walk(capsys):
    status = lint_imports(config_filename="pyproject.toml", cache_dir=None)

    assert status == 0, capsys.readouterr().out


def test_no_module_imports_itself_through_others():
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    # raises CycleError, which names the modules of a circle
    order = list(TopologicalSorter(imports).static_order())

    assert order.index("api.sql.emitter") > order.index("api.sql.connections")
