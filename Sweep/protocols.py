"""Protocols that are neither HTTP/2 nor bolt, as two sides might speak them: `PROTOCOLS[name](random)` gives what the
client and what the server said, each as a list of messages."""
import struct


def words(random, least=1, most=20):
    return bytes(random.choice(b"abcdefghijklmnopqrstuvwxyz_.-") for _ in range(random.randint(least, most)))


def small(random):
    """A number as programs have them: mostly small."""
    return random.choice([0, 0, 1, 1, 2, 4, 8, random.randrange(16), random.randrange(256), random.randrange(2**16)])


def ints(random, count, form=">i"):
    return b"".join(struct.pack(form, small(random) & 0x7FFF) for _ in range(count))


def text16(value):
    return struct.pack(">H", len(value)) + value


def framed(body):
    return struct.pack(">I", len(body)) + body


def value(random):
    """What one field of a record holds."""
    return random.choice([
        words(random), struct.pack(">i", small(random)), struct.pack(">q", small(random)),
        struct.pack(">d", small(random)), struct.pack("<i", small(random)), random.randbytes(random.randint(1, 40)),
        bytes(random.randint(1, 16)),
    ])


def kafka(random):
    calls, answers = [], []
    for correlation in range(random.randint(20, 80)):
        key = random.choice([0, 1, 1, 2, 3, 8, 9, 11, 12, 18])
        header = struct.pack(">hhi", key, random.randint(0, 12), correlation) + text16(words(random))
        topics = b"".join(
            text16(words(random)) + struct.pack(">i", 1)
            + struct.pack(">iqii", small(random), small(random), 1 << 20, small(random))
            for _ in range(random.randint(0, 4)))
        calls.append(framed(header + struct.pack(">iii", -1, 500, 1) + topics))
        batches = b"".join(
            struct.pack(">qiibihiqqqhi", small(random), 60, 0, 2, small(random), 0, 0, 1_700_000_000_000,
                        1_700_000_000_000, -1, -1, 1) + value(random)
            for _ in range(random.randint(0, 6)))
        answers.append(framed(struct.pack(">iii", correlation, 0, 1) + topics + ints(random, 4) + batches))
    return calls, answers


def postgres(random):
    def message(kind, body):
        return kind + struct.pack(">I", len(body) + 4) + body

    calls = [struct.pack(">II", 8 + 24, 196_608) + b"user\0" + words(random, 4, 4) + b"\0database\0db\0\0"]
    answers = [message(b"R", bytes(4)) + message(b"Z", b"I")]
    for _ in range(random.randint(5, 20)):
        calls.append(
            message(b"P", b"\0select * from " + words(random) + b"\0\0\0")
            + message(b"B", b"\0\0\0\0\0\0\0\1\0\1") + message(b"E", bytes(5)) + message(b"S", b""))
        columns = random.randint(1, 6)
        rows = message(b"1", b"") + message(b"2", b"")
        for _ in range(random.randint(1, 60)):
            row = struct.pack(">H", columns)
            for _ in range(columns):
                field = value(random)
                row += random.choice([struct.pack(">i", -1), struct.pack(">i", len(field)) + field])
            rows += message(b"D", row)
        answers.append(rows + message(b"C", b"SELECT 1\0") + message(b"Z", b"I"))
    return calls, answers


def cassandra(random):
    calls, answers = [], []
    for _ in range(random.randint(20, 60)):
        stream = random.randrange(64)
        query = b"select a from " + words(random)
        body = framed(query) + struct.pack(">HB", 1, 0)
        calls.append(struct.pack(">BBhBI", 4, 0, stream, random.choice([7, 10, 5]), len(body)) + body)
        columns = random.randint(1, 5)
        rows = random.randint(0, 40)
        body = struct.pack(">iiii", 2, 4, columns, rows)
        for _ in range(rows * columns):
            field = value(random)
            body += random.choice([struct.pack(">i", -1), framed(field), framed(struct.pack(">i", small(random)))])
        answers.append(struct.pack(">BBhBI", 0x84, 0, stream, 8, len(body)) + body)
    return calls, answers


