"""Bolt frames (v1, and v2 with its CRC), made and read without the project's own codec."""
import struct
import zlib
from dataclasses import dataclass, field

RESPONSE, REQUEST, ONEWAY = 0, 1, 2
HEARTBEAT, RPC_REQUEST, RPC_RESPONSE = 0, 1, 2
HESSIAN = 1
LONGEST = 64 << 20


@dataclass(slots=True)
class Frame:
    kind: int
    id: int
    command: int = RPC_REQUEST
    version: int = 1
    # Milliseconds in requests, the status in responses.
    timeout: int = -1
    status: int = 0
    class_name: bytes = b""
    headers: list = field(default_factory=list)
    content: bytes = b""


def pack_map(pairs):
    parts = []
    for pair in pairs:
        for text in pair:
            octets = text.encode()
            parts += (struct.pack(">i", len(octets)), octets)
    return b"".join(parts)


def unpack_map(octets):
    texts, at = [], 0
    while at < len(octets):
        (length,) = struct.unpack_from(">i", octets, at)
        at += 4
        if length < 0 or at + length > len(octets):
            raise ValueError(f"header map: a length of {length}")
        texts.append(octets[at:at + length].decode())
        at += length
    if len(texts) % 2:
        raise ValueError("header map: a key without a value")
    return list(zip(texts[::2], texts[1::2]))


def encode(frame):
    headers = pack_map(frame.headers)
    lengths = struct.pack(">HHI", len(frame.class_name), len(headers), len(frame.content))
    # v2 is protocol version 2 with the CRC switched on; heartbeats never carry a CRC.
    has_crc = frame.version == 2 and frame.command != HEARTBEAT
    head = bytes([frame.version, 2] if frame.version == 2 else [frame.version])
    head += struct.pack(">BHBIB", frame.kind, frame.command, 1, frame.id, HESSIAN)
    if frame.version == 2:
        head += bytes([1 if has_crc else 0])
    head += struct.pack(">h", frame.status) if frame.kind == RESPONSE else struct.pack(">i", frame.timeout)
    octets = head + lengths + frame.class_name + headers + frame.content
    return octets + struct.pack(">I", zlib.crc32(octets)) if has_crc else octets


class Reader:
    """Bytes in, whole frames out."""

    def __init__(self):
        self.waiting = bytearray()

    def feed(self, octets):
        self.waiting += octets
        while (frame := self.take()) is not None:
            yield frame

    def take(self):
        octets = self.waiting
        if len(octets) < 3:
            return None
        version = octets[0]
        if version not in (1, 2):
            raise ValueError(f"bolt begins with {version}")
        offset = version - 1
        kind = octets[1 + offset]
        if kind not in (RESPONSE, REQUEST, ONEWAY):
            raise ValueError(f"bolt frame of type {kind}")
        size = 20 + 2 * offset + (0 if kind == RESPONSE else 2)
        if len(octets) < size:
            return None
        command, _, id, _ = struct.unpack_from(">HBIB", octets, 2 + offset)
        switch = octets[11] if version == 2 else 0
        at = 10 + 2 * offset
        (word,) = struct.unpack_from(">h" if kind == RESPONSE else ">i", octets, at)
        lengths = struct.unpack_from(">HHI", octets, size - 8)
        end = size + sum(lengths)
        if end > LONGEST:
            raise ValueError(f"bolt frame of {end} octets")
        has_crc = version == 2 and octets[1] == 2 and switch & 1
        if len(octets) < end + (4 if has_crc else 0):
            return None
        whole = bytes(octets[:end])
        if has_crc and struct.unpack_from(">I", octets, end)[0] != zlib.crc32(whole):
            raise ValueError("bolt frame with a wrong CRC")
        del octets[:end + (4 if has_crc else 0)]
        class_end = size + lengths[0]
        map_end = class_end + lengths[1]
        return Frame(
            kind, id, command, version, timeout=word, status=word, class_name=whole[size:class_end],
            headers=unpack_map(whole[class_end:map_end]), content=whole[map_end:])
