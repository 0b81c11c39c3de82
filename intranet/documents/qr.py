"""QR codes, drawn into the page itself: nothing is asked of another server."""

import segno


def drawing(text: str) -> tuple[int, str]:
    """The side of a square in modules, its quiet border included, and an SVG path of its dark ones."""
    rows = list(segno.make(text, error="m", micro=False).matrix_iter(border=4))
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
    return len(rows), "".join(dark)
