"""Well-behaved clients: paced calls, each of which must get its own answer, once, in time."""
import asyncio
import random
import time

import bodies
import bolt
import http2

# Errors that mosnd may answer with when a server failed (docs/translation.md): closed or refused, timeout, overload.
BOLT_ERRORS = {16: "closed", 7: "timeout", 4: "overload"}
HTTP_ERRORS = {"502": "closed", "504": "timeout", "503": "overload"}
# Octets a client of HTTP/2 lets come on a stream before it gives window back.
WINDOWS = (16_384, 65_535, 256 << 10, http2.Session.STREAM_WINDOW)


class Outcomes:
    """What became of the calls of one kind."""

    def __init__(self):
        self.counts = {}
        self.latencies = []
        self.faults = []

    def count(self, outcome, fault=None):
        self.counts[outcome] = self.counts.get(outcome, 0) + 1
        if fault is not None and len(self.faults) < 20:
            self.faults.append(f"{time.strftime('%H:%M:%S')} {outcome}: {fault}")


class Connection:
    """Calls over one connection, and the futures that wait for their answers."""

    def __init__(self, port, outcomes, half_closes=False):
        self.port, self.outcomes, self.half_closes = port, outcomes, half_closes
        self.waiting = {}
        self.is_over = self.has_ended = False

    async def open(self):
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 20)
        self.begin()
        self.task = asyncio.create_task(self.read())
        return self

    def write(self, octets):
        if not self.has_ended:
            self.writer.write(octets)

    async def read(self):
        reason = "the proxy closed the connection"
        try:
            while octets := await self.reader.read(1 << 17):
                self.take(octets)
        except (ConnectionError, ValueError, OSError) as error:
            reason = f"{error}"
        if not self.is_over:
            self.outcomes.count("disconnected", reason)
        self.is_over = True
        for future in self.waiting.values():
            if not future.done():
                future.set_result(("closed", reason))
        self.waiting = {}

    def settle(self, key, result):
        """An answer has come; a second one, or one that nobody asked for, is a fault."""
        future = self.waiting.pop(key, None)
        if future is None:
            self.outcomes.count("unasked", f"{key}: {result!r}"[:200])
        elif not future.done():
            future.set_result(result)

    async def ask(self, key, send, limit):
        future = asyncio.get_running_loop().create_future()
        self.waiting[key] = future
        send()
        if self.half_closes:
            self.has_ended = self.is_over = True
            self.writer.write_eof()
        try:
            return await asyncio.wait_for(future, limit)
        except asyncio.TimeoutError:
            self.waiting.pop(key, None)
            return "nothing", None

    async def close(self):
        self.is_over = True
        self.writer.close()
        await asyncio.gather(self.task, return_exceptions=True)


class BoltConnection(Connection):
    def begin(self):
        self.frames = bolt.Reader()
        self.next_id = random.randrange(1 << 32)

    def take(self, octets):
        for frame in self.frames.feed(octets):
            self.settle(frame.id, ("answer", frame))

    async def call(self, service, token, body, limit, size=None):
        """With `size` the answer is not the request's body, but so many octets."""
        self.next_id = (self.next_id + 1) & 0xFFFFFFFF
        # One in twenty asks for nothing but a sign of life.
        if random.random() < 0.05:
            return await self.beat(limit)
        pairs = [("x-call", token), ("service", service), ("X-Case", f"Of {token}"), ("x-empty", "")]
        if size is not None:
            pairs.append(("x-size", str(size)))
        request = bolt.Frame(
            bolt.REQUEST, self.next_id, version=random.choice((1, 1, 1, 2)), class_name=b"echo.Request", headers=pairs,
            content=body)
        what, answer = await self.ask(self.next_id, lambda: self.write(bolt.encode(request)), limit)
        if what != "answer":
            return what, answer
        if (answer.kind, answer.command, answer.version) != (bolt.RESPONSE, bolt.RPC_RESPONSE, request.version):
            return "wrong", f"frame {answer.kind}, {answer.command}, v{answer.version}"
        if answer.status in BOLT_ERRORS and not answer.content:
            return "error " + BOLT_ERRORS[answer.status], None
        if answer.status:
            return "wrong", f"status {answer.status}"
        kept = [pair for pair in pairs if pair[0] != "service"]
        wanted = body if size is None else bodies.made(size)
        if answer.content != wanted or answer.class_name != b"echo.Answer" or answer.headers != kept:
            return "wrong", f"{answer.headers} {len(answer.content)} octets, for {kept} {len(wanted)} octets"
        return "right", None

    async def beat(self, limit):
        beat = bolt.Frame(bolt.REQUEST, self.next_id, bolt.HEARTBEAT)
        what, answer = await self.ask(self.next_id, lambda: self.write(bolt.encode(beat)), limit)
        if what == "answer" and (answer.kind, answer.command, answer.status) != (bolt.RESPONSE, bolt.HEARTBEAT, 0):
            return "wrong", f"heartbeat answered by {answer}"[:200]
        return ("alive" if what == "answer" else what), answer if what != "answer" else None


