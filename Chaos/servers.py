"""Echo servers for bolt and HTTP/2, and what can be wrong with them."""
import asyncio
import random
import socket
import struct

import bodies
import bolt
import http2

# What a server does instead of answering. `dead`: neither the port nor a connection is left.
MOODS = ("dead", "silent", "garbage", "late", "twice", "midway", "closing", "resetting")
LATE = 3.0


def abort(writer):
    """Ends a connection with RST."""
    sock = writer.get_extra_info("socket")
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


class Server:
    """A port that stays the same while the server dies and returns."""

    def __init__(self):
        # Bound and never listening, so that nobody else is given the port meanwhile.
        self.place = socket.socket()
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]
        self.mood = None
        self.calls = 0
        self.writers = set()
        self.listening = None

    async def open(self):
        # With the protocol named, asyncio switches Nagle's algorithm off.
        sock = socket.socket(proto=socket.IPPROTO_TCP)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", self.port))
        self.listening = await asyncio.start_server(self.serve, sock=sock, backlog=1024, limit=1 << 20)

    def close(self):
        if self.listening is not None:
            self.listening.close()
            self.listening = None
        for writer in list(self.writers):
            abort(writer) if random.random() < 0.5 else writer.close()

    async def turn(self, mood):
        """Into a mood, or out of it."""
        self.mood = mood
        if mood == "dead":
            self.close()
        elif self.listening is None:
            await self.open()

    async def serve(self, reader, writer):
        self.writers.add(writer)
        try:
            await self.talk(reader, writer)
        except (ConnectionError, ValueError, OSError):
            pass
        finally:
            self.writers.discard(writer)
            writer.close()

    def spoil(self, writer, whole, answer):
        """Answers as the mood has it: `whole` is the answer's bytes, `answer` sends it as it should be."""
        mood = self.mood
        if mood == "silent":
            return
        if mood == "late":
            asyncio.get_running_loop().call_later(LATE, lambda: None if writer.is_closing() else answer())
        elif mood == "twice":
            answer()
            writer.write(whole)
        elif mood == "garbage":
            writer.write(random.randbytes(random.randrange(1, 2000)))
        elif mood == "midway":
            writer.write(whole[:random.randrange(1, len(whole))])
            writer.close()
        elif mood == "closing":
            writer.close()
        else:
            answer()


def echo(pairs, body):
    """What was sent; or, where x-size asks for it, so many octets, also none."""
    size = next((value for name, value in pairs if name == "x-size"), None)
    return bodies.made(int(size)) if size else body


class BoltServer(Server):
    """Answers with the content, and with the entries of the header map that begin with x-."""

    async def talk(self, reader, writer):
        frames = bolt.Reader()
        while octets := await reader.read(1 << 17):
            for frame in frames.feed(octets):
                self.take(frame, writer)
            await writer.drain()

    def take(self, frame, writer):
        if frame.command == bolt.HEARTBEAT:
            if frame.kind == bolt.REQUEST and self.mood != "silent":
                writer.write(bolt.encode(bolt.Frame(
                    bolt.RESPONSE, frame.id, bolt.HEARTBEAT, frame.version)))
            return
        self.calls += 1
        if frame.kind != bolt.REQUEST:
            return
        octets = bolt.encode(bolt.Frame(
            bolt.RESPONSE, frame.id, bolt.RPC_RESPONSE, frame.version, class_name=b"echo.Answer",
            headers=[pair for pair in frame.headers if pair[0].lower().startswith("x-")],
            content=echo(frame.headers, frame.content)))
        if self.mood == "resetting":
            abort(writer)
        elif self.mood:
            self.spoil(writer, octets, lambda: writer.write(octets))
        else:
            writer.write(octets)


class HTTP2Server(Server):
    """Answers with the body, and with the fields that begin with x-."""

    async def talk(self, reader, writer):
        session = http2.Session(writer.write, is_client=False)
        requests = {}
        while octets := await reader.read(1 << 17):
            for event, stream, what, *rest in session.receive(octets):
                if event == "headers" and stream not in requests:
                    requests[stream] = (what, [])
                elif event == "data" and stream in requests:
                    requests[stream][1].append(what)
                elif event == "reset":
                    requests.pop(stream, None)
                if rest and rest[0] is True and stream in requests:
                    fields, parts = requests.pop(stream)
                    self.answer(session, writer, stream, fields, b"".join(parts))
            await writer.drain()

    def answer(self, session, writer, stream, fields, body):
        self.calls += 1
        if self.mood == "resetting":
            return session.reset(stream, random.choice((2, 7, 8, 11)))
        head = [(":status", "200")] + [field for field in fields if field[0].startswith("x-call")]
        body = echo(fields, body)
        if not self.mood:
            return session.send(stream, head, body)
        whole = http2.frame(http2.HEADERS, http2.END_HEADERS, stream, b"\x88") + http2.frame(
            http2.DATA, http2.END_STREAM, stream, b"stale " * 20)
        self.spoil(writer, whole, lambda: session.send(stream, head, body))


async def suffer(servers, until, counts):
    """Healthy for a while, in one mood after the other for a while; one server at a time, or all of them."""
    while not until.is_set():
        await pause(until, random.uniform(1, 4))
        mood = random.choice(MOODS)
        chosen = servers if random.random() < 0.3 else [random.choice(servers)]
        for server in chosen:
            await server.turn(mood)
        counts[mood] = counts.get(mood, 0) + 1
        await pause(until, random.uniform(0.5, 3))
        for server in chosen:
            await server.turn(None)


async def pause(until, seconds):
    try:
        await asyncio.wait_for(until.wait(), seconds)
    except asyncio.TimeoutError:
        pass