def smb2(random):
    def packet(command, message, flags, body):
        header = b"\xfeSMB" + struct.pack("<HHIHHIIQIIQ", 64, 1, 0, command, 1, flags, 0, message, 0xFEFF, 1, 0x41)
        body = header + bytes(16) + body
        return struct.pack(">I", len(body)) + body

    calls, answers = [], []
    for message in range(random.randint(20, 50)):
        command = random.choice([3, 5, 6, 8, 9, 14, 16])
        body = struct.pack("<HBBIQ", 49, 0, 0, 4_096, small(random)) + ints(random, random.randint(2, 30), "<i")
        calls.append(packet(command, message, 0, body))
        answers.append(packet(command, message, 1, struct.pack("<HBBI", 17, 80, 0, 64) + value(random) * 4
                              + ints(random, random.randint(0, 400), random.choice(["<i", "<q", "<h"]))))
    return calls, answers


def dcerpc(random):
    calls, answers = [], []
    order, form = random.choice([(b"\x10\0\0\0", "<"), (b"\0\0\0\0", ">")])
    for call in range(random.randint(20, 60)):
        for said, kind in ((calls, 0), (answers, 2)):
            stub = ints(random, random.randint(2, 200), form + "i") + value(random)
            head = struct.pack(form + "HHI", 24 + len(stub), 0, call)
            said.append(
                bytes([5, 0, kind, 3]) + order + head + struct.pack(form + "IHH", len(stub), 0, small(random) & 0xFFFF)
                + stub)
    return calls, answers


def zookeeper(random):
    calls = [framed(struct.pack(">iqiqi", 0, 0, 10_000, 0, 16) + bytes(16))]
    answers = [framed(struct.pack(">iiqi", 0, 10_000, 0x1000000, 16) + random.randbytes(16))]
    for xid in range(1, random.randint(20, 80)):
        if random.random() < 0.3:
            calls.append(framed(struct.pack(">ii", -2, 11)))
            answers.append(framed(struct.pack(">iqi", -2, 7, 0)))
            continue
        calls.append(framed(struct.pack(">ii", xid, random.choice([3, 4, 8])) + framed(b"/" + words(random)) + b"\0"))
        stat = struct.pack(">qqqqiiiqiiq", 7, 7, 1_700_000_000_000, 1_700_000_000_000, 0, 0, 0, 0, 4, 0, 7)
        answers.append(framed(struct.pack(">iqi", xid, 7 + xid, 0) + framed(value(random)) + stat))
    return calls, answers


def memcached(random):
    calls, answers = [], []
    for opaque in range(random.randint(30, 100)):
        operation = random.choice([0, 1, 2, 4, 5, 0x0A])
        key, held = words(random), value(random) * random.randint(1, 30)
        calls.append(struct.pack(">BBHBBHIIQ", 0x80, operation, len(key), 0, 0, 0, len(key), opaque, 0) + key)
        answers.append(
            struct.pack(">BBHBBHIIQ", 0x81, operation, 0, 4, 0, 0, 4 + len(held), opaque, small(random)) + bytes(4)
            + held)
    return calls, answers


def mysql(random):
    def packet(number, body):
        return struct.pack("<I", len(body))[:3] + bytes([number & 0xFF]) + body

    calls, answers = [], [packet(0, b"\n8.0.36\0" + struct.pack("<I", small(random)) + random.randbytes(40))]
    for _ in range(random.randint(10, 30)):
        calls.append(packet(0, random.choice([b"\x03select " + words(random), b"\x17" + struct.pack("<IBI", 1, 0, 1)])))
        columns = random.randint(1, 5)
        rows = packet(1, bytes([columns]))
        for number in range(random.randint(1, 80)):
            fields = b"".join(
                random.choice([struct.pack("<i", small(random)), struct.pack("<q", small(random)),
                               bytes([5]) + words(random, 5, 5)]) for _ in range(columns))
            rows += packet(number + 2, b"\0\0" + fields)
        answers.append(rows + packet(0, b"\xfe\0\0\2\0"))
    return calls, answers


