"""The soak: a mosnd, servers that are in order and servers that are not, callers and vandals, for some time."""
import multiprocessing
import time

import daemon
import household
import report

SAMPLE, RELOAD = 5, 8
STEADY_SERVERS, FAULTY_SERVERS = 3, 2


class Soak:
    def __init__(self, mosnd, folder, seconds, rate, crowd):
        self.seconds, self.rate, self.crowd = seconds, rate, crowd
        self.proxy = daemon.Daemon(mosnd, folder)
        self.samples, self.reloads, self.violations = [], {}, []

    def run(self):
        self.open()
        try:
            self.load()
            self.drain()
        finally:
            if self.proxy.process.poll() is None:
                self.proxy.process.kill()
        return report.Report(self)

    def open(self):
        context = multiprocessing.get_context("fork")
        self.steady = household.Member(context, household.serve_steadily, STEADY_SERVERS)
        self.faulty = household.Member(context, household.serve_badly, FAULTY_SERVERS)
        steady, faulty = self.steady.ask(), self.faulty.ask()
        self.upstreams = {"bolt": steady["bolt"], "http2": steady["http2"],
                          "bad bolt": faulty["bolt"], "bad http2": faulty["http2"]}
        self.proxy.configure(self.upstreams)
        self.proxy.start()
        # Until the probes of `start` are gone.
        time.sleep(2)
        self.baseline = self.proxy.descriptors()[0]
        ports = self.proxy.ports
        listeners = [(ports["chain"], True), (ports["bolt"], True), (ports["http2"], False), (ports["crossing"], False)]
        self.callers = household.Member(context, household.call_well, ports, self.rate)
        self.vandals = household.Member(context, household.rage, listeners, self.crowd)

    def load(self):
        began = time.monotonic()
        cpu, reload_at = self.proxy.cpu_seconds(), began + RELOAD
        last = began
        while (now := time.monotonic()) < began + self.seconds and self.proxy.process.poll() is None:
            time.sleep(max(0, min(SAMPLE, began + self.seconds - now)))
            if self.proxy.process.poll() is not None:
                break
            now = time.monotonic()
            used = self.proxy.cpu_seconds()
            descriptors, sockets = self.proxy.descriptors()
            recent = self.callers.ask()["recent"]
            self.samples.append(report.Sample(
                now - began, self.proxy.megabytes(), 100 * (used - cpu) / (now - last), descriptors, sockets, recent))
            print(self.samples[-1], flush=True)
            cpu, last = used, now
            if now > reload_at:
                self.reload()
                reload_at = now + RELOAD
        if self.proxy.process.poll() is not None:
            self.violations.append(f"mosnd ended with status {self.proxy.process.returncode} under load")

    def reload(self):
        """In turn: another listener and a host less, back again, and a file that is refused."""
        turn = sum(self.reloads.values()) % 3
        self.proxy.configure(self.upstreams, extra=turn == 0)
        if turn == 2:
            self.proxy.path.write_text("{")
        status = self.proxy.reload()
        expected = 1 if turn == 2 else 0
        self.reloads[status] = self.reloads.get(status, 0) + 1
        if status != expected:
            self.violations.append(f"reload ended with status {status}, not {expected}")

    def drain(self):
        """All leave; then mosnd must hold nothing it did not hold before, and stop in order."""
        self.raged = self.vandals.stop()
        self.called = self.callers.stop()
        self.failed = self.faulty.stop()
        if self.proxy.process.poll() is not None:
            self.steady.stop()
            return
        # Its own connections to itself go with the cluster they belong to.
        self.proxy.configure(self.upstreams, chain=False)
        self.proxy.reload()
        self.steady.stop()
        deadline = time.monotonic() + 30
        while (left := self.proxy.descriptors()[0]) > self.baseline and time.monotonic() < deadline:
            time.sleep(0.2)
        self.left, self.after = left, self.proxy.megabytes()
        if left > self.baseline:
            self.violations.append(f"{left} descriptors after everything was closed, {self.baseline} before")
        self.status = self.proxy.stop()
        if self.status != 0:
            self.violations.append(f"mosnd stopped with status {self.status}")
