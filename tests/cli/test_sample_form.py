"""Empty forms: the reader of each file finds the header."""

import pytest
from click.testing import CliRunner

from cli.sample import EMPTY_FORMS, group
from jamsos.errors import FileEmpty, HeaderMissing
from jamsos.table_reader import read_paper


@pytest.mark.parametrize("paper", EMPTY_FORMS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_an_empty_example_is_read_as_its_paper(tmp_path, paper, ending):
    file = tmp_path / f"{paper}.{ending}"

    done = CliRunner().invoke(group, ["form", paper, str(file)])

    assert done.exit_code == 0, done.output
    with pytest.raises(FileEmpty):  # the reader finds the headers, and no line below them
        read_paper(file, list(EMPTY_FORMS[paper]))
    with pytest.raises(HeaderMissing):
        read_paper(file, [*EMPTY_FORMS[paper], "another"])


def test_a_form_that_is_no_sheet_is_refused(tmp_path):
    done = CliRunner().invoke(group, ["form", "claims", str(tmp_path / "klaim.doc")])

    assert done.exit_code != 0
    assert not (tmp_path / "klaim.doc").exists()
