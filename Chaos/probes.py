"""One attack at a time against one server: how many units it took before it reacted, and how."""
import collections
import pathlib
import re
import select
import socket
import time

import hpack

import attacks
import http2

# A server that says nothing for so long is done with what it was sent; one that takes nothing for so long has stopped.
QUIET, STOPPED = 1.5, 3.0
BATCH, BLIND_BATCH, PEEK = 10, 1000, 1 << 15


class Reaction:
    """What a server did while it was attacked."""

    def __init__(self):
        self.sent = 0
        self.goaway = self.goaway_at = self.closed_at = self.stopped_at = None
        self.is_open = self.is_full = False
        self.resets = 0
        self.statuses = collections.Counter()
        self.frames, self.decoder = http2.Reader(), hpack.Decoder()
        # A proxy may repeat long lists that were sent to it.
        self.decoder.max_header_list_size = 1 << 30

    @property
    def is_over(self):
        return self.goaway is not None or self.closed_at is not None

    def take(self, octets):
        for kind, flags, _, payload in self.frames.feed(octets):
            if kind == http2.SETTINGS:
                self.is_open = True
            elif kind == http2.GOAWAY:
                code = int.from_bytes(payload[4:8], "big")
                # NO_ERROR announces the end in time; the end itself is what counts.
                if code and self.goaway is None:
                    self.goaway, self.goaway_at = http2.code_name(code), self.sent
            elif kind == http2.RST_STREAM:
                self.resets += 1
            elif kind == http2.HEADERS:
                try:
                    fields = dict(self.decoder.decode(payload))
                except hpack.HPACKError:
                    continue
                if ":status" in fields:
                    self.statuses[fields[":status"]] += 1

    def text(self):
        if self.goaway is not None:
            words = f"{self.about(self.goaway_at)} {self.goaway}"
        elif self.closed_at is not None:
            words = f"{self.about(self.closed_at)} closed"
        elif self.stopped_at is not None:
            words = f"{self.stopped_at // 1000}k stops reading"
        else:
            words = "none"
        if self.resets:
            words += f", {self.resets} RST"
        for status, count in sorted(self.statuses.items()):
            words += f", answered {status}" + (f" x{count}" if count > 1 else "")
        return words.removeprefix("none, ") if self.statuses or self.resets else words

    @staticmethod
    def about(units):
        if units <= 1:
            return "1st"
        return f"{units // 1000}k" if units >= 100_000 else f"{units}"


def probe(port, pid, attack):
    reaction = Reaction()
    reaction.before = megabytes(pid)
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)
        push(sock, attacks.OPENING, reaction, True)
        # Whoever does not acknowledge SETTINGS is thrown out for that.
        while not reaction.is_open and not reaction.is_over:
            read(sock, reaction, QUIET)
        push(sock, http2.frame(http2.SETTINGS, http2.ACK, 0) + attack.first, reaction, attack.reads)
        while reaction.sent < attack.count and not reaction.is_over and reaction.stopped_at is None:
            # One by one at first: many attacks meet their limit there.
            batch = 1 if reaction.sent < 20 else BATCH if attack.reads else BLIND_BATCH
            upper = min(reaction.sent + batch, attack.count)
            octets = b"".join(attack.unit(index) for index in range(reaction.sent, upper))
            reaction.sent = upper
            push(sock, octets, reaction, attack.reads)
            if attack.reads:
                read(sock, reaction, 0.02 if batch == 1 else 0.001)
            elif batch > 1 and not reaction.is_full:
                peek(sock, reaction)
        if reaction.stopped_at is None and attack.reads:
            settle(sock, reaction)
        # As long as the connection is there: afterwards it is too late.
        reaction.after = megabytes(pid)
    return reaction


def push(sock, octets, reaction, reads):
    """Sends all of it, unless the other side ends or takes no more."""
    rest, since = memoryview(octets), time.monotonic()
    while rest and reaction.closed_at is None:
        readable, writable, _ = select.select([sock] if reads else [], [sock], [], 0.2)
        if readable:
            read(sock, reaction, 0)
        if writable:
            try:
                rest = rest[sock.send(rest):]
                since = time.monotonic()
            except (ConnectionError, BrokenPipeError):
                reaction.closed_at = reaction.sent
        elif time.monotonic() - since > STOPPED:
            reaction.stopped_at = reaction.sent
            return


def read(sock, reaction, seconds):
    """What there is; `seconds` is how long to wait for it."""
    while reaction.closed_at is None and select.select([sock], [], [], seconds)[0]:
        seconds = 0
        try:
            octets = sock.recv(1 << 17)
        except ConnectionError:
            octets = b""
        if octets:
            reaction.take(octets)
        else:
            reaction.closed_at = reaction.sent


def peek(sock, reaction):
    """Looks for a GOAWAY in what waits to be read, and leaves it there."""
    try:
        octets = sock.recv(PEEK, socket.MSG_PEEK)
    except (BlockingIOError, ConnectionError):
        return
    seen = Reaction()
    seen.take(octets)
    reaction.goaway, reaction.goaway_at = seen.goaway, reaction.sent
    # What comes behind is out of sight.
    reaction.is_full = len(octets) == PEEK


def settle(sock, reaction):
    """Until there is silence, or the end."""
    since = time.monotonic()
    while reaction.closed_at is None and time.monotonic() - since < 10:
        before = (reaction.resets, sum(reaction.statuses.values()), reaction.goaway)
        read(sock, reaction, QUIET)
        if before == (reaction.resets, sum(reaction.statuses.values()), reaction.goaway):
            return


def megabytes(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1]) / 1024


def reactions(port, pid, chosen=None):
    """Each attack's name and reaction."""
    for attack in attacks.ATTACKS:
        if chosen is None or chosen in attack.name:
            yield attack, probe(port, pid, attack)
