"""HTML report of a load: one file without scripts or network, Indonesian first, English below."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from jamsos.messages import Language, day_text, say
from jamsos.money import grouped
from jamsos.months import day_of
from jamsos.registry.quality import Quality
from jamsos.registry.rules import Treatment

LANGUAGES: tuple[Language, ...] = ("id", "en")


def quality_page(found: Quality) -> str:
    """Return the page on the quality of a load, without personal data."""
    pages = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template("quality.html").render(
        found=found,
        loaded=day_of(found.loaded_at),
        languages=LANGUAGES,
        say=say,
        day=day_text,
        day_of=day_of,
        number=grouped,
        treatments=list(Treatment),
        share=_share,
    )


def _share(rows: int, of: int, language: Language) -> str:
    """Return a share such as `1,5 %` of the received rows."""
    written = f"{100 * rows / of:.1f}" if of else "0"
    return f"{written.replace('.', ',') if language == 'id' else written} %"
