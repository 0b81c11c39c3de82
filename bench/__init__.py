"""How fast the pages are, beside bare Flask programs on the same machine in the same run."""
