"""Any text can be written to any terminal."""

import io

import pytest

from benchmarks.report.encodings import write_any_text


def written(text, encoding):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    write_any_text(stream)
    stream.write(text)
    stream.flush()
    return stream.buffer.getvalue().decode(encoding)


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        ("24 µs ±2%", "utf-8", "24 µs ±2%"),
        ("24 µs ±2%", "ascii", "24 us +-2%"),
        ("24 µs ±2%", "latin-1", "24 µs ±2%"),
        ("─ 3 × 4 …", "latin-1", "- 3 × 4 ..."),
        ("Müller", "ascii", r"M\xfcller"),
        ("caf\udce9", "utf-8", r"caf\udce9"),
        ("caf\udce9", "ascii", r"caf\udce9"),
    ],
)
def test_what_a_terminal_lacks_is_spelled(text, encoding, expected):
    assert written(text, encoding) == expected


def test_a_stream_that_takes_any_text_is_left_alone():
    stream = io.StringIO()
    write_any_text(stream)
    stream.write("±")
    assert stream.getvalue() == "±"
