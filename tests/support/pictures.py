"""Pictures for tests, as small as they get or as asked for."""

import io
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (2, 2), **more: Any) -> bytes:
    """A file of one colour."""
    written = io.BytesIO()
    Image.new("RGB", size, (200, 30, 60)).save(written, kind, **more)
    return written.getvalue()
