"""A notice board with one fault a page, each easily made: what the sweeps must find."""

TITLE = "漏水"
PURPOSE = "试验"
REQUIRES_CORE = "1"
NOTICES = {"posted": "%(title)s"}
