"""TCP connections written as a pcap file: as much of them as a recorder between both sides would have seen."""
import struct

SEGMENT = 1_448
FIN, SYN, PUSH, ACK = 1, 2, 8, 16


class Capture:
    """Frames of Ethernet, one connection after the other; every one has addresses of its own."""

    def __init__(self, file):
        self.file = file
        self.connections = 0
        self.microseconds = 0
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1))

    def add(self, forth, back, begins_with_syn):
        """A connection whose directions said `forth` and `back`, lists of segments that go in turn; returns its client
        as mosn-inspect writes it."""
        number = self.connections
        self.connections += 1
        client = (0x0A000000 | number // 20_000 + 2, 40_000 + number % 20_000)
        server = (0x0A000001, 7_000)
        ends = [(client, server), (server, client)]
        sequence = [1_000, 2_000_000_000]
        if begins_with_syn:
            self._packet(*ends[0], sequence[0] - 1, 0, SYN)
            self._packet(*ends[1], sequence[1] - 1, sequence[0], SYN | ACK)
            self._packet(*ends[0], sequence[0], sequence[1], ACK)
        turns = max(len(forth), len(back))
        for turn in range(turns):
            for side, segments in enumerate((forth, back)):
                if turn < len(segments):
                    self._packet(*ends[side], sequence[side], sequence[1 - side], PUSH | ACK, segments[turn])
                    sequence[side] = (sequence[side] + len(segments[turn])) % 2**32
        for side in (0, 1):
            self._packet(*ends[side], sequence[side], sequence[1 - side], FIN | ACK)
            sequence[side] += 1
        return f"10.0.{number // 20_000 + 2 >> 8}.{number // 20_000 + 2 & 255}:{client[1]}"

    def _packet(self, source, destination, sequence, acknowledgement, flags, payload=b""):
        self.microseconds += 100
        tcp = struct.pack(
            ">HHIIBBHHH", source[1], destination[1], sequence % 2**32, acknowledgement % 2**32, 5 << 4, flags,
            65_535, 0, 0) + payload
        ip = struct.pack(
            ">BBHHHBBHII", 0x45, 0, 20 + len(tcp), self.microseconds // 100 & 0xFFFF, 0, 64, 6, 0, source[0],
            destination[0])
        frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + ip + tcp
        seconds, rest = divmod(self.microseconds, 1_000_000)
        self.file.write(struct.pack("<IIII", 1_700_000_000 + seconds, rest, len(frame), len(frame)))
        self.file.write(frame)


def segments(stream, size=SEGMENT):
    return [stream[start:start + size] for start in range(0, len(stream), size)]
