"""The table of attacks: a row for each, a column for each server that is put through them."""
import contextlib
import multiprocessing
import pathlib
import socket
import subprocess
import time

import daemon
import household
import probes

HAPROXY = """
global
  nbthread 1
  maxconn 1000
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
frontend in
  bind 127.0.0.1:{port} proto h2
  default_backend out
backend out
  http-reuse always
  server nghttpd 127.0.0.1:{backend} proto h2
"""


def show(mosnd, folder, only, peers):
    columns = {}
    with our_own(mosnd, folder) as (proxy, pid):
        columns["mosnd, HTTP/2 -> HTTP/2"] = column("mosnd http2", proxy.ports["http2"], pid, only)
        columns["mosnd, HTTP/2 -> bolt"] = column("mosnd crossing", proxy.ports["crossing"], pid, only)
    if peers:
        with nghttpd(folder) as (port, pid):
            columns["nghttpd"] = column("nghttpd", port, pid, only)
        with nghttpd(folder) as (backend, _), haproxy(folder, backend) as (port, pid):
            columns["HAProxy"] = column("haproxy", port, pid, only)
    print("| probe | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for name in next(iter(columns.values())):
        print(f"| {name} | " + " | ".join(cells[name] for cells in columns.values()) + " |")


def column(title, port, pid, only):
    cells = {}
    for attack, reaction in probes.reactions(port, pid, only):
        memory = f"RSS {reaction.before:.0f} -> {reaction.after:.0f} MB"
        cells[attack.name] = reaction.text() if attack.reads else f"{reaction.text()}, {memory}"
        print(f"{title:15} {attack.name:34} {reaction.text():44} {memory}", flush=True)
    return cells


@contextlib.contextmanager
def our_own(mosnd, folder):
    """mosnd, and servers behind it that answer."""
    steady = household.Member(multiprocessing.get_context("fork"), household.serve_steadily, 2)
    ports = steady.ask()
    proxy = daemon.Daemon(mosnd, folder)
    bolt, http2 = ports["bolt"], ports["http2"]
    proxy.configure({"bolt": bolt, "http2": http2, "bad bolt": bolt, "bad http2": http2})
    proxy.start()
    try:
        yield proxy, proxy.process.pid
    finally:
        proxy.stop()
        steady.stop()


@contextlib.contextmanager
def nghttpd(folder):
    page = pathlib.Path(folder) / "com.example.Echo" / "echo"
    page.parent.mkdir(exist_ok=True)
    page.write_bytes(b"x" * 1024)
    (port,) = daemon.free_ports(1)
    with started("nghttpd", "--no-tls", "-d", folder, port, port=port) as pid:
        yield port, pid


@contextlib.contextmanager
def haproxy(folder, backend):
    (port,) = daemon.free_ports(1)
    path = pathlib.Path(folder) / "haproxy.cfg"
    path.write_text(HAPROXY.format(port=port, backend=backend))
    with started("haproxy", "-db", "-f", path, port=port) as pid:
        yield port, pid


@contextlib.contextmanager
def started(*command, port):
    process = subprocess.Popen(
        [str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.01)
        yield process.pid
    finally:
        process.terminate()
        process.wait()
