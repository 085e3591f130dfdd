"""Uploaded files under the sender's own file name, so that a refusal names the file that the sender knows."""

import re
from pathlib import Path

from api.http.uploads import Upload


def paper(file: Upload) -> Path:
    """The file beside itself, under its own name as far as a file system takes it; gone with the request."""
    name = re.sub(r"[^\w. ()-]", "_", file.name)[-100:].lstrip(".") or "file"
    folder = file.path.with_name(f"{file.path.name}-named")
    folder.mkdir()
    return file.path.rename(folder / name)
