"""Documents have the office's own letterhead."""

from cli import printer
from jamsos.settings import Settings
from reports.office import SHIPPED


def test_the_letterhead_is_the_given_one_else_that_of_the_settings_else_the_shipped(monkeypatch, tmp_path):
    own, given = tmp_path / "own.toml", tmp_path / "given.toml"
    for path in (own, given):
        path.write_text(SHIPPED.read_text().replace('agency = "', f'agency = "{path.stem} '))

    monkeypatch.setattr(printer, "settings", lambda: Settings(office_file=own))
    assert (printer.letterhead().agency[:4], printer.document_printer(given).office.agency[:6]) == ("own ", "given ")
    monkeypatch.setattr(printer, "settings", Settings)
    assert printer.letterhead().agency == printer.letterhead(SHIPPED).agency
