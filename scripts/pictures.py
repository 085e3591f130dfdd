"""Pictures of the public pages for the documents: `python scripts/pictures.py http://127.0.0.1:8000 docs/images`.

The address is of a demo that takes gifts; one is made there, so never ask it of an office's own address.
"""

import asyncio
import io
import os
import re
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = os.environ.get("JAMSOS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DESK, PHONE = (1200, 860), (360, 740)


async def main(address: str, folder: Path) -> None:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        desk, phone = await opened(browser, address, DESK), await opened(browser, address, PHONE)
        await desk.goto("/")
        await keep(desk, folder / "page-home.png")
        await phone.goto("/donasi")
        await keep(phone, folder / "page-give.png")
        await give(phone)
        await keep(phone, folder / "page-pledge.png")
        await browser.close()


async def opened(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    width, height = size
    context = await browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, java_script_enabled=False
    )
    return await context.new_page()


async def give(page: Page) -> None:
    await page.get_by_label(re.compile("jumlah lain")).fill("50.400")
    await page.get_by_role("button").click()
    await page.wait_for_url("**/komitmen/*")


async def keep(page: Page, path: Path) -> None:
    """The whole page in as few colours as it needs."""
    drawn = Image.open(io.BytesIO(await page.screenshot(full_page=True)))
    drawn.convert("RGB").quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2])))
