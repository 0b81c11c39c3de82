"""Files people take away and bring back: Excel, Word, and how they are sent."""

import io
import re

from flask import Response, send_file


def download(content: bytes, name: str) -> Response:
    """The file under a name that Windows takes; that it is not kept anywhere, every answer says."""
    plain = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', " ", name)
    return send_file(io.BytesIO(content), as_attachment=True, download_name=plain[-100:].strip())
