"""Word in and out: templates made by scripts that can be read, and the reading of what people bring."""
