"""Files: convert a received file of any supported format to columns of text."""