def mongodb(random):
    def document():
        fields = b""
        for _ in range(random.randint(1, 12)):
            fields += random.choice([
                b"\x10" + words(random) + b"\0" + struct.pack("<i", small(random)),
                b"\x12" + words(random) + b"\0" + struct.pack("<q", small(random)),
                b"\x01" + words(random) + b"\0" + struct.pack("<d", small(random)),
                b"\x02" + words(random) + b"\0" + struct.pack("<i", 6) + words(random, 5, 5) + b"\0",
                b"\x07_id\0" + random.randbytes(12),
            ])
        return struct.pack("<i", len(fields) + 5) + fields + b"\0"

    calls, answers = [], []
    for number in range(1, random.randint(20, 60)):
        for said, back in ((calls, 0), (answers, number)):
            body = struct.pack("<I", 0) + b"\0" + b"".join(document() for _ in range(random.randint(1, 8)))
            said.append(struct.pack("<iiii", 16 + len(body), number, back, 2_013) + body)
    return calls, answers


def redis(random):
    calls, answers = [], []
    for _ in range(random.randint(20, 80)):
        key = words(random)
        calls.append(b"*2\r\n$3\r\nGET\r\n$%d\r\n%s\r\n" % (len(key), key))
        held = value(random) * random.randint(1, 40)
        answers.append(random.choice([b"+OK\r\n", b":1\r\n", b"$%d\r\n%s\r\n" % (len(held), held)]))
    return calls, answers


def thrift(random):
    def struct_of():
        fields = b""
        for number in range(1, random.randint(2, 10)):
            fields += random.choice([
                struct.pack(">Bhi", 8, number, small(random)), struct.pack(">Bhq", 10, number, small(random)),
                struct.pack(">BhB", 2, number, 1), struct.pack(">Bh", 11, number) + framed(words(random)),
                struct.pack(">BhBi", 15, number, 8, 6) + ints(random, 6),
            ])
        return fields + b"\0"

    calls, answers = [], []
    for sequence in range(random.randint(20, 80)):
        name = framed(words(random))
        calls.append(framed(struct.pack(">I", 0x80010001) + name + struct.pack(">i", sequence) + struct_of()))
        answers.append(
            framed(struct.pack(">I", 0x80010002) + name + struct.pack(">i", sequence) + struct.pack(">Bh", 12, 0)
                   + b"".join(struct_of() for _ in range(random.randint(1, 12))) + b"\0"))
    return calls, answers


def dubbo(random):
    calls, answers = [], []
    for number in range(random.randint(20, 80)):
        if random.random() < 0.2:
            calls.append(struct.pack(">HBBQI", 0xDABB, 0xE2, 0, number, 1) + b"N")
            answers.append(struct.pack(">HBBQI", 0xDABB, 0x22, 20, number, 1) + b"N")
            continue
        text = words(random)
        body = b"\x052.0.2" + bytes([len(text)]) + text + b"\x050.0.0" + value(random)
        calls.append(struct.pack(">HBBQI", 0xDABB, 0xC2, 0, number, len(body)) + body)
        body = b"\x94" + value(random) * random.randint(1, 20)
        answers.append(struct.pack(">HBBQI", 0xDABB, 0x02, 20, number, len(body)) + body)
    return calls, answers


def sofa_tr(random):
    """The older protocol of SOFA, which begins with a byte as bolt's version does not."""
    calls, answers = [], []
    for number in range(random.randint(20, 60)):
        for said, kind in ((calls, 0), (answers, 1)):
            name, body = b"com.example." + words(random), value(random) * 3
            said.append(struct.pack(">BBBBBBII", 13, kind, 1, 1, 1, len(name), number, len(body)) + name + body)
    return calls, answers


def tls(random):
    def record(kind, body):
        return struct.pack(">BHH", kind, 0x0303, len(body)) + body

    calls = [record(22, b"\1" + random.randbytes(200))]
    answers = [record(22, b"\2" + random.randbytes(90)) + record(20, b"\1")]
    for _ in range(random.randint(10, 40)):
        calls.append(record(23, random.randbytes(random.randint(20, 2_000))))
        answers.append(record(23, random.randbytes(random.randint(20, 16_000))))
    return calls, answers


def ssh(random):
    calls, answers = [b"SSH-2.0-a\r\n"], [b"SSH-2.0-b\r\n"]
    for said in (calls, answers):
        lists = b"".join(framed(words(random, 5, 80)) for _ in range(8)) + bytes(2) + bytes(5)
        said.append(struct.pack(">IBB", len(lists) + 18, 6, 20) + random.randbytes(16) + lists)
        said.extend(random.randbytes(random.randint(36, 3_000)) for _ in range(20))
    return calls, answers


