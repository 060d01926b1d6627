"""Clients that behave badly. Each is a coroutine that takes where to go, and ends by itself."""
import asyncio
import random
import socket
import struct

import attacks
import bolt
import http2
from servers import abort

SERVICE = "steady"
# The receive buffer of those who do not read, so that few bytes fill it.
SMALL_BUFFER = 4096


class Target:
    """A listener: its port, and whether its clients speak bolt. What was opened is closed with `leave`."""

    def __init__(self, port, is_bolt):
        self.port, self.is_bolt = port, is_bolt
        self.opened = []

    async def connect(self, reads=True):
        sock = socket.socket()
        if not reads:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_BUFFER)
        sock.setblocking(False)
        try:
            await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", self.port))
        except OSError:
            sock.close()
            raise
        reader, writer = await asyncio.open_connection(sock=sock, limit=SMALL_BUFFER)
        self.opened.append(writer)
        return reader, writer

    def leave(self):
        for writer in self.opened:
            if not writer.is_closing():
                leave(writer)
        self.opened = []

    def request(self, number, body=b"x" * 100, *more):
        """Bytes of a call; `number` counts from 0 on each connection, `more` are headers."""
        if self.is_bolt:
            return bolt.encode(bolt.Frame(
                bolt.REQUEST, number + 1, headers=[("service", SERVICE), *more], class_name=b"echo.Request",
                content=body))
        id = attacks.stream(number)
        head = http2.frame(http2.HEADERS, http2.END_HEADERS, id, attacks.block(*more, method="POST"))
        parts = [body[at:at + http2.FRAME_SIZE] for at in range(0, len(body), http2.FRAME_SIZE)] or [b""]
        return (b"" if number else attacks.OPENING) + head + b"".join(
            http2.frame(http2.DATA, http2.END_STREAM if index == len(parts) - 1 else 0, id, part)
            for index, part in enumerate(parts))


def leave(writer):
    """Closes with FIN or with RST, as it comes; what is unsent is not waited for."""
    if writer.transport.get_write_buffer_size() > 0 or random.random() < 0.5:
        abort(writer)
    else:
        writer.close()


async def vanish_within_a_frame(target):
    _, writer = await target.connect()
    octets = target.request(0)
    writer.write(octets[:random.randrange(1, len(octets))])
    await asyncio.sleep(random.uniform(0, 0.2))


async def vanish_with_calls_under_way(target):
    _, writer = await target.connect()
    writer.write(b"".join(target.request(number) for number in range(random.choice((1, 50, 240, 900)))))
    await asyncio.sleep(random.choice((0, 0, 0.01, 0.1)))
    if random.random() < 0.7:
        abort(writer)


async def stall_within_a_frame(target):
    reader, writer = await target.connect()
    octets = target.request(0)
    writer.write(octets[:random.randrange(1, len(octets))])
    await read_on(reader, 25)


async def send_garbage(target):
    reader, writer = await target.connect()
    start = random.choice((b"", b"\x01", b"\x02\x02", attacks.OPENING, target.request(0)))
    writer.write(start + random.randbytes(random.randrange(1, 20000)))
    await read_on(reader, 2)


async def flip_bits(target):
    reader, writer = await target.connect()
    octets = bytearray(target.request(0) + target.request(1) + target.request(2))
    for _ in range(random.randrange(1, 6)):
        octets[random.randrange(len(octets))] ^= 1 << random.randrange(8)
    writer.write(bytes(octets))
    await read_on(reader, 2)


async def never_read(target):
    """Asks for many long answers and leaves them where they are; in HTTP/2 the windows stay shut besides."""
    _, writer = await target.connect(reads=False)
    writer.transport.pause_reading()
    if not target.is_bolt:
        window = random.choice((0, 65535))
        writer.write(attacks.OPENING + http2.settings((http2.INITIAL_WINDOW_SIZE, window)))
    # Some megabytes at most: what a process once needed it keeps, and a leak must show beside it.
    count, size = random.choice(((240, 1000), (20, 60_000), (60, 60_000), (10, 250_000)))
    for number in range(count):
        writer.write(target.request(number, b"y", ("x-size", str(size))).removeprefix(attacks.OPENING))
        await asyncio.sleep(0.005)
    await asyncio.sleep(random.uniform(1, 10))


async def read_slowly(target):
    reader, writer = await target.connect(reads=False)
    writer.write(target.request(0, b"z", ("x-size", "60000")))
    for _ in range(100):
        await reader.read(200)
        await asyncio.sleep(0.05)


async def drip(target):
    reader, writer = await target.connect()
    for octet in target.request(0)[:150]:
        writer.write(bytes([octet]))
        await asyncio.sleep(0.05)
    await read_on(reader, 1)


async def open_and_idle(target, count=None):
    for _ in range(count or random.randrange(200, 1000)):
        await target.connect()
    await asyncio.sleep(random.uniform(1, 15))


async def largest_crowd(listeners):
    """More connections than there will be later. What a process once needed it keeps: growth must show beside it."""
    targets = [Target(*each) for each in listeners]
    try:
        await asyncio.gather(*(open_and_idle(target, 1500) for target in targets))
    except OSError:
        pass
    for target in targets:
        target.leave()


