# A second implementation of the wire, by protocol/WIRE.md: a device that signs in, edits offline, pushes, pulls,
# resolves conflicts, listens, and audits its copy. It knows no entity: what it needs to know of values stands in the rows.
# SPDX-License-Identifier: GPL-3.0-or-later
import gzip
import hashlib
import http.client
import json
import os
import re
import time
import urllib.parse

ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
PIECE = 1 << 20
MASK = (1 << 64) - 1
MOST_SETS, MOST_PARTS, MOST_IDS, MOST_RANGES = 1000, 16, 500, 100


class Lost(Exception):
    """No answer, or not all of it: nobody knows what became of the request."""


class Refused(Exception):
    """The server's {"error", "message"}."""

    def __init__(self, status, answer):
        super().__init__("%s (%d): %s" % (answer.get("error"), status, answer.get("message")))
        self.status, self.code, self.retry_after_ms = status, answer.get("error"), answer.get("retry_after_ms")


def new_id():
    """UUID version 7."""
    number = time.time_ns() // 1000000 << 80 | int.from_bytes(os.urandom(10), "big")
    number = number & ~(0xf << 76) & ~(0x3 << 62) | 7 << 76 | 2 << 62
    text = "%032x" % number
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


# ---- checksums ----

def sip(k0, k1, data):
    """SipHash-2-4."""
    v0, v1, v2, v3 = k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573
    words = data + bytes(7 - len(data) % 8) + bytes([len(data) & 255])
    rounds = [(int.from_bytes(words[i:i + 8], "little"), 2) for i in range(0, len(words), 8)] + [(None, 4)]
    for word, n in rounds:
        if word is None:
            v2 ^= 0xff
        v3 ^= word or 0
        for _ in range(n):
            v0, v2 = v0 + v1 & MASK, v2 + v3 & MASK
            v1, v3 = (v1 << 13 & MASK | v1 >> 51) ^ v0, (v3 << 16 & MASK | v3 >> 48) ^ v2
            v0 = v0 << 32 & MASK | v0 >> 32
            v2, v0 = v2 + v1 & MASK, v0 + v3 & MASK
            v1, v3 = (v1 << 17 & MASK | v1 >> 47) ^ v2, (v3 << 21 & MASK | v3 >> 43) ^ v0
            v2 = v2 << 32 & MASK | v2 >> 32
        v0 ^= word or 0
    return v0 ^ v1 ^ v2 ^ v3


def checksum(entity, record, row):
    """Of one row: its fields by name, values in stored form."""
    presence = sip(0, 0, ("%s\0%s" % (entity, record)).encode())
    return presence + sum(sip(presence, 1, ("%s\0%s" % (field, value)).encode())
                          for field, value in row.items() if field != "s" and value is not None) & MASK


