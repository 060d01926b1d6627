"""HTTP/2 frames, and a peer that keeps the rules: python3-hpack for the fields, nothing of the project's own codec."""
import struct

import hpack

DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM = ACK = 0x1
END_HEADERS = 0x4
PADDED, PRIORITISED = 0x8, 0x20
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
MAX_CONCURRENT_STREAMS, INITIAL_WINDOW_SIZE = 3, 4
FRAME_SIZE = 16384
CODES = (
    "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
    "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM")


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def settings(*pairs):
    return frame(SETTINGS, 0, 0, b"".join(struct.pack(">HI", *pair) for pair in pairs))


def window_update(stream, increment):
    return frame(WINDOW_UPDATE, 0, stream, struct.pack(">I", increment))


def reset(stream, code):
    return frame(RST_STREAM, 0, stream, struct.pack(">I", code))


def code_name(code):
    return CODES[code] if code < len(CODES) else hex(code)


class Reader:
    """Bytes in, whole frames out: (kind, flags, stream, payload)."""

    def __init__(self):
        self.waiting = bytearray()

    def feed(self, octets):
        waiting = self.waiting
        waiting += octets
        at = 0
        while len(waiting) - at >= 9:
            length = int.from_bytes(waiting[at:at + 3], "big")
            if len(waiting) - at < 9 + length:
                break
            kind, flags, stream = struct.unpack_from(">BBI", waiting, at + 3)
            yield kind, flags, stream & 0x7FFFFFFF, bytes(waiting[at + 9:at + 9 + length])
            at += 9 + length
        del waiting[:at]


class Session:
    """One end of a connection. `receive` takes bytes and yields what happened:

    ("headers", stream, fields, ended), ("data", stream, octets, ended), ("reset", stream, code), ("goaway", last, code)
    """

    STREAM_WINDOW = 1 << 20
    CONNECTION_WINDOW = 16 << 20

    def __init__(self, write, is_client, window=STREAM_WINDOW):
        self.write = write
        self.own_window, self.unreturned = window, {}
        self.reader = Reader()
        self.encoder, self.decoder = hpack.Encoder(), hpack.Decoder()
        self.awaits_preface = b"" if is_client else PREFACE
        self.window, self.first_window, self.stream_windows = 65535, 65535, {}
        self.unsent = {}
        self.consumed = 0
        self.block = None
        self.streams_allowed = 100
        write(
            (PREFACE if is_client else b"")
            + settings((INITIAL_WINDOW_SIZE, window), (MAX_CONCURRENT_STREAMS, 1000))
            + window_update(0, self.CONNECTION_WINDOW - 65535))

    # MARK: Sending

    def send(self, stream, fields, body=b""):
        """A whole message; what no window takes waits."""
        block = self.encoder.encode(fields)
        if len(block) > FRAME_SIZE:
            raise ValueError("a header block of more than a frame")
        self.write(frame(HEADERS, END_HEADERS | (0 if body else END_STREAM), stream, block))
        if body:
            self.stream_windows[stream] = self.first_window
            self.unsent[stream] = body
            self.flush(stream)

    def flush(self, stream):
        body = self.unsent.get(stream)
        if body is None:
            return
        while body:
            count = min(len(body), FRAME_SIZE, self.window, self.stream_windows.get(stream, 0))
            if count <= 0:
                self.unsent[stream] = body
                return
            self.window -= count
            self.stream_windows[stream] -= count
            self.write(frame(DATA, END_STREAM if count == len(body) else 0, stream, body[:count]))
            body = body[count:]
        self.forget(stream)

    def reset(self, stream, code):
        self.forget(stream)
        self.write(reset(stream, code))

    def forget(self, stream):
        """All is sent, or the stream was reset."""
        self.stream_windows.pop(stream, None)
        self.unsent.pop(stream, None)
        self.unreturned.pop(stream, None)

    # MARK: Receiving

    def receive(self, octets):
        if self.awaits_preface:
            count = min(len(octets), len(self.awaits_preface))
            if octets[:count] != self.awaits_preface[:count]:
                raise ValueError("no HTTP/2 preface")
            octets, self.awaits_preface = octets[count:], self.awaits_preface[count:]
        for kind, flags, stream, payload in self.reader.feed(octets):
            if self.block is not None and kind != CONTINUATION:
                raise ValueError("a frame within a header block")
            if kind == HEADERS:
                if flags & PADDED:
                    payload = payload[1:len(payload) - payload[0]]
                if flags & PRIORITISED:
                    payload = payload[5:]
                self.block = (stream, bool(flags & END_STREAM), payload)
            elif kind == CONTINUATION:
                self.block = (*self.block[:2], self.block[2] + payload)
            elif kind == DATA:
                self.count(len(payload))
                self.widen(stream, len(payload), bool(flags & END_STREAM))
                if flags & PADDED:
                    payload = payload[1:len(payload) - payload[0]]
                yield "data", stream, payload, bool(flags & END_STREAM)
            elif kind == RST_STREAM:
                self.forget(stream)
                yield "reset", stream, int.from_bytes(payload, "big")
            elif kind == SETTINGS and not flags & ACK:
                self.take_settings(payload)
            elif kind == PING and not flags & ACK:
                self.write(frame(PING, ACK, 0, payload))
            elif kind == GOAWAY:
                last, code = struct.unpack_from(">II", payload)
                yield "goaway", last, code
            elif kind == WINDOW_UPDATE:
                self.take_window(stream, int.from_bytes(payload, "big"))
            if self.block is not None and flags & END_HEADERS:
                (stream, ended, block), self.block = self.block, None
                yield "headers", stream, self.decoder.decode(block), ended

    def count(self, octets):
        self.consumed += octets
        if self.consumed >= self.CONNECTION_WINDOW // 4:
            self.write(window_update(0, self.consumed))
            self.consumed = 0

    def widen(self, stream, octets, ended):
        """Gives a stream its window back."""
        owed = self.unreturned.pop(stream, 0) + octets
        if owed >= self.own_window // 2 and not ended:
            self.write(window_update(stream, owed))
        elif not ended:
            self.unreturned[stream] = owed

    def take_settings(self, payload):
        for at in range(0, len(payload), 6):
            name, value = struct.unpack_from(">HI", payload, at)
            if name == INITIAL_WINDOW_SIZE:
                for stream in self.stream_windows:
                    self.stream_windows[stream] += value - self.first_window
                self.first_window = value
            elif name == MAX_CONCURRENT_STREAMS:
                self.streams_allowed = value
        self.write(frame(SETTINGS, ACK, 0))
        for stream in list(self.unsent):
            self.flush(stream)

    def take_window(self, stream, increment):
        if stream:
            if stream in self.stream_windows:
                self.stream_windows[stream] += increment
                self.flush(stream)
            return
        self.window += increment
        for waiting in list(self.unsent):
            self.flush(waiting)
