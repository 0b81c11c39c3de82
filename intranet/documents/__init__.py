"""Files people take away and bring back: Excel, Word, and how they are sent."""

import io
import re
from urllib.parse import quote

from flask import Response, send_file


def download(content: bytes, name: str) -> Response:
    """The file under a name that Windows accepts; very old browsers get one in plain letters."""
    stem, _dot, kind = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', " ", name).rpartition(".")
    response = send_file(io.BytesIO(content), as_attachment=True, download_name=f"document.{kind}")
    response.headers["Content-Disposition"] += f"; filename*=UTF-8''{quote(f'{stem.strip()[:80]}.{kind}')}"
    return response