class Client:
    def __init__(self, url, user, password, device_name):
        self.url = urllib.parse.urlsplit(url)
        self.token = None
        self.cursor, self.s = None, -1
        self.rows, self.stubs = {}, {}      # entity → id → {field: value}; id → (entity, title)
        self.metadata = None
        self.rights = None # not asked for; "": not told yet
        self.sets, self.released = [], []   # in order; states: pending, applied, retained, parked
        answer = self.ask("/v1/sign-in", {"user": user, "password": password, "device_name": device_name})
        self.user, self.device, self.organisation = answer["user"], answer["device"], answer["organisation"]
        self.token, self.next_number = answer["token"], answer["next_number"]

    # ---- requests ----

    def open(self, method, path, body=None):
        connection = http.client.HTTPConnection(self.url.hostname, self.url.port, timeout=60)
        headers = {"Accept-Encoding": "gzip"}
        if self.token is not None:
            headers["Authorization"] = "Bearer " + self.token
        if body is not None and len(body) > 1000:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        connection.request(method, self.url.path + path, body, headers)
        return connection, connection.getresponse()

    def send(self, path, body):
        """The bytes of a whole answer."""
        try:
            connection, answer = self.open("POST", path, body)
            data = answer.read()
            connection.close()
            if not answer.chunked and answer.headers.get("Content-Length") != str(len(data)):
                raise Lost(path) # cut among the headers: http.client does not mind
            if answer.headers.get("Content-Encoding") == "gzip":
                data = gzip.decompress(data)
        except (OSError, EOFError, http.client.HTTPException) as error:
            raise Lost(path) from error
        if answer.status != 200:
            raise Refused(answer.status, json.loads(data))
        return data

    def ask(self, path, request):
        return json.loads(self.send(path, json.dumps(request).encode()))

    def ask_hello(self):
        return json.loads(self.open("GET", "/v1/hello")[1].read())

    # ---- what the person does ----

    def queue(self, *changes):
        """A change set, in one step; each change a dict of "k", "e", "r" and, by kind, "f" and "a"."""
        for change in changes:
            known = self.rows.get(change["e"], {}).get(change["r"])
            if known is not None and change["k"] != "create":
                change["seen"] = self.cursor
                if change["k"] == "update":
                    shown = self.show(change["e"], change["r"])
                    change["f"] = {field: [value[0], shown.get(field)] for field, value in change["f"].items()}
        self.sets.append({"id": new_id(), "n": None, "at": time.time_ns() // 1000000, "c": list(changes),
                          "state": "pending"})
        return self.sets[-1]

    def create(self, entity, /, **fields):
        change = {"k": "create", "e": entity, "r": new_id(), "f": {name: [value] for name, value in fields.items()}}
        self.queue(change)
        return change["r"]

    def update(self, entity, record, /, **fields):
        return self.queue({"k": "update", "e": entity, "r": record, "f": {name: [value] for name, value in fields.items()}})

    def delete(self, entity, record):
        return self.queue({"k": "delete", "e": entity, "r": record})

    def do(self, action, entity, record, /, **arguments):
        change = {"k": "do", "e": entity, "r": record, "a": action}
        if arguments:
            change["f"] = {name: [value] for name, value in arguments.items()}
        return self.queue(change)

    def show(self, entity, record):
        """The server's row with what waits on top; None: not here."""
        row = self.rows.get(entity, {}).get(record)
        for change_set in self.sets:
            for change in change_set["c"]:
                if change_set["state"] not in ("pending", "applied") or (change["e"], change["r"]) != (entity, record):
                    continue
                if change["k"] == "delete":
                    row = None
                elif change["k"] == "create" or (change["k"] == "update" and row is not None):
                    row = {**(row or {}), **{field: value[0] for field, value in change["f"].items()}}
        return row

    def retry(self, parked):
        """Once more, as a new set at the end of the queue, with what is shown now as what was seen."""
        self.discard(parked)
        return self.queue(*({name: change[name] for name in ("k", "e", "r", "f", "a") if name in change}
                            for change in parked["c"]))

    def discard(self, parked):
        self.sets.remove(parked)
        self.released.append(parked["id"])

    # ---- push ----

    def push(self):
        """True: a pull came along with the last of it."""
        along = False
        while True:
            waiting = sorted((each for each in self.sets if each["state"] == "pending"),
                             key=lambda each: (each["n"] is None, each["n"] or 0))
            if not waiting and not self.released:
                return along
            batch = []
            for each in waiting[:MOST_SETS]:
                number = each["n"] or self.next_number
                if batch and number != batch[-1]["n"] + 1:
                    break # of an earlier identity: a push of their own
                self.next_number += each["n"] is None
                each["n"] = number
                batch.append(each)
            last = self.cursor is not None and len(batch) == len(waiting)
            cursors, released = [self.cursor] if last else [], self.released[:]
            request = {"acknowledged": (batch[0]["n"] if batch else self.next_number) - 1, "cursors": cursors,
                       "released": released, "sets": [self.wire(each, cursors) for each in batch]}
            if last:
                own = [[each["s"], each["s"]] for each in self.list_exact()]
                request["pull"] = {"cursor": 0, "own": own} if own else {"cursor": 0}
            request = {name: value for name, value in request.items() if value != []}
            outcomes, *lines = self.send("/v1/push", json.dumps(request).encode()).split(b"\n")
            del self.released[:len(released)]
            for outcome in json.loads(outcomes)["outcomes"]:
                self.take_outcome(batch, outcome)
            along = last and bool(lines)
            if along:
                self.take_pull(lines, [each for each in self.sets if each["state"] == "applied" and each["exact_at"]])

    def wire(self, change_set, cursors):
        changes = []
        for change in change_set["c"]:
            if "seen" in change:
                if change["seen"] not in cursors:
                    cursors.append(change["seen"])
                change = {**change, "seen": cursors.index(change["seen"])}
            changes.append(change)
        return {"id": change_set["id"], "n": change_set["n"], "at": change_set["at"], "c": changes}

    def take_outcome(self, batch, outcome):
        first, last = outcome["n"] if isinstance(outcome["n"], list) else (outcome["n"], outcome["n"])
        for each in batch:
            if not first <= each["n"] <= last:
                continue
            if outcome.get("state") == "parked":
                each.update(state="parked", code=outcome["code"], reason=outcome["reason"], field=outcome.get("field"))
            else:
                s = outcome["s"][0] + each["n"] - first if isinstance(outcome["s"], list) else outcome["s"]
                each.update(state="applied" if s > self.s else "retained", s=s, exact_at=outcome.get("at"),
                            conflicts=outcome.get("conflicts", 0))

    def identify(self):
        """After "device-cloned": a new device; what the server knows keeps its number, the rest is numbered anew."""
        unanswered = [each for each in self.sets if each["state"] == "pending"]
        known = self.ask("/v1/known", {"sets": [each["id"] for each in unanswered]})["known"]
        answer = self.ask("/v1/device", {})
        self.device, self.token, self.next_number = answer["device"], answer["token"], answer["next_number"]
        for each in unanswered:
            if each["id"] not in known:
                each["n"] = None

    # ---- pull ----

    def list_exact(self):
        exact = [each for each in self.sets if each["state"] == "applied" and each["exact_at"]]
        return sorted(exact, key=lambda each: each["s"])[:MOST_RANGES]

    def pull(self):
        exact = self.list_exact()
        schema = hashlib.sha256((self.metadata or "").encode()).hexdigest()
        request = {"cursor": self.cursor} if self.cursor else {"schema": schema}
        if self.rights is not None:
            request["rights"] = hashlib.sha256(self.rights.encode()).hexdigest() if self.rights else ""
        if self.cursor and exact:
            request["own"] = [[each["s"], each["s"]] for each in exact]
        return self.take_pull(self.send("/v1/pull", json.dumps(request).encode()).split(b"\n"), exact)

    def take_pull(self, lines, exact):
        head, tail = self.read_ends(lines)
        if "restored_s" in head:
            self.offer_again(head["restored_s"])
        before = self.rows, self.stubs, self.metadata
        try:
            self.take_stream(head, exact, lines[1:-2])
        except LookupError: # changes of a row that is not here: the copy is not what its cursor says
            self.rows, self.stubs, self.metadata = before
            return self.pull_anew()
        if self.cursor and self.metadata != before[2]: # new fields have defaults; this client does not read definitions
            return self.pull_anew()
        self.cursor, self.s = tail.get("cursor", self.cursor), tail["s"]
        for each in self.sets:
            if each["state"] == "applied" and each["s"] <= self.s:
                each["state"] = "retained"
        self.sets = [each for each in self.sets
                     if each["state"] != "retained" or each["s"] > head.get("backed_up_s", 0)]
        named = set(ID.findall(json.dumps([list(row.values()) for rows in self.rows.values() for row in rows.values()])))
        self.stubs = {record: stub for record, stub in self.stubs.items() if record in named}
        return tail["rows"]

    def pull_anew(self):
        self.cursor, self.s = None, -1
        return self.pull()

    def take_stream(self, head, exact, lines):
        """Into copies, so that a stream that is odd leaves no trace."""
        empty = head.get("reset") or not self.cursor
        self.rows = {} if empty else {entity: dict(rows) for entity, rows in self.rows.items()}
        self.stubs = {} if empty else dict(self.stubs)
        for each in sorted(exact, key=lambda each: each["s"]) if head.get("own") else ():
            self.write_own(each)
        self.take_lines(lines)

    def read_ends(self, lines):
        """Before anything is taken: the stream must be whole."""
        try:
            head, tail = json.loads(lines[0]), json.loads(lines[-2])
        except (IndexError, ValueError) as error:
            raise Lost("cut") from error
        if lines[-1] != b"" or tail.get("rows") != sum(line.startswith(b"[") for line in lines):
            raise Lost("cut")
        return head, tail

    def take_lines(self, lines):
        """Sections and their rows, as in a pull and in /v1/rows."""
        section = {}
        for line in map(json.loads, lines):
            if isinstance(line, dict):
                section = line
                self.take_section(line)
                continue
            rows = self.rows.setdefault(section["entity"], {})
            if section.get("gone"):
                rows.pop(line[0], None)
                self.stubs.pop(line[0], None)
            elif section.get("stubs"):
                self.stubs[line[0]] = (section["entity"], line[1])
            else:
                row = dict(zip(section["columns"], line))
                record = row.pop("id")
                rows[record] = row if section["whole"] else {**rows[record], **row}
                self.stubs.pop(record, None)

    def take_section(self, line):
        if "metadata" in line:
            self.metadata = line["metadata"]
        elif "rights" in line:
            self.rights = line["rights"]
        elif line.get("stubs") == "clear":
            self.stubs = {}
        elif line.get("clear"):
            self.rows[line["entity"]] = {}
        for field in line.get("erase", ()):
            rows = self.rows.get(line["entity"], {})
            rows.update({record: {**row, field: None} for record, row in rows.items()})

    def write_own(self, change_set):
        """The server said that the records became just what the set says."""
        for change in change_set["c"]:
            rows = self.rows.get(change["e"], {})
            if change["r"] in rows:
                rows[change["r"]] = {**rows[change["r"]], **{field: value[0] for field, value in change["f"].items()},
                                     "s": change_set["s"], "modified_at": change_set["exact_at"], "modified_by": self.user}

    def offer_again(self, restored_s):
        """The server has forgotten all that came after @restored_s."""
        kept = max((each["n"] for each in self.sets if each.get("s", restored_s + 1) <= restored_s), default=0)
        for each in self.sets:
            if each.get("s", 0) > restored_s or (each["state"] == "parked" and each["n"] > kept):
                each.pop("s", None)
                each["state"] = "pending"

    def sync(self):
        for _ in range(4):
            try:
                if not self.push():
                    self.pull()
                if not any(each["state"] == "pending" for each in self.sets):
                    return
            except Refused as refusal:
                if refusal.code == "device-cloned":
                    self.identify()
                elif refusal.code == "gap":
                    self.pull()
                    self.identify()
                elif refusal.code == "cursor":
                    self.pull_anew()
                else:
                    raise

    # ---- audit ----

    def audit(self):
        """The ids of rows that were not the server's, fetched anew; None: pull first."""
        answer = self.ask("/v1/audit", {"cursor": self.cursor})
        if answer.get("stale"):
            return None
        theirs, healed = dict(answer["entities"]), []
        for entity in set(theirs) | {name for name, rows in self.rows.items() if rows}:
            sums = {record: checksum(entity, record, row) for record, row in self.rows.get(entity, {}).items()}
            if int(theirs.get(entity, "0"), 16) != sum(sums.values()) & MASK:
                wrong = self.find_wrong(entity, sums)
                for i in range(0, len(wrong), MOST_IDS):
                    request = {"cursor": self.cursor, "entity": entity, "ids": wrong[i:i + MOST_IDS]}
                    lines = self.send("/v1/rows", json.dumps(request).encode()).split(b"\n")
                    self.read_ends(lines)
                    self.take_lines(lines[1:-2])
                healed += wrong
        return healed

    def find_wrong(self, entity, sums):
        parts, wrong = [""], []
        while parts:
            asked, parts = parts[:MOST_PARTS], parts[MOST_PARTS:]
            answer = self.ask("/v1/audit", {"cursor": self.cursor, "entity": entity, "parts": asked})
            for part, found in zip(asked, answer["parts"]):
                mine = {record: value for record, value in sums.items() if record.endswith(part)}
                if "rows" in found:
                    rows = {record: int(value, 16) for record, value in found["rows"]}
                    wrong += [record for record in set(rows) | set(mine) if rows.get(record) != mine.get(record)]
                    continue
                for i in range(256):
                    below = "%02x%s" % (i, part)
                    here = sum(value for record, value in mine.items() if record.endswith(below)) & MASK
                    if here != int(found["sums"][16 * i:16 * i + 16], 16):
                        parts.append(below)
        return wrong

    # ---- wake-ups and attachments ----

    def listen(self):
        """Yields the S of each line that says there is something, None at a heartbeat."""
        connection, answer = self.open("GET", "/v1/wake")
        try:
            while line := answer.readline():
                yield json.loads(line).get("s")
        finally:
            connection.close()

    def send_file(self, data):
        """The value for a file's field, without name and media type."""
        digest = hashlib.sha256(data).hexdigest()
        state = self.ask("/v1/blob/begin", {"hash": digest, "size": len(data)})
        while not state["done"]:
            at = state["have"]
            head = json.dumps({"hash": digest, "offset": at}).encode()
            state = json.loads(self.send("/v1/blob/put", head + b"\n" + data[at:at + PIECE]))
        return {"hash": digest, "size_bytes": len(data)}

    def fetch_file(self, entity, record, field, digest):
        data, piece = b"", bytes(PIECE)
        while len(piece) == PIECE:
            request = {"entity": entity, "record": record, "field": field, "hash": digest, "offset": len(data)}
            piece = self.send("/v1/blob/get", json.dumps(request).encode())
            data += piece
        assert hashlib.sha256(data).hexdigest() == digest
        return data
