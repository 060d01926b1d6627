"""mosnd as a process: its configuration, its orders, and what the kernel says about it."""
import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time

TICK = os.sysconf("SC_CLK_TCK")
# How long a call may take where the upstreams are faulty, and where they are not.
FAULTY_TIMEOUT, STEADY_TIMEOUT = 2, 15


def free_ports(count):
    """All taken at the same time, so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def listener(name, port, downstream, upstream, steady, faulty):
    """Two routes, by the service that is asked for."""
    routers = [
        {"match": {"headers": [{"name": "service", "value": service}]},
         "route": {"cluster_name": cluster, "timeout": f"{timeout}s"}}
        for service, cluster, timeout in (
            ("steady", steady, STEADY_TIMEOUT), ("faulty", faulty, FAULTY_TIMEOUT))]
    proxy = {
        "downstream_protocol": downstream, "upstream_protocol": upstream,
        "virtual_hosts": [{"name": name, "domains": ["*"], "routers": routers}],
    }
    return {
        "name": name, "address": f"127.0.0.1:{port}", "bind_port": True,
        "filter_chains": [{"filters": [{"type": "proxy", "config": proxy}]}],
    }


def cluster(name, ports):
    return {
        "name": name, "type": "SIMPLE", "lb_type": "LB_RANDOM", "connect_timeout": "1s",
        "hosts": [{"address": f"127.0.0.1:{port}"} for port in ports],
    }


class Daemon:
    """One mosnd, in a folder of its own."""

    def __init__(self, mosnd, folder):
        self.mosnd, self.folder = mosnd, pathlib.Path(folder)
        self.path, self.log = self.folder / "config.json", self.folder / "mosnd.log"
        self.errors = self.folder / "stderr"
        self.ports = dict(zip(("chain", "bolt", "http2", "crossing", "out1", "out2", "extra"), free_ports(7)))

    def configure(self, upstreams, extra=False, chain=True):
        """`upstreams`: ports of "bolt", "http2" and, faulty, "bad bolt", "bad http2". `extra`: a listener more and a
        host less. Without `chain` nothing is connected to itself."""
        ports = self.ports
        listeners = [
            listener("chain", ports["chain"], "SofaRpc", "Http2", "out", "out"),
            listener("bolt", ports["bolt"], "SofaRpc", "SofaRpc", "bolt", "bad bolt"),
            listener("http2", ports["http2"], "Http2", "Http2", "http2", "bad http2"),
            listener("crossing", ports["crossing"], "Http2", "SofaRpc", "bolt", "bad bolt"),
            listener("out1", ports["out1"], "Http2", "SofaRpc", "bolt", "bad bolt"),
            listener("out2", ports["out2"], "Http2", "SofaRpc", "bolt", "bad bolt"),
        ]
        if extra:
            listeners.append(listener("extra", ports["extra"], "SofaRpc", "SofaRpc", "bolt", "bolt"))
        clusters = [
            cluster(name, hosts[:-1] if extra and len(hosts) > 2 else hosts) for name, hosts in upstreams.items()]
        clusters.append(cluster("out", [ports["out1"], ports["out2"]] if chain else [ports["extra"]]))
        server = {"default_log_path": str(self.log), "default_log_level": "WARN", "listeners": listeners}
        self.path.write_text(json.dumps({"servers": [server], "cluster_manager": {"clusters": clusters}}))

    def start(self):
        self.process = subprocess.Popen(
            [self.mosnd, "start", "-c", self.path, "--pid", self.folder / "pid"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=self.errors.open("wb"))
        for name, port in self.ports.items():
            if name != "extra":
                self.wait_for(port)

    def wait_for(self, port):
        for _ in range(1000):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.01)
        sys.exit(f"mosnd does not listen: {self.errors.read_text()}")

    def reload(self):
        """The exit status of `mosnd reload`."""
        return subprocess.run(
            [self.mosnd, "reload", "-c", self.path, "--pid", self.folder / "pid", "--wait", "30"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def stop(self, seconds=60):
        """The exit status after SIGTERM; None when it did not come."""
        self.process.terminate()
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return None

    # MARK: What the kernel says

    def megabytes(self):
        return int(re.search(r"VmRSS:\s+(\d+)", self.proc("status"))[1]) / 1024

    def cpu_seconds(self):
        fields = self.proc("stat").rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def descriptors(self):
        """How many there are, and how many of them are sockets."""
        folder = f"/proc/{self.process.pid}/fd"
        links = []
        for name in os.listdir(folder):
            try:
                links.append(os.readlink(f"{folder}/{name}"))
            except FileNotFoundError:
                pass
        return len(links), sum(link.startswith("socket:") for link in links)

    def proc(self, name):
        return pathlib.Path(f"/proc/{self.process.pid}/{name}").read_text()
