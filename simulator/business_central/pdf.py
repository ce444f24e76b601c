"""Write pages of text as a PDF: the standard fonts, in the letters of Western Europe; others become question marks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

_FONTS = {"F1": "Helvetica", "F2": "Helvetica-Bold", "F3": "Courier"}
_SIZE = (595, 842)  # A4 in points
_FIRST_PAGE = 3 + len(_FONTS)


class Text(NamedTuple):
    """A line of text: where it starts (points from the left and from the bottom), its font and size."""

    x: int
    y: int
    text: str
    font: str = "F1"
    size: int = 10


Page = Sequence[Text]


def write_pdf(title: str, pages: Sequence[Page]) -> bytes:
    """Return the PDF of some pages; the same pages make the same bytes."""
    kids = " ".join(f"{_FIRST_PAGE + 2 * place} 0 R" for place in range(len(pages)))
    info = _FIRST_PAGE + 2 * len(pages)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        *(_font(name) for name in _FONTS.values()),
        *(one for place, page in enumerate(pages) for one in _page(_FIRST_PAGE + 2 * place, page)),
        b"<< /Title (%b) >>" % _escape(title),
    ]
    return _assemble(objects, info)


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _page(number: int, page: Page) -> tuple[bytes, bytes]:
    """Return a page's object and, numbered after it, its content."""
    fonts = " ".join(f"/{name} {3 + place} 0 R" for place, name in enumerate(_FONTS))
    width, height = _SIZE
    declared = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] "
        f"/Resources << /Font << {fonts} >> >> /Contents {number + 1} 0 R >>"
    )
    drawn = b"\n".join(_draw(text) for text in page)
    return declared.encode(), b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn)


def _draw(text: Text) -> bytes:
    return b"BT /%b %d Tf %d %d Td (%b) Tj ET" % (text.font.encode(), text.size, text.x, text.y, _escape(text.text))


def _escape(text: str) -> bytes:
    plain = "".join(one if one.isprintable() else " " for one in text).encode("cp1252", "replace")
    return plain.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _assemble(objects: Iterable[bytes], info: int) -> bytes:
    """Number the objects and close the file with the table of where each of them starts."""
    file, starts = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), list[int]()
    for number, body in enumerate(objects, 1):
        starts.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table, size = len(file), len(starts) + 1
    file += b"xref\n0 %d\n0000000000 65535 f \n" % size
    file += b"".join(b"%010d 00000 n \n" % start for start in starts)
    file += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, info, table)
    return bytes(file)
