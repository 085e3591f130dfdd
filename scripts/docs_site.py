"""The documentation site: `python scripts/docs_site.py [FOLDER]` builds it into FOLDER (out/site).

The pages are docs/ and the documents of the root. A temporary folder combines them, because mkdocs and its plugin for languages
read one folder. Links to a document of the root become links to its page. A broken link, a page outside the menu and every other
warning of mkdocs stop the build.
"""

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from mkdocs.__main__ import cli

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "index.md",
    "README.id.md": "index.id.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
}
FILES = ("schema.graphql", "LICENSE")  # files that pages link to, copied unchanged


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="jamsos-docs-") as temporary:
        sources = Path(temporary) / "docs"
        gather(sources)
        os.environ |= {"JAMSOS_DOCS": str(sources), "NO_MKDOCS_2_WARNING": "1"}
        cli(
            [
                "build",
                "--strict",
                "--config-file",
                str(ROOT / "mkdocs.yml"),
                "--site-dir",
                str(folder.resolve()),
            ]
        )


def gather(folder: Path) -> None:
    """Write the sources of the site into the folder."""
    shutil.copytree(ROOT / "docs", folder)
    for page in folder.rglob("*.md"):
        page.write_text(_of_the_site(page.read_text(), inside=r"\.\./"))
    for name, page in PAGES.items():
        (folder / page).write_text(_of_the_site((ROOT / name).read_text()))
    for name in FILES:
        shutil.copy(ROOT / name, folder)


def _of_the_site(text: str, inside: str = "") -> str:
    """Return a document with the links of the site; `inside`: its notation of the root."""
    # in Markdown, so that mkdocs resolves the picture from both languages, and refuses a missing one
    text = re.sub(r'<img src="([^"]+)" alt="([^"]*)" width="(\d+)">', r'![\2](\1){ width="\3" }', text)
    # the site has its own language selector
    text = re.sub(r" ?\[(?:Bahasa Indonesia|English)\]\([\w.]+\.md\)", "", text)
    if not inside:
        text = re.sub(r"(\]\()docs/", r"\1", text)
    return re.sub(
        rf"(\]\((?:\.\./)*?){inside}({'|'.join(map(re.escape, PAGES))})",
        lambda found: found[1] + PAGES[found[2]].replace(".id.md", ".md"),
        re.sub(rf"(\]\((?:\.\./)*?){inside}({'|'.join(FILES)})\)", r"\1\2)", text),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else ROOT / "out/site")
