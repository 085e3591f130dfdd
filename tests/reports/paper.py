"""Looking into a PDF: its words, its files, its structure."""

import re
from io import BytesIO

from pypdf import PdfReader


def pages_of(content):
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(content)).pages]


def text_of(content):
    return " ".join(pages_of(content))


def files_of(content):
    return {name: parts[0] for name, parts in PdfReader(BytesIO(content)).attachments.items()}


def objects_of(content):
    reader = PdfReader(BytesIO(content))
    return [found for number in range(1, reader.trailer["/Size"]) if (found := reader.get_object(number)) is not None]
