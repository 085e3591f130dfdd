"""The documentation site: built strictly, nothing from another host, searchable from the folder alone."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHROMIUM = os.environ.get("JAMSOS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def build(root, folder):
    return subprocess.run([sys.executable, root / "scripts/docs_site.py", folder], capture_output=True, text=True)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    built = build(ROOT, folder)
    assert built.returncode == 0, built.stderr[-3000:]
    return folder


@pytest.mark.slow
def test_the_site_has_every_document_in_both_languages(site):
    documents = {page.relative_to(ROOT / "docs") for page in ROOT.glob("docs/**/*.md")}
    wanted = {str(page).replace("README", "index") for page in documents if ".id." not in page.name}
    wanted |= {"index.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"}

    for folder, language in ((site, "en"), (site / "id", "id")):
        assert [page for page in wanted if not (folder / page).with_suffix(".html").exists()] == []
        assert f'<html lang="{language}"' in (folder / "walk.html").read_text()
    assert "Hari pertama" in (site / "id/walk.html").read_text()


@pytest.mark.slow
def test_the_site_takes_nothing_from_another_host(site):
    loaded = re.compile(
        r"""<(?:script|img|iframe|source)[^>]*\ssrc="(?:https?:)?//|<link(?![^>]*rel="(?:canonical|alternate|prev|next)")[^>]*href="(?:https?:)?//"""
    )
    styled = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//")

    pages = [*site.rglob("*.html")]
    assert len(pages) > 60
    assert [page.name for page in pages if loaded.search(page.read_text())] == []
    assert [sheet.name for sheet in site.rglob("*.css") if styled.search(sheet.read_text())] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "broken", ["[nowhere](nowhere.md)", "[no such heading](walk.md#nowhere)", "![no picture](images/nothing.png)"]
)
def test_a_link_that_leads_nowhere_refuses_the_build(tmp_path, broken):
    for name in (
        "docs",
        "scripts",
        "mkdocs.yml",
        *(path.name for path in ROOT.glob("*.md")),
        "schema.graphql",
        "LICENSE",
    ):
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, tmp_path / name)
    with (tmp_path / "docs/reports.md").open("a") as page:
        page.write(f"\n{broken}\n")

    built = build(tmp_path, tmp_path / "site")

    assert built.returncode != 0
    assert "reports.md" in built.stderr


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")
@pytest.mark.parametrize(
    ("start", "typed", "led"),
    [("index.html", "sealing key", "running"), ("id/index.html", "hari pertama", "id/walk")],
)
async def test_the_site_is_searched_from_its_folder_without_a_network(site, start, typed, led):
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        asked, failed = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: failed.append(request.url))
        await page.goto(f"file://{site}/{start}")
        field, found = page.locator("[data-md-component=search-query]"), page.locator(".md-search-result__link")
        await field.click()
        for _ in range(60):  # until the index is read, nobody answers what is typed
            await field.fill("")
            await field.press_sequentially(typed)
            if await page.locator(".md-search-result__meta", has_text=re.compile(r"^\s*\d")).count():
                break
            await page.wait_for_timeout(500)
        links = [await link.get_attribute("href") for link in await found.all()]
        await browser.close()

    assert [url for url in failed if not url.endswith("sitemap.xml")] == []  # which a browser refuses from a folder
    assert any(led in link for link in links)
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:", "about:"))] == []