def amqp(random):
    def frame(kind, channel, body):
        return struct.pack(">BHI", kind, channel, len(body)) + body + b"\xce"

    calls = [b"AMQP\0\0\x09\x01"]
    answers = [frame(1, 0, struct.pack(">HHBB", 10, 10, 0, 9) + bytes(4))]
    for tag in range(random.randint(20, 60)):
        channel = random.randint(1, 3)
        calls.append(random.choice([frame(8, 0, b""), frame(1, channel, struct.pack(">HHQB", 60, 80, tag, 0))]))
        body = value(random) * random.randint(1, 40)
        answers.append(
            frame(1, channel, struct.pack(">HHB", 60, 60, 3) + b"tag" + struct.pack(">QB", tag, 0) + b"\1x\1q")
            + frame(2, channel, struct.pack(">HHQH", 60, 0, len(body), 0)) + frame(3, channel, body))
    return calls, answers


def numbers(random):
    """Arrays of numbers, as column stores send them."""
    form = random.choice([">q", "<q", ">i", "<i", ">h", "<h", ">d"])

    def array():
        start = random.choice([small(random), random.randrange(2**16), random.randrange(2**24)])
        step = random.choice([0, 1, 1, 2, 256, 65_536])
        count = random.randint(8, 600)
        if random.random() < 0.5:
            return b"".join(struct.pack(form, small(random) & 0x7FFF) for _ in range(count))
        largest = 2**(8 * struct.calcsize(form) - 1) - 1
        return b"".join(struct.pack(form, (start + step * index) & largest) for index in range(count))

    return [array() for _ in range(3)], [array() for _ in range(20)]


def protobuf(random):
    """Messages of protobuf, each behind its length; the length has one, two, four or eight bytes, or is a varint."""
    def message(depth=0):
        fields = b""
        for number in range(1, random.randint(2, 9)):
            fields += random.choice([
                bytes([number << 3]) + varint(small(random)),
                bytes([number << 3 | 1]) + struct.pack("<d", small(random)),
                bytes([number << 3 | 5]) + struct.pack("<i", small(random)),
                bytes([number << 3 | 2]) + (lambda held: varint(len(held)) + held)(
                    message(depth + 1) if depth < 3 else words(random)),
            ])
        return fields

    def varint(number):
        said = b""
        while number > 127:
            said += bytes([number & 127 | 128])
            number >>= 7
        return said + bytes([number])

    behind = random.choice([
        varint, lambda n: struct.pack(">H", n & 0xFFFF), lambda n: struct.pack(">I", n),
        lambda n: struct.pack("<I", n), lambda n: struct.pack(">Q", n),
    ])
    return ([(lambda held: behind(len(held)) + held)(message()) for _ in range(random.randint(20, 80))],
            [(lambda held: behind(len(held)) + held)(message()) for _ in range(random.randint(20, 80))])


def rtp(random):
    """Media over TCP, each packet behind its length (RFC 4571) or a dollar (RFC 7826)."""
    source, packets = random.getrandbits(32), []
    isInterleaved = random.random() < 0.5
    for number in range(random.randint(20, 120)):
        packet = struct.pack(">BBHII", 0x80, 96, number, 3_000 * number, source) + random.choice(
            [random.randbytes(random.randint(40, 1_200)), bytes(160), b"\xff" * 160])
        packets.append((b"$\0" if isInterleaved else b"") + text16(packet))
    return [b"PLAY rtsp://a RTSP/2.0\r\nCSeq: 1\r\n\r\n"] if isInterleaved else [], packets