async def declare_much(target):
    """Lengths that nothing follows, or that nobody would keep."""
    reader, writer = await target.connect()
    if target.is_bolt:
        head = struct.pack(">BBHBIBi", 1, random.choice((0, 1, 2)), 1, 1, 7, 1, 3000)
        writer.write(head + struct.pack(
            ">HHI", random.choice((0, 65535)), random.choice((0, 65535)), random.choice((4 << 20, 0xFFFFFFFF))))
        writer.write(b"q" * random.randrange(200_000))
    else:
        writer.write(attacks.OPENING + struct.pack(">I", random.choice((16385, 0xFFFFFF)))[1:] + bytes(6))
        writer.write(b"q" * random.randrange(20_000))
    await read_on(reader, 3)


async def beat_without_reading(target):
    """Heartbeats, or PINGs: each is answered, and no answer is read."""
    _, writer = await target.connect(reads=False)
    writer.transport.pause_reading()
    unit = (bolt.encode(bolt.Frame(bolt.REQUEST, 9, bolt.HEARTBEAT)) if target.is_bolt
            else http2.frame(http2.PING, 0, 0, b"flooding"))
    if not target.is_bolt:
        writer.write(attacks.OPENING)
    try:
        for _ in range(300):
            writer.write(unit * 1000)
            await asyncio.wait_for(writer.drain(), 1)
    except asyncio.TimeoutError:
        pass


async def flood_oneway(target):
    reader, writer = await target.connect()
    if target.is_bolt:
        writer.write(500 * bolt.encode(bolt.Frame(
            bolt.ONEWAY, 3, headers=[("service", SERVICE)], content=b"x" * 50)))
    else:
        oneway = attacks.block(("protocol", "1"), ("cmdtype", "2"), ("cmdcode", "1"))
        writer.write(attacks.OPENING)
        writer.write(b"".join(attacks.request(attacks.stream(number), oneway) for number in range(200)))
    await read_on(reader, 1)


async def lie_about_entries(target):
    """Header maps whose lengths lie."""
    reader, writer = await target.connect()
    for number in range(20):
        entries = struct.pack(">i", random.choice((-1, -7, 5, 0x7FFFFFFF))) + b"abc"
        frame = struct.pack(">BBHBIBiHHI", 1, 1, 1, 1, number, 1, 3000, 0, len(entries), 0) + entries
        writer.write(frame)
    await read_on(reader, 1)


async def read_on(reader, seconds):
    """Until the other side closes, or the time is over."""
    try:
        async with asyncio.timeout(seconds):
            while await reader.read(SMALL_BUFFER):
                pass
    except (asyncio.TimeoutError, ConnectionError):
        pass


async def flood(target, attack, seconds=8):
    """As much of an attack as is taken in some seconds."""
    reader, writer = await target.connect(reads=attack.reads)
    if not attack.reads:
        writer.transport.pause_reading()
    reading = asyncio.create_task(read_on(reader, seconds))
    writer.write(attacks.OPENING + attack.first)
    try:
        async with asyncio.timeout(seconds):
            for start in range(0, attack.count, 100):
                if reading.done() or writer.is_closing():
                    break
                upper = min(start + 100, attack.count)
                writer.write(b"".join(attack.unit(index) for index in range(start, upper)))
                await writer.drain()
                await asyncio.sleep(0)
            if attack.reads:
                await reading
    except (asyncio.TimeoutError, ConnectionError):
        pass
    finally:
        reading.cancel()


EITHER = (
    vanish_within_a_frame, vanish_with_calls_under_way, stall_within_a_frame, send_garbage, flip_bits, never_read,
    read_slowly, drip, open_and_idle, declare_much, beat_without_reading, flood_oneway)


async def rage(listeners, until, counts, crowd):
    """`crowd` vandals at a time; each attack has its turn, the rest is as it comes. `listeners` are ports, and
    whether bolt is spoken there."""
    turns = []
    await largest_crowd(listeners)

    async def one():
        while not until.is_set():
            if not turns:
                turns.extend(random.sample(attacks.ATTACKS + attacks.MORE, len(attacks.ATTACKS + attacks.MORE)))
            if random.random() < 0.3:
                attack = turns.pop()
                target = Target(random.choice([port for port, is_bolt in listeners if not is_bolt]), False)
                name, act = attack.name, flood(target, attack)
            else:
                target = Target(*random.choice(listeners))
                vandal = random.choice(EITHER + ((lie_about_entries,) if target.is_bolt else ()))
                name, act = vandal.__name__.replace("_", " "), vandal(target)
            try:
                async with asyncio.timeout(40):
                    await act
            except (OSError, asyncio.TimeoutError):
                # The door in the face is what most of them may expect.
                pass
            target.leave()
            counts[name] = counts.get(name, 0) + 1
            await asyncio.sleep(random.uniform(0, 0.5))

    await asyncio.gather(*(one() for _ in range(crowd)))