class HTTP2Connection(Connection):
    def begin(self):
        self.session = http2.Session(self.write, is_client=True, window=random.choice(WINDOWS))
        self.next_stream = 1
        self.parts = {}

    def take(self, octets):
        for event, stream, what, *rest in self.session.receive(octets):
            if event == "goaway":
                raise ValueError(f"GOAWAY {http2.code_name(what)} on a connection in order")
            if event == "reset":
                # After the whole answer it says that no more is wanted; mosnd sends it to those who still send.
                if what or stream in self.waiting:
                    self.settle(stream, ("reset", (what, self.parts.pop(stream, None))))
                continue
            if event == "headers" and stream not in self.parts:
                self.parts[stream] = (dict(what), [])
            elif event == "data":
                self.parts.setdefault(stream, ({}, []))[1].append(what)
            if rest[0]:
                fields, octets = self.parts.pop(stream)
                self.settle(stream, ("answer", (fields, b"".join(octets))))

    async def call(self, service, token, body, limit, size=None):
        fields = [
            (":method", "POST" if body else "GET"), (":scheme", "http"), (":path", "/com.example.Echo/echo"),
            (":authority", "echo.example"), ("service", service), ("x-call", token)]
        if size is not None:
            fields.append(("x-size", str(size)))
        while len(self.waiting) >= self.session.streams_allowed and not self.is_over:
            await asyncio.sleep(0.01)
        stream, self.next_stream = self.next_stream, self.next_stream + 2
        what, answer = await self.ask(stream, lambda: self.session.send(stream, fields, body), limit)
        if what == "nothing":
            self.session.reset(stream, 8)
        if what == "reset":
            code, begun = answer
            if begun and begun[0]:
                return "cut", None
            return "wrong", f"reset {http2.code_name(code)} without an answer"
        if what != "answer":
            return what, answer
        got, content = answer
        status = got.get(":status")
        if status in HTTP_ERRORS and "x-call" not in got:
            return "error " + HTTP_ERRORS[status], None
        wanted = body if size is None else bodies.made(size)
        if status != "200" or got.get("x-call") != token or content != wanted:
            return "wrong", f"{got} {len(content)} octets, for {token} {len(wanted)} octets"[:400]
        return "right", None


async def half_close(kind, port, outcomes, number, limit):
    """One call, and FIN behind it: the answer must come all the same."""
    try:
        connection = await kind(port, outcomes, half_closes=True).open()
    except OSError as error:
        return outcomes.count("disconnected", f"cannot connect: {error}")
    outcome, fault = await connection.call("steady", f"half-{number}", b"h" * 500, limit)
    outcomes.count(outcome, fault)
    await connection.close()


class Caller:
    """Calls at a pace, over a connection that is replaced now and then."""

    def __init__(self, kind, port, service, rate, limit):
        self.kind, self.port, self.service, self.rate, self.limit = kind, port, service, rate, limit
        self.outcomes = Outcomes()
        self.calls = set()
        self.number = 0

    async def run(self, until):
        connection = None
        change = due = time.monotonic()
        try:
            while not until.is_set():
                if connection is None or connection.is_over or time.monotonic() > change:
                    if connection is not None:
                        self.leave(connection)
                    connection = await self.kind(self.port, self.outcomes).open()
                    change = time.monotonic() + random.uniform(10, 40)
                self.start(connection)
                # Poisson's pace; what was missed is not made up for by more than a burst.
                due = max(due + random.expovariate(self.rate), time.monotonic() - 0.2)
                await asyncio.sleep(max(0, due - time.monotonic()))
        except OSError as error:
            self.outcomes.count("disconnected", f"cannot connect: {error}")
        while self.calls:
            await asyncio.wait(self.calls)
        if connection is not None:
            await connection.close()

    def start(self, connection):
        task = asyncio.create_task(self.call(connection))
        self.calls.add(task)
        task.add_done_callback(self.calls.discard)

    def leave(self, connection):
        """Closes a connection when its last call is over."""
        async def end():
            while connection.waiting:
                await asyncio.sleep(0.05)
            await connection.close()
        task = asyncio.create_task(end())
        self.calls.add(task)
        task.add_done_callback(self.calls.discard)

    async def call(self, connection):
        self.number += 1
        token = f"{id(self):x}-{self.number}"
        size = random.choices((0, random.randrange(1, 200), random.randrange(2000), random.randrange(60_000),
                               random.randrange(250_000)), (10, 60, 25, 4, 1))[0]
        start = random.randrange(len(bodies.FILLER) - size)
        # Answers that end with their head, and answers of several windows, one behind the other.
        asked = random.choices((None, 0, random.randrange(250_000, bodies.LONGEST)), (78, 20, 2))[0]
        began = time.monotonic()
        outcome, fault = await connection.call(
            self.service, token, bodies.FILLER[start:start + size], self.limit, asked)
        self.outcomes.count(outcome, fault)
        if outcome == "right":
            self.outcomes.latencies.append(time.monotonic() - began)
