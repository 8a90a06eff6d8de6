"""Pictures that people send, decoded and written anew: what a camera or a program put beside the picture is gone."""

import asyncio
import io

from PIL import Image, ImageOps

MOST_PIXELS = 24_000_000
"""What a telephone's camera makes; a file of a few kilobytes can claim many times that (a decompression bomb)."""
LONGEST_EDGE = 800
_KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_AT_ONCE = asyncio.Semaphore(2)  # a decoded picture takes up to 100 MB


class NoPicture(ValueError):
    """These bytes are no picture that is taken."""


async def written_anew(content: bytes) -> tuple[str, bytes]:
    """The media type that the bytes have, whatever their sender said, and the picture in a file of our own.

    Upright, at most 800 pixels long, without metadata or colour profile, of moving pictures the first. In a thread,
    two at a time. Errors: NoPicture.
    """
    async with _AT_ONCE:
        return await asyncio.to_thread(_written_anew, content)


def _written_anew(content: bytes) -> tuple[str, bytes]:
    try:
        with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
            kind = picture.format or ""
            _refuse_bombs(picture)  # by the header, before anything is decoded
            clear = kind != "JPEG" and picture.has_transparency_data
            picture.draft("RGB", (LONGEST_EDGE, LONGEST_EDGE))  # JPEG alone: decodes no more than is kept
            upright = ImageOps.exif_transpose(picture).convert("RGBA" if clear else "RGB")
            upright.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
            # A picture of its own: files are written with what an opened one still remembers.
            plain = Image.new(upright.mode, upright.size)
            plain.paste(upright)
            written = io.BytesIO()
            plain.save(written, kind, quality=88)
    except Exception as error:  # decoders stumble over hostile bytes in many ways
        raise NoPicture from error
    return _KINDS[kind], written.getvalue()


def _refuse_bombs(picture: Image.Image) -> None:
    if picture.width * picture.height > MOST_PIXELS:
        raise NoPicture
