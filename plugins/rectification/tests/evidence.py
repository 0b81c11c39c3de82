"""佐证材料 as a browser sends it."""

from pathlib import Path
from urllib.parse import quote

NK1, TOP = "/nk1/rectification/cards", "/hospital/rectification/cards"
TEXT = "每周巡查记录".encode()


def form(*files):
    """As a browser sends it; the name in the form that carries every sign."""
    for content, name in files:
        header = f"Content-Disposition: form-data; name=files; filename*=UTF-8''{quote(name, safe='')}"
        yield b"--x\r\n%s\r\n\r\n%s\r\n" % (header.encode(), content)
    yield b"--x--\r\n"


def send(client, card_id, *files, headers=()):
    """`files`: (content, name)."""
    body = {"data": b"".join(form(*files)), "content_type": "multipart/form-data; boundary=x"}
    return client.post(f"{NK1}/{card_id}/files", **body, headers=dict(headers))


def stored(app):
    """The files of the site, whosever they are."""
    folder = Path(app.instance_path, "uploads")
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".lock"]
