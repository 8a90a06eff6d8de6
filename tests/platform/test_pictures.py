"""What becomes of pictures that people send."""

import io
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from openvisit.platform.pictures import LONGEST_EDGE, NoPicture, written_anew
from tests.support.pictures import picture

SECRET = "GPS 42.65 -73.75, taken by Ana's phone"


def with_secrets(kind: str) -> bytes:
    """A picture with what a camera and a program write beside it."""
    exif = Image.Exif()
    exif[0x010E] = SECRET  # ImageDescription
    exif[0x0112] = 6  # to be turned to the right
    more = {"exif": exif, "icc_profile": SECRET.encode() * 5, "xmp": SECRET.encode()}
    if kind == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET)
        more = {"exif": exif, "icc_profile": SECRET.encode() * 5, "pnginfo": notes}
    return picture(kind, (40, 20), **more)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
async def test_what_a_camera_wrote_beside_it_is_gone(kind: str, media_type: str) -> None:
    sent = with_secrets(kind)
    assert SECRET[:12].encode() in sent
    told, kept = await written_anew(sent)
    assert told == media_type
    assert b"GPS" not in kept
    assert b"Ana" not in kept
    with Image.open(io.BytesIO(kept)) as opened:
        assert (opened.format, opened.size) == (kind, (20, 40)), "upright, since nothing says any more how to turn it"
        assert not opened.getexif()
        assert not {"icc_profile", "xmp", "exif", "Comment", "comment"} & opened.info.keys()


async def test_what_hangs_on_behind_the_picture_is_gone() -> None:
    _, kept = await written_anew(picture("PNG") + b"<script>alert(1)</script>")
    assert b"script" not in kept


async def test_a_large_picture_becomes_smaller_and_a_small_one_stays() -> None:
    for size, expected in (((1600, 400), (LONGEST_EDGE, 200)), ((100, 30), (100, 30))):
        _, kept = await written_anew(picture("JPEG", size))
        with Image.open(io.BytesIO(kept)) as opened:
            assert opened.size == expected


async def test_transparency_stays() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(written, "PNG")
    _, kept = await written_anew(written.getvalue())
    with Image.open(io.BytesIO(kept)) as opened:
        assert opened.getpixel((0, 0)) == (0, 0, 0, 0)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims to be large, as its header says; its rows are all zeros."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (5_000, 4_801), (2**31 - 1, 1)])
async def test_a_decompression_bomb_is_refused_before_it_is_decoded(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decoded(*_: object) -> None:
        pytest.fail("it was decoded")

    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", decoded)
    with pytest.raises(NoPicture):
        await written_anew(bomb(width, height))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        picture("GIF"),
        picture("BMP"),
        picture("TIFF"),
        picture("PDF"),
        b"%!PS-Adobe-3.0 EPSF-3.0",
        picture("PNG")[:40],
        picture("JPEG")[:100],
        picture("WEBP")[:30],
        b"\x89PNG\r\n\x1a\n" + b"\xff" * 64,
    ],
)
async def test_anything_else_is_no_picture(content: bytes) -> None:
    with pytest.raises(NoPicture):
        await written_anew(content)
