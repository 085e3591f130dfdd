"""Uploaded files under the sender's file name, so that a refusal names the file as the sender knows it."""

import re
from pathlib import Path

from api.http.uploads import Upload


def paper(file: Upload) -> Path:
    """Yield a copy of the file under its own name, shortened if the file system requires it; deleted with the request."""
    name = re.sub(r"[^\w. ()-]", "_", file.name)[-100:].lstrip(".") or "file"
    folder = file.path.with_name(f"{file.path.name}-named")
    folder.mkdir()
    return file.path.rename(folder / name)
