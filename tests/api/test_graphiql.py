"""GraphiQL in a browser: it sends requests to this host only, and shows results."""

import os
import shutil

import pytest
from playwright.async_api import async_playwright

from api.http.app import create_app
from jamsos.settings import Settings
from tests.api.conftest import served

pytestmark = pytest.mark.browser

CHROMIUM = os.environ.get("JAMSOS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine; JAMSOS_CHROMIUM may name one")
async def test_the_page_answers_and_asks_no_other_host(database_url, sealer):
    asked, wrong = set(), []
    async with served(create_app(Settings(), database_url, sealer)) as address, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page()
        page.on("request", lambda request: asked.add(request.url.split("/")[2] if "//" in request.url else ""))
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        await page.goto(f"{address}/graphql")
        await page.locator(".graphiql-execute-button").click()
        await page.locator(".result-window", has_text="Query").wait_for(timeout=20_000)
        stored = await page.evaluate("Object.keys(localStorage)")
        await browser.close()

    assert asked <= {address.split("/")[2], ""}
    assert wrong == []
    assert stored == []
