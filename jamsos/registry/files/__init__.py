"""Files: a received file becomes columns of text, whatever its form."""
