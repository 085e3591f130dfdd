"""The house: imports point back along the walk, and from the doors inward."""

from importlinter.cli import lint_imports


def test_imports_point_back_along_the_walk(capsys):
    status = lint_imports(config_filename="pyproject.toml", cache_dir=None)

    assert status == 0, capsys.readouterr().out