def dns(random):
    calls, answers = [], []
    for _ in range(random.randint(10, 80)):
        name = b"".join(bytes([len(part)]) + part for part in (words(random), b"example", b"com")) + b"\0"
        number = random.getrandbits(16)
        calls.append(text16(struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 0) + name + b"\0\1\0\1"))
        held = b"".join(
            b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, small(random), 4) + random.randbytes(4)
            for _ in range(random.randint(0, 30)))
        answers.append(text16(struct.pack(">HHHHHH", number, 0x8180, 1, len(held) // 16, 0, 0) + name + b"\0\1\0\1"
                              + held))
    return calls, answers


def iso8583(random):
    calls, answers = [], []
    for trace in range(random.randint(20, 100)):
        for said, kind in ((calls, b"\x02\0"), (answers, b"\x02\x10")):
            body = kind + struct.pack(">Q", 0x7020000000C00000) + b"\x16" + random.randbytes(8) + bytes(3)
            body += struct.pack(">IH", small(random), trace & 0xFFFF) + words(random, 8, 8) + bytes(random.randint(0, 30))
            said.append(text16(b"\x60\0\1\0\0" + body))
    return calls, answers


def modbus(random):
    calls, answers = [], []
    for number in range(random.randint(30, 200)):
        calls.append(struct.pack(">HHHBBHH", number, 0, 6, 1, 3, small(random) & 0xFFFF, 8))
        answers.append(struct.pack(">HHHBBB", number, 0, 19, 1, 3, 16) + ints(random, 8, ">H"))
    return calls, answers


def tds(random):
    calls, answers = [], []
    for number in range(1, random.randint(10, 40)):
        body = struct.pack("<IIH", 22, 18, 2) + bytes(12) + words(random).decode().encode("utf-16-le")
        calls.append(struct.pack(">BBHHBB", 1, 1, 8 + len(body), 0, number & 0xFF, 0) + body)
        rows = b"".join(b"\xd1" + ints(random, 3, "<i") + b"\x04" + ints(random, 1, "<i")
                        for _ in range(random.randint(1, 60)))
        answers.append(struct.pack(">BBHHBB", 4, 1, 8 + len(rows), 52, 1, 0) + rows)
    return calls, answers


def fix(random):
    said = []
    for number in range(random.randint(20, 80)):
        body = b"35=0\x0149=A\x0156=B\x0134=%d\x01" % number
        said.append(b"8=FIX.4.4\x019=%d\x01%s10=%03d\x01" % (len(body), body, random.randrange(256)))
    return said, list(said)


def http1(random):
    """Text, and bodies of anything behind it."""
    calls, answers = [], []
    for _ in range(random.randint(5, 30)):
        calls.append(b"GET /" + words(random) + b" HTTP/1.1\r\nHost: a\r\n\r\n")
        part = b"--x\r\nContent-Type: application/octet-stream\r\n\r\n"
        body = b"".join(
            random.choice([part, b""]) + random.choice([
                value(random) * random.randint(1, 30), ints(random, random.randint(1, 200), random.choice(["<i", ">i"])),
                random.choice(list(PROTOCOLS.values())[:8])(random)[1][-1],
            ]) for _ in range(random.randint(0, 4)))
        answers.append(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    return calls, answers


def websocket(random):
    def frame(mask, body):
        head = bytes([0x82, mask | len(body)]) if len(body) < 126 else struct.pack(">BBH", 0x82, mask | 126, len(body))
        return head + (bytes(4) if mask else b"") + body

    calls = [b"GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"]
    answers = [b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"]
    for _ in range(random.randint(10, 60)):
        calls.append(frame(0x80, value(random)))
        answers.append(frame(0, value(random) * random.randint(1, 40)))
    return calls, answers


def ldap(random):
    calls, answers = [], []
    for number in range(1, random.randint(20, 100)):
        name = words(random)
        inner = b"\x04" + bytes([len(name)]) + name + b"\x0a\x01\x00" * 3
        calls.append(b"\x30" + bytes([len(inner) + 5]) + b"\x02\x01" + bytes([number & 0x7F]) + b"\x63"
                     + bytes([len(inner)]) + inner)
        answers.append(b"\x30\x0c\x02\x01" + bytes([number & 0x7F]) + b"\x65\x07\x0a\x01\x00\x04\x00\x04\x00")
    return calls, answers


PROTOCOLS = {
    function.__name__: function
    for function in (
        kafka, postgres, cassandra, smb2, dcerpc, zookeeper, memcached, mysql, mongodb, redis, thrift, dubbo, sofa_tr,
        tls, ssh, amqp, numbers, protobuf, rtp, dns, iso8583, modbus, tds, fix, ldap, http1,
        websocket)
}
