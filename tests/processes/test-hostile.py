#!/usr/bin/python3
# A server among enemies, and a client at one: what is sent is wrong, endless, too much or too slow. Each time there is a clear answer
# with a code, memory and descriptors stay bounded, and a bystander's requests go through.
#   test-hostile.py SATCHEL-SERVER SATCHELCTL
# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
import hashlib
import http.client
import json
import os
import random
import resource
import socket
import subprocess
import sys
import threading
import time
import zlib

from rig import Rig, tap

HARD_FILES = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (HARD_FILES, HARD_FILES))  # the server's, too
MOST_SILENT = min(1500, HARD_FILES // 2)
MOST_GROWTH_KB = 200 * 1024  # of a server's memory, whatever comes; one decoded body may have 16 MiB


class Memory:
    """What a process has, from /proc."""

    def __init__(self, pid):
        self.pid = pid
        self.before = self.resident()

    def resident(self):
        with open("/proc/%d/status" % self.pid) as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS"))

    def files(self):
        return len(os.listdir("/proc/%d/fd" % self.pid))

    def check(self, what):
        grown = self.resident() - self.before
        assert grown < MOST_GROWTH_KB, "%s: the server has grown by %d kB" % (what, grown)


class Caller:
    """A device that speaks the wire itself."""

    def __init__(self, rig, user):
        self.port = rig.port
        self.token = None
        status, answer = self.post("/v1/sign-in", {"user": user, "password": rig.passwords[user], "device_name": "hostile"})
        assert status == 200, answer
        self.token = answer["token"]

    def request(self, method, path, body=None, headers=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        headers = dict(headers or {})
        if self.token and "Authorization" not in headers:
            headers["Authorization"] = "Bearer " + self.token
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.reason, answer.read()
        finally:
            connection.close()

    def post(self, path, document, **rest):
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        status, _, answer = self.request("POST", path, body, **rest)
        try:
            return status, json.loads(answer)
        except ValueError:
            return status, [json.loads(line) for line in answer.splitlines()]


class Bystander:
    """Asks on and on while something happens; remembers how long it took."""

    def __init__(self, caller):
        self.caller, self.stop, self.times, self.failures = caller, False, [], []
        self.thread = threading.Thread(target=self.work)

    def work(self):
        while not self.stop or len(self.times) < 3:
            begin = time.monotonic()
            try:
                status, answer = self.caller.post("/v1/pull", {"cursor": self.caller.cursor})
                if status != 200:
                    self.failures.append((status, answer))
            except OSError as error:
                self.failures.append(error)
            self.times.append(time.monotonic() - begin)
            time.sleep(0.01)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        self.thread.join()

    def check(self, what):
        assert not self.failures, "%s: the bystander was refused: %s" % (what, self.failures[:3])
        late = sorted(self.times)[int(len(self.times) * 0.95)]
        assert late < 3, "%s: a bystander waited for %.1f s" % (what, late)  # far above what a loaded machine needs


class Place:
    def __init__(self, rig):
        self.rig = rig
        self.memory = Memory(rig.server.pid)
        self.enemy = Caller(rig, "seller2")
        self.friend = Caller(rig, "seller1")
        for caller in (self.enemy, self.friend):
            caller.everything = {"schema": json.loads(caller.request("GET", "/v1/hello")[2])["schema"]}
            status, lines = caller.post("/v1/pull", caller.everything)
            assert status == 200, lines
            caller.cursor = lines[-1]["cursor"]
        self.account = next(line[0] for line in lines if isinstance(line, list))

    def bystander(self):
        return Bystander(self.friend)


def refused(place, path, body, code, **rest):
    status, answer = place.enemy.post(path, body, **rest)
    codes = (code,) if isinstance(code, str) else code
    assert 400 <= status < 500, (path, body[:200] if isinstance(body, bytes) else body, status)
    assert answer["error"] in codes and answer["message"], (path, str(body)[:200], answer)


# ---- documents ----

UUID = "01928a7e-1111-7000-8000-000000000001"
PATHS = ["/v1/push", "/v1/known", "/v1/pull", "/v1/preview", "/v1/why", "/v1/audit", "/v1/rows", "/v1/history", "/v1/query",
         "/v1/record", "/v1/unpin", "/v1/blob/begin", "/v1/blob/put", "/v1/blob/get", "/v1/snapshot", "/v1/snapshot/get"]


def test_documents(place, chance):
    """No document, of another kind, nested, with strange members and numbers: refused by name on every path."""
    for path in PATHS:
        for body in (b"", b"{", b"[]", b"null", b"\xff\xfe", b'"x"', b"{}{}", b'{"a":1,"a":2}', b"[" * 100000,
                     b'{"x":' * 3000 + b"1" + b"}" * 3000, b'{"\\u0000":1}', b"1e400", b'{"n":99999999999999999999}'):
            refused(place, path, body, ("invalid", "too-large"))
        refused(place, path, {"surprise": True, "entity": "account", "id": UUID, "record": UUID}, ("invalid", "too-large"))


def test_values(place, chance):
    """Members of the wrong type, and values far beyond what they mean."""
    good = {
        "/v1/query": {"entity": "account", "where": "city = \"x\"", "find": "x", "sort": "name", "columns": ["name"], "limit": 5,
                      "after": "x", "count": True, "zone": "UTC"},
        "/v1/audit": {"cursor": "x", "entity": "account", "parts": [""]},
        "/v1/rows": {"cursor": "x", "entity": "account", "ids": [UUID]},
        "/v1/preview": {"entity": "account", "where": "x", "related": True, "whole": True},
        "/v1/blob/begin": {"hash": "a" * 64, "size": 5},
        "/v1/snapshot/get": {"id": "x", "offset": 0},
        "/v1/pull": {"cursor": "x", "schema": "x"},
        "/v1/history": {"entity": "account", "record": UUID},
    }
    strange = [None, -1, 1 << 62, 1.5, [], {}, [[]], {"a": {}}, "x" * 9000, "\u0001", "../../etc/passwd", "account; DROP TABLE e_account",
               "-1", "9" * 400, True]
    for path, document in good.items():
        for name in document:
            for value in strange:
                status, answer = place.enemy.post(path, dict(document, **{name: value}))
                assert status < 500, (path, name, value, status, answer)
                assert status != 200 or "error" not in answer, (path, name, value, answer)


def test_foreign(place, chance):
    """Cursors, tokens and numbers that are forged, edited or somebody else's; records that one may not read do not exist."""
    epoch, s, rest = place.enemy.cursor.split(".", 2)
    for cursor in (place.friend.cursor, "%s.%d.%s" % (epoch, int(s) + 1, rest), "%d.%s.%s" % (int(epoch) + 1, s, rest),
                   place.enemy.cursor[:-1] + ("0" if place.enemy.cursor[-1] != "0" else "1"), "x", "1.1.1.1.1", "-" + place.enemy.cursor,
                   place.enemy.cursor + ".1", "%s.%s.%s" % (epoch, "9" * 30, rest)):
        for path in ("/v1/pull", "/v1/audit"):
            refused(place, path, {"cursor": cursor}, ("cursor", "invalid"))
    for token in ("x", place.enemy.token[:-1], place.enemy.token + "A", "A" * 4000, place.friend.token[::-1]):
        refused(place, "/v1/pull", {}, ("unauthenticated", "too-large"), headers={"Authorization": "Bearer " + token})
    for path in ("/v1/history", "/v1/why"):
        refused(place, path, {"entity": "account", "record": UUID}, "not-found")
        refused(place, path, {"entity": "sqlite_master", "record": UUID}, ("not-found", "schema"))
    for number, code in ((0, "invalid"), (-5, "invalid"), (1 << 60, ("gap", "invalid"))):
        refused(place, "/v1/push", {"sets": [{"id": UUID, "n": number, "at": 0,
                                             "c": [{"k": "create", "e": "task", "r": UUID, "f": {"subject": ["x"]}}]}]}, code)


def test_long_text(place, chance):
    """One field far too long parks its own set and lets the others through."""
    change = lambda number, text: {"id": "01928a7e-2222-7000-8000-%012d" % number, "n": number, "at": 0,
                                   "c": [{"k": "create", "e": "task", "r": "01928a7e-3333-7000-8000-%012d" % number,
                                          "f": {"subject": ["long %d" % number], "description": [text]}}]}
    status, answer = place.enemy.post("/v1/push", {"sets": [change(1, "a"), change(2, "x" * 200001), change(3, "b")]})
    assert status == 200, answer
    states = [outcome.get("state", "applied") for outcome in answer["outcomes"]]
    assert states.count("parked") == 1, answer


# ---- bombs ----

def bomb_gzip(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * (1 << 20)
    return b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()


def bomb_zstd(size):
    """One frame of run-length blocks: 128 kB for four bytes each."""
    blocks = [b"".join([((1 << 17) << 3 | 1 << 1 | (i == (size >> 17) - 1)).to_bytes(3, "little"), b" "]) for i in range(size >> 17)]
    return b"\x28\xb5\x2f\xfd\x00\x58" + b"".join(blocks)


def test_bombs(place, chance):
    """Bodies that unpack to a gigabyte."""
    with place.bystander() as bystander:
        for coding, body in (("gzip", bomb_gzip(1 << 30)), ("zstd", bomb_zstd(1 << 30)), ("satchel", bomb_zstd(1 << 30)),
                             ("gzip", gzip.compress(bomb_gzip(1 << 30)))):
            assert len(body) < 4 << 20
            for path in ("/v1/push", "/v1/known"):
                refused(place, path, body, ("too-large", "invalid"), headers={"Content-Encoding": coding})
        refused(place, "/v1/push", b"x" * (4 << 20) + b"x", "too-large")
        for coding in ("zstd", "satchel"):
            refused(place, "/v1/push", b"\x28\xb5\x2f\xfd" + os.urandom(64), "invalid", headers={"Content-Encoding": coding})
    bystander.check("bombs")
    place.memory.check("bombs")


# ---- connections ----

def silent(port, n, send):
    """@n connections of which each says no more than send (i)."""
    connections = []
    for i in range(n):
        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
        connections.append(connection)
        if send(i):
            connection.sendall(send(i))
    return connections


def settled(place, files):
    until = time.monotonic() + 30
    while place.memory.files() > files + 20:
        assert time.monotonic() < until, "descriptors are left: %d of %d" % (place.memory.files(), files)
        time.sleep(0.05)


def hold(place, what, n, send):
    files = place.memory.files()
    with place.bystander() as bystander:
        connections = silent(place.rig.port, n, send)
        time.sleep(1)
    bystander.check(what)
    place.memory.check(what)
    assert place.memory.files() <= files + n + 50, what
    for connection in connections:
        connection.close()
    settled(place, files)


def test_silent(place, chance):
    """Thousands of connections that say nothing, half a head, a byte of a body, or what belongs to TLS."""
    body = b"POST /v1/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer x%d\r\nContent-Length: 4000\r\n\r\n{"
    large = body.replace(b"4000", b"60000")  # refused before it is read: the token is nobody's
    hold(place, "nothing", MOST_SILENT, lambda i: b"")
    hold(place, "half a head", MOST_SILENT, lambda i: b"POST /v1/push HTTP/1.1\r\nHost: " + b"x" * (i % 900))
    hold(place, "half a body", MOST_SILENT, lambda i: body % i)
    hold(place, "half a large body", MOST_SILENT, lambda i: large % i)
    hold(place, "a hello of TLS", 300, lambda i: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * (i % 200))


def test_slow(place, chance):
    """A head and a body that come byte by byte, an answer that nobody reads: cut off in time, and nobody else waits."""
    with place.bystander() as bystander:
        head = socket.create_connection(("127.0.0.1", place.rig.port), timeout=30)
        begin = time.monotonic()
        try:
            for byte in b"GET /v1/hello HTTP/1.1\r\nX: " + b"x" * 100000:
                head.sendall(bytes([byte]))
                time.sleep(0.1)
                assert time.monotonic() - begin < 25, "a slow head is never cut off"
        except OSError:
            pass
        readers = []
        for _ in range(8):
            reader = socket.create_connection(("127.0.0.1", place.rig.port), timeout=30)
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            body = json.dumps(place.enemy.everything).encode()
            reader.sendall(b"POST /v1/pull HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
                           % (place.enemy.token.encode(), len(body), body))
            readers.append(reader)
        time.sleep(1)
    bystander.check("slow readers")
    place.memory.check("slow readers")
    for reader in readers:
        reader.close()


def test_heads(place, chance):
    """Heads that could be read in two ways, or have no end: 400 or 431 with a reason, and the connection ends."""
    cases = [b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x00\x01\x02\r\n\r\n",
             b"POST /v1/pull HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n",
             b"GET http://evil/ HTTP/1.1\r\n\r\n", b"GET /v1/hello HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
             b"GET /v1/hello HTTP/1.1\r\n" + b"X: y\r\n" * 100000, b"GET /" + b"a" * 200000]
    for case in cases:
        connection = socket.create_connection(("127.0.0.1", place.rig.port), timeout=30)
        answer = b""
        try:
            connection.sendall(case)
            while piece := connection.recv(65536):
                answer += piece
        except OSError:
            pass
        connection.close()
        line = answer.split(b"\r\n", 1)[0]
        assert line.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4")) and b"Unknown" not in line, (case[:60], answer[:200])
        assert json.loads(answer.split(b"\r\n\r\n", 1)[1])["error"] in ("invalid", "too-large"), answer


# ---- floods ----

def flood(place, what, n_threads, n_each, ask, codes):
    """Many at once: each is answered or told to wait, and the bystander is served."""
    strange = []

    def work():
        for i in range(n_each):
            try:
                status, answer = ask(i)
                if status != 200 and answer.get("error") not in codes:
                    strange.append((status, answer))
            except OSError as error:
                strange.append(error)

    files = place.memory.files()
    with place.bystander() as bystander:
        threads = [threading.Thread(target=work) for _ in range(n_threads)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert not strange, (what, strange[:3])
    bystander.check(what)
    place.memory.check(what)
    settled(place, files)


def test_floods(place, chance):
    """Sign-ins, lists, previews, audits, first pulls without an end."""
    enemy, busy = place.enemy, ("rate", "busy", "too-large")
    flood(place, "lists", 12, 6, lambda i: enemy.post("/v1/query", {"entity": "account", "where": "name contains \"a\"", "count": True}),
          busy)
    flood(place, "previews", 12, 4, lambda i: enemy.post("/v1/preview", {"entity": "account", "where": "name contains \"%d\"" % i,
                                                                       "related": True}), busy)
    flood(place, "previews of the whole", 12, 4, lambda i: enemy.post("/v1/preview", {"whole": True}), busy)
    flood(place, "audits", 12, 4, lambda i: enemy.post("/v1/audit", {"cursor": enemy.cursor}), busy)
    flood(place, "first pulls", 12, 4, lambda i: (lambda r: (r[0], r[1] if isinstance(r[1], dict) else {}))(enemy.post("/v1/pull", enemy.everything)), busy)
    flood(place, "sign-ins", 12, 10, lambda i: enemy.post("/v1/sign-in", {"user": "nobody%d" % i, "password": "wrong",
                                                                        "device_name": "x"}), ("unauthenticated",) + busy)


def test_wakes(place, chance):
    """One device that listens a thousand times."""
    request = b"GET /v1/wake HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % place.enemy.token.encode()
    hold(place, "wakes", min(1000, MOST_SILENT), lambda i: request)


# ---- a hostile server ----

class HostileServer:
    """Says hello and lets in; then answers each path as the test wants, with pieces without an end if need be."""

    def __init__(self, organisation):
        self.organisation, self.answers, self.count = organisation, {}, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        stream = connection.makefile("rb")
        try:
            while line := stream.readline():
                path = line.split()[1].decode()
                length = 0
                while (header := stream.readline().strip()):
                    if header.lower().startswith(b"content-length:"):
                        length = int(header.split(b":")[1])
                stream.read(length)
                self.count += 1
                self.answer(connection, path)
        except OSError:
            pass
        connection.close()

    def answer(self, connection, path):
        usual = {"/v1/hello": {"protocol": 1, "organisation": UUID, "organisation_name": "Evil", "epoch": 1, "schema": "0" * 64},
                 "/v1/sign-in": {"organisation": UUID, "organisation_name": "Evil", "user": UUID, "user_name": "seller1",
                                 "device": UUID, "token": "t", "next_number": 1},
                 "/v1/push": {"outcomes": []}, "/v1/snapshot": {}}
        wanted = self.answers.get(path)
        if callable(wanted):
            wanted(connection)
            connection.close()
            return
        body = wanted if wanted is not None else json.dumps(usual.get(path, {"error": "not-found", "message": "no"})).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))


def endless(head, piece):
    def send(connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\n" + head + b"Transfer-Encoding: chunked\r\n\r\n")
        chunk = b"%x\r\n%s\r\n" % (len(piece), piece)
        for _ in range((3 << 30) // len(piece)):
            connection.sendall(chunk)
    return send


def endless_refusal(connection):
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n")
    chunk = b"10000\r\n%s\r\n" % (b"x" * 65536)
    for _ in range(1 << 15):
        connection.sendall(chunk)


def plain(status, headers=b"", body=b""):
    return lambda connection: connection.sendall(b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                                                 % (status, headers, len(body), body))


ROW = json.dumps([UUID, 1, "x" * 1000]).encode() + b"\n"
HEADER = b'{"entity":"account","columns":["id","s","name"],"whole":true}\n'
HASH = hashlib.sha256(b"").hexdigest().encode()


def lines(*parts):
    return b"".join(part if part.endswith(b"\n") else part + b"\n" for part in parts)


ATTACKS = {
    "an endless stream": {"/v1/pull": endless(b"", lines(b"{}", HEADER) + ROW * 60)},
    "an endless line": {"/v1/pull": endless(b"", b"x" * 65536)},
    "a bomb": {"/v1/pull": endless(b"Content-Encoding: satchel\r\n", bomb_zstd(1 << 30))},
    "a bomb in a coding that was not asked for": {"/v1/pull": endless(b"Content-Encoding: gzip\r\n", bomb_gzip(1 << 28))},
    "an endless refusal": {"/v1/pull": endless_refusal},
    "a redirect": {"/v1/pull": plain(b"302 Found", b"Location: /v1/pull\r\n")},
    "a storm of 401": {"/v1/pull": plain(b"401 Unauthorized", b"WWW-Authenticate: Basic realm=x\r\n")},
    "a count below nothing": {"/v1/pull": lines(b"{}", b'{"cursor":"c","s":-5,"rows":-1}')},
    "other people's ids": {"/v1/pull": lines(b"{}", HEADER, b'["../../x",1,"a"]', b'{"cursor":"c","s":5,"rows":1}')},
    "a schema without an end": {"/v1/pull": lines(b"{}", json.dumps({"metadata": "<satchel version=\"1\">" + "".join(
        "<entity name=\"x_%d\" label=\"X\" plural=\"X\" area=\"sales\" ownership=\"organisation\" title=\"name\">"
        "<field name=\"name\" label=\"N\" type=\"string\"/></entity>" % i for i in range(6000)) + "</satchel>"}).encode(),
        b'{"cursor":"c","s":5,"rows":0}')},
    "an entity of a million columns": {"/v1/pull": lines(b"{}", json.dumps(
        {"entity": "account", "columns": ["id", "s"] + ["c%d" % i for i in range(100000)], "whole": True}).encode(),
        b'{"cursor":"c","s":5,"rows":0}')},
    "an image of another hash": {"/v1/snapshot": json.dumps({"id": "x", "s": 4, "bytes": 5, "image_bytes": 4096, "rows": 1,
                                                             "hash": "0" * 64, "cursor": "c4"}).encode(),
                                 "/v1/snapshot/get": b"bytes", "/v1/pull": lines(b"{}", b'{"cursor":"c","s":-5,"rows":0}')},
    "an endless image": {"/v1/snapshot": json.dumps({"id": "x", "s": 4, "bytes": 200 << 20, "image_bytes": 200 << 20, "rows": 1,
                                                     "hash": "0" * 64, "cursor": "c4"}).encode(),
                         "/v1/snapshot/get": endless(b"", b"\0" * 65536), "/v1/pull": lines(b"{}", b'{"cursor":"c","s":-5,"rows":0}')},
    "a cut stream": {"/v1/pull": lines(b"{}", HEADER, ROW)},
    "no JSON": {"/v1/pull": b"\xff\xfe\x00"},
}


def limits():
    """A client that goes on without an end stops the test, not the machine."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (120, 120))


def run_client(place, device, *arguments):
    process = subprocess.Popen([place.rig.programs["ctl"], "--json", *arguments], env=device.environment, stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=limits)
    most = 0
    while True:
        try:
            out, err = process.communicate(timeout=0.05)
            return process.returncode, err, most
        except subprocess.TimeoutExpired:
            try:
                with open("/proc/%d/status" % process.pid) as file:
                    most = max(most, *[int(line.split()[1]) for line in file if line.startswith("VmHWM")] or [0])
            except OSError:
                pass


def test_typed(place, chance):
    """A text too long for its field never gets into the outbox."""
    device = place.rig.device("typist", "seller1")
    path = os.path.join(device.home, "long.csv")
    with open(path, "w") as file:
        file.write("subject,description\nlong," + "x" * 200001 + "\nshort,y\n")
    code, _, err = device.run("create", "task", "subject=" + "x" * 5000)
    assert code == 1 and "longer" in err, (code, err)
    code, out, err = device.run("import", path, "--entity", "task")
    assert json.loads(out)["rejected"] == 1, (code, out, err)
    assert [row["subject"] for row in device.rows("task", "--where", 'subject in ("long", "short")')] == ["short"]


def folder_bytes(path):
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names)


def test_client(place, chance):
    """A client at a server that lies: it fails with a reason, keeps what was typed, and takes neither all memory nor the disk."""
    from rig import Device
    for number, (what, answers) in enumerate(ATTACKS.items()):
        server = HostileServer(UUID)
        device = Device(place.rig, "victim-%d" % number, "seller1", server.port)
        device.must("create", "task", "subject=kept")
        before = folder_bytes(device.home)
        server.answers = answers
        code, err, most = run_client(place, device, "sync")
        assert code in (1, 3, 4), (what, code, err)
        assert err.strip() and "Traceback" not in err, (what, err)
        assert most < 500 * 1024, "%s: the client took %d kB" % (what, most)
        assert folder_bytes(device.home) - before < 16 << 20, "%s: %d bytes are left" % (what, folder_bytes(device.home) - before)
        assert server.count < 60, "%s: asked %d times" % (what, server.count)
        assert [row["subject"] for row in device.rows("task")] == ["kept"], what
        assert len(json.loads(device.must("outbox", status=(0, 4)))) == 1, what


def main():
    rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})

    def call(test):
        test(place, random.Random(1))
        assert rig.server.poll() is None, "the server has died"

    try:
        place = Place(rig)
        return tap.run(tap.tests_of(globals()), wanted=sys.argv[3:], call=call)
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
