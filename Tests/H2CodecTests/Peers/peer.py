"""python-h2 at the other end of a pipe: `peer.py server` echoes every request, `peer.py client` makes some and
prints what came back on stderr as JSON."""
import json
import os
import sys

import h2.config
import h2.connection
import h2.events

REQUESTS = [("/", b""), ("/small", b"hello"), ("/large", bytes(range(256)) * 800), ("/trailers", b"t" * 100)]


class Peer:
    def __init__(self, is_client):
        self.conn = h2.connection.H2Connection(h2.config.H2Configuration(client_side=is_client, header_encoding="utf-8"))
        self.pending = {}
        self.conn.initiate_connection()

    def flush(self):
        data = self.conn.data_to_send()
        while data:
            data = data[os.write(1, data) :]

    def send(self):
        """What the windows allow of what is pending."""
        for stream, (body, trailers) in list(self.pending.items()):
            while body:
                size = min(len(body), self.conn.local_flow_control_window(stream), self.conn.max_outbound_frame_size)
                if size <= 0:
                    break
                self.conn.send_data(stream, body[:size])
                body = body[size:]
            self.pending[stream] = (body, trailers)
            if not body:
                del self.pending[stream]
                if trailers:
                    self.conn.send_headers(stream, trailers, end_stream=True)
                else:
                    self.conn.end_stream(stream)
        self.flush()

    def run(self):
        self.send()
        while chunk := os.read(0, 3001):
            for event in self.conn.receive_data(chunk):
                if isinstance(event, h2.events.DataReceived):
                    self.conn.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                if self.handle(event):
                    self.conn.close_connection()
                    self.flush()
                    return
            self.send()


class Server(Peer):
    def __init__(self):
        super().__init__(False)
        self.bodies, self.lists = {}, {}

    def handle(self, event):
        if isinstance(event, h2.events.RequestReceived):
            self.bodies[event.stream_id], self.lists[event.stream_id] = b"", event.headers
        if isinstance(event, h2.events.DataReceived):
            self.bodies[event.stream_id] += event.data
        if isinstance(event, h2.events.StreamEnded):
            path = dict(self.lists[event.stream_id])[":path"]
            self.conn.send_headers(event.stream_id, [(":status", "103")])
            self.conn.send_headers(event.stream_id, [(":status", "200"), ("x-path", path)])
            self.pending[event.stream_id] = (self.bodies[event.stream_id], [("grpc-status", "0")])
        return isinstance(event, h2.events.ConnectionTerminated)


class Client(Peer):
    def __init__(self):
        super().__init__(True)
        self.answers = {}
        for path, body in REQUESTS:
            stream = self.conn.get_next_available_stream_id()
            fields = [(":method", "POST"), (":scheme", "http"), (":path", path), (":authority", "peer"), ("x-long", "v" * 20000)]
            self.conn.send_headers(stream, fields)
            self.pending[stream] = (body, [("x-end", "1")] if path == "/trailers" else None)
            self.answers[stream] = {"path": path, "length": 0, "ended": False}
        self.conn.ping(b"12345678")

    def handle(self, event):
        if isinstance(event, h2.events.ResponseReceived):
            self.answers[event.stream_id]["status"] = dict(event.headers)[":status"]
        if isinstance(event, h2.events.DataReceived):
            self.answers[event.stream_id]["length"] += len(event.data)
        if isinstance(event, h2.events.StreamEnded):
            self.answers[event.stream_id]["ended"] = True
        if isinstance(event, h2.events.PingAckReceived):
            self.pong = True
        done = all(answer["ended"] for answer in self.answers.values())
        if done:
            print(json.dumps(sorted(self.answers.values(), key=lambda a: a["path"]), sort_keys=True), file=sys.stderr)
        return done


(Server() if sys.argv[1] == "server" else Client()).run()
