"""Pictures of every interface for the documents: `python scripts/pictures.py http://127.0.0.1:8000 out docs/images`.

The address is that of a demo that accepts donations. The script makes one, so never use an office's own address. `out` is the
folder of the demo's reports. Commands run in the folder of the demo. The picture of a worker's own months (page-months.png) needs
her numbers, and is made by hand.
"""

import asyncio
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright
from rich.console import Console
from rich.text import Text

CHROMIUM = os.environ.get("JAMSOS_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
DESK, PHONE = (1200, 860), (360, 740)
COMMANDS = ("jamsos registry list", "jamsos selection explain 1 112", "jamsos decree show 298/KEP/HK/2024")
SHOWN = 16  # lines of a command's output
PAGES = {"report-cover": 1, "report-page": 6}  # page of the statement for the province


async def main(address: str, answers: str, folder: Path) -> None:
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
        await asked(await opened(browser, address, DESK, script=True), folder / "graphiql.png")
        await typed(await opened(browser, address, (900, 600)), answers, folder / "command-line.png")
        await browser.close()


async def opened(browser: Browser, address: str, size: tuple[int, int], *, script: bool = False) -> Page:
    width, height = size
    context = await browser.new_context(
        base_url=address, viewport={"width": width, "height": height}, java_script_enabled=script
    )
    return await context.new_page()


async def give(page: Page) -> None:
    await page.get_by_label(re.compile("jumlah lain", re.IGNORECASE)).fill("50.400")
    await page.get_by_role("button").click()
    await page.wait_for_url("**/komitmen/*")


async def asked(page: Page, path: Path) -> None:
    """Take a picture of GraphiQL after opening."""
    await page.goto("/graphql")
    await page.locator(".graphiql-query-editor").wait_for()
    await keep(page, path, whole=False)


async def typed(page: Page, told: str, path: Path) -> None:
    await page.set_content(told)
    await keep(page, path)


async def keep(page: Page, path: Path, *, whole: bool = True) -> None:
    """Save the page with as few colours as it needs."""
    save(await page.screenshot(full_page=whole), path)


def told() -> str:
    """Return the typed commands, and the beginning of each output, as HTML."""
    console = Console(record=True, width=110, file=io.StringIO(), force_terminal=True)
    for command in COMMANDS:
        console.print(f"[bold green]$[/] [bold]{command}[/]")
        console.print(Text.from_ansi("\n".join(run(shlex.split(command)).decode().splitlines()[:SHOWN])))
        console.print()
    return console.export_html(inline_styles=True)


def print_page(pdf: Path, number: int, path: Path) -> None:
    save(run(["pdftoppm", "-png", "-r", "70", "-f", str(number), "-l", str(number), str(pdf)]), path)


def run(command: list[str]) -> bytes:
    environment = os.environ | {"JAMSOS_LANGUAGE": "id", "COLUMNS": "110", "FORCE_COLOR": "1"}
    return subprocess.run(command, env=environment, capture_output=True, check=True).stdout  # noqa: S603 - ours


def save(png: bytes, path: Path) -> None:
    Image.open(io.BytesIO(png)).convert("RGB").quantize(64).save(path, optimize=True)


if __name__ == "__main__":
    address, reports, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    for name, number in PAGES.items():
        print_page(next(reports.glob("coverage-statement-*.pdf")), number, folder / f"{name}.png")
    asyncio.run(main(address, told(), folder))
