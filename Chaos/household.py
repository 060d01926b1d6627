"""The other processes of a soak: servers, callers and vandals, each with an event loop of its own.

They are told what to do and asked what they have seen through a pipe: `stop` ends one, anything else is answered with
its present figures.
"""
import asyncio
import logging
import os
import resource
import signal

import callers
import daemon
import servers
import vandals


class Member:
    """A process of the household, as the soak sees it."""

    def __init__(self, context, work, *arguments):
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=run, args=(other, work, arguments), daemon=True)
        self.process.start()
        other.close()

    def ask(self, question="figures"):
        self.pipe.send(question)
        return self.pipe.recv()

    def stop(self):
        """The last figures."""
        figures = self.ask("stop")
        self.process.join()
        return figures


def run(pipe, work, arguments):
    # Writing to who has gone is what many of them do.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    # The terminal's interrupt is the soak's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(live(pipe, work, arguments))


async def live(pipe, work, arguments):
    until, figures = asyncio.Event(), {}
    loop = asyncio.get_running_loop()

    def asked():
        try:
            question = pipe.recv()
        except EOFError:
            # Without the soak there is nothing to do.
            os._exit(1)
        if question == "stop":
            until.set()
        else:
            pipe.send(figures["now"]())

    task = asyncio.create_task(work(until, figures, *arguments))
    while "now" not in figures and not task.done():
        await asyncio.sleep(0.01)
    loop.add_reader(pipe.fileno(), asked)
    await task
    loop.remove_reader(pipe.fileno())
    pipe.send(figures["now"]())


async def serve_steadily(until, figures, count):
    """Servers that never fail. Their figures are their ports first of all."""
    bolt = [servers.BoltServer() for _ in range(count)]
    http2 = [servers.HTTP2Server() for _ in range(count)]
    for server in bolt + http2:
        await server.open()
    figures["now"] = lambda: {
        "bolt": [server.port for server in bolt], "http2": [server.port for server in http2],
        "calls": sum(server.calls for server in bolt + http2)}
    await until.wait()
    for server in bolt + http2:
        server.close()


async def serve_badly(until, figures, count):
    """Servers that fail in every way there is."""
    bolt = [servers.BoltServer() for _ in range(count)]
    http2 = [servers.HTTP2Server() for _ in range(count)]
    for server in bolt + http2:
        await server.open()
    counts = {}
    figures["now"] = lambda: {
        "bolt": [server.port for server in bolt], "http2": [server.port for server in http2], "moods": counts}
    await asyncio.gather(servers.suffer(bolt, until, counts), servers.suffer(http2, until, counts))
    for server in bolt + http2:
        server.close()


async def call_well(until, figures, ports, rate):
    """Well-behaved clients of every listener, of steady services and of faulty ones."""
    kinds = {"chain": callers.BoltConnection, "bolt": callers.BoltConnection,
             "http2": callers.HTTP2Connection, "crossing": callers.HTTP2Connection}
    each = {}
    for name, kind in kinds.items():
        for service, timeout in (("steady", daemon.STEADY_TIMEOUT), ("faulty", daemon.FAULTY_TIMEOUT)):
            # The answer "timeout" may be late by what a busy machine takes.
            each[name, service] = callers.Caller(kind, ports[name], service, rate / 8, timeout + 10)
    halves = {name: callers.Outcomes() for name in kinds}

    def now():
        recent = {name: each[name, "steady"].outcomes.latencies for name in kinds}
        for caller in each.values():
            caller.outcomes.latencies = []
        return {
            "outcomes": {key: dict(caller.outcomes.counts) for key, caller in each.items()},
            "half": {name: dict(outcomes.counts) for name, outcomes in halves.items()},
            "faults": {
                **{f"{name} {service}": caller.outcomes.faults for (name, service), caller in each.items()},
                **{f"{name} half-closing": outcomes.faults for name, outcomes in halves.items()}},
            "recent": recent,
        }

    figures["now"] = now

    async def half_close(name):
        number = 0
        while not until.is_set():
            number += 1
            await callers.half_close(
                kinds[name], ports[name], halves[name], number, daemon.STEADY_TIMEOUT + 10)
            await asyncio.sleep(0.5)

    await asyncio.gather(
        *(caller.run(until) for caller in each.values()), *(half_close(name) for name in kinds))


async def rage(until, figures, listeners, crowd):
    # What vandals do must not slow down those whose calls are timed.
    os.nice(5)
    counts = {}
    figures["now"] = lambda: counts
    await vandals.rage(listeners, until, counts, crowd)
