#!/usr/bin/python3
# A device of another make (client.py, written from protocol/WIRE.md) beside satchelctl's, at the real server: both come to the same rows,
# whatever is cut, merged, parked, copied or restored meanwhile. Every message that WIRE.md shows is sent, or looked for in answers. TAP.
#   test-conformance.py SATCHEL-SERVER SATCHELCTL PROTOCOL-FOLDER       SATCHEL_TEST_SEED picks what the random rounds do
# SPDX-License-Identifier: GPL-3.0-or-later
import copy
import hashlib
import json
import os
import random
import re
import sqlite3
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))

from client import Client, Lost, Refused, checksum, new_id, sip
from rig import Proxy, Rig, tap

SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))
DONE, FAILED, USAGE, UNREACHABLE, ATTENTION = range(5)
chance = random.Random(SEED)
rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
proxy = Proxy(rig.port)


def enrol(name="python"):
    return Client("http://127.0.0.1:%d" % proxy.port, "seller1", rig.passwords["seller1"], name)


def ordinary(device):
    """A replica that is a plain SQLite file, for the tests to read: whoever has one keeps it."""
    path = os.path.join(device.home, "satchel", "default", "replica.db")
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(path + ending):
            os.unlink(path + ending)
    replica = sqlite3.connect(path)
    replica.execute("CREATE TABLE t (a)")
    replica.execute("DROP TABLE t")
    replica.commit()
    replica.close()
    os.chmod(path, 0o600)
    device.must("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller1", "--password-file", device.password_file("seller1"))
    return path


def rows_of(path):
    """What a device of ours holds, as entity → id → {field: value}, and its stubs."""
    replica = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
    replica.row_factory = sqlite3.Row
    tables = [row[0] for row in replica.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name GLOB 'e_*'")]
    held = {}
    for table in tables:
        held[table[2:]] = {row["id"]: {name.removeprefix("f_"): row[name] for name in row.keys() if name not in ("row", "id")}
                           for row in replica.execute('SELECT * FROM "%s"' % table)}
    stubs = {row["id"]: (row["entity"], row["title"]) for row in replica.execute("SELECT * FROM stub")}
    replica.close()
    return {entity: rows for entity, rows in held.items() if rows}, stubs


def filled(rows):
    """Without empty fields: a column that is not there and one that is empty are the same."""
    return {entity: {record: {field: value for field, value in row.items() if value is not None}
                     for record, row in held.items()} for entity, held in rows.items() if held}


def agree(client=None):
    """The client and the laptop have equal rows, and the server's sums are those of both."""
    client = client or python
    client.sync()
    laptop.must("sync", status=(DONE, ATTENTION))
    client.sync()
    theirs, their_stubs = rows_of(laptop_file)
    mine, theirs = filled(client.rows), filled(theirs)
    for entity in set(mine) | set(theirs):
        one, other = mine.get(entity, {}), theirs.get(entity, {})
        for record in set(one) | set(other):
            assert one.get(record) == other.get(record), (entity, record, one.get(record), other.get(record))
    assert client.stubs == their_stubs, (client.stubs, their_stubs)
    assert client.audit() == [], "the copy is not the server's"


def raises(code, status, function, *arguments):
    try:
        function(*arguments)
    except Refused as refusal:
        assert (refusal.code, refusal.status) == (code, status), refusal
        return refusal
    raise AssertionError("%s was not refused with %s" % (arguments, code))


def conflicts(client, record, status):
    return {row["field"]: (conflict, row) for conflict, row in client.rows.get("conflict", {}).items()
            if row["record_id"] == record and row["status"] == status}


def history(client, entity, record):
    return client.ask("/v1/history", {"entity": entity, "record": record})["history"]


laptop = rig.device("laptop", "seller1")
laptop_file = ordinary(laptop)
colleague = rig.device("colleague", "seller2")
colleague.must("scope", "add", "account", 'name starts with "Shared"')
colleague.must("sync")
python = enrol()


def test_first_sync():
    """a first sync brings what satchelctl has, and the sums agree"""
    assert python.pull() > 100
    assert python.metadata is not None
    agree()
    assert python.pull() == 0


def test_own_work():
    """creates, edits and deletes are numbered, applied once and come to the other device"""
    kept = python.create("account", name="Shared and kept", revenue=123456, tags="|a|b|")
    gone = python.create("account", name="Shared and gone")
    python.update("account", kept, city="Cluj", description="Țesături 北京")
    assert python.show("account", kept)["city"] == "Cluj"
    python.sync()
    assert [each["n"] for each in python.sets[-3:]] == [1, 2, 3]
    python.update("account", kept, phone="+40 264 000 000")
    python.delete("account", gone)
    assert python.show("account", gone) is None
    python.sync()
    assert python.sets[-2]["exact_at"] and python.rows["account"][kept]["phone"] == "+40 264 000 000"
    assert gone not in python.rows["account"]
    agree()
    laptop.must("set", "account", kept, "city=Oradea", "revenue=99.50")
    agree()
    assert (python.rows["account"][kept]["city"], python.rows["account"][kept]["revenue"]) == ("Oradea", 9950)
    seen = python.update("account", kept, revenue=5000)
    agree()
    assert seen["conflicts"] == 0 and python.rows["account"][kept]["revenue"] == 5000


def test_merge():
    """two people's edits merge by the policies; conflicts are seen, resolved once, and told to who comes late"""
    record = python.create("account", name="Shared field", revenue=100, description="one\ntwo\nthree\n", tags="|a|b|")
    python.sync()
    colleague.must("sync")
    colleague.must("set", "account", record, "name=Shared by them", "revenue=3", "tags=a,b,d", "description=one\ntwo\nTHREE\n")
    colleague.must("sync")
    edit = python.update("account", record, name="Shared by me", revenue=200, tags="|a|c|", description="ONE\ntwo\nthree\n")
    python.push()
    assert edit["conflicts"] == 2 and edit["exact_at"] is None
    agree()
    row = python.rows["account"][record]
    assert (row["name"], row["revenue"], row["tags"]) == ("Shared by me", 300, "|a|c|d|"), row
    assert row["description"] == "ONE\ntwo\nTHREE\n", row
    assert json.loads(conflicts(python, record, "settled")["name"][1]["theirs"]) == "Shared by them"
    conflict, filed = conflicts(python, record, "open")["revenue"]
    assert [json.loads(filed[name]) for name in ("base", "mine", "theirs")] == [100, 200, 300]
    colleague.must("sync", status=(ATTENTION,))
    colleague.must("resolve", conflict, "--theirs")
    python.do("resolve", "conflict", conflict, choice="mine")
    python.sync()
    assert python.rows["account"][record]["revenue"] == 200
    colleague.must("sync", status=(ATTENTION,))
    late = [each for each in json.loads(colleague.must("outbox")) if each["state"] == "parked"]
    assert [each["code"] for each in late] == ["state"], late
    colleague.must("outbox", "discard", late[0]["id"])
    colleague.must("sync")
    agree()


def test_parked():
    """what cannot be is parked whole with a code, holds back only what depends on it, and goes once it can"""
    doomed = python.create("account", name="Shared and doomed")
    fine = python.create("account", name="Shared and fine")
    python.sync()
    colleague.must("sync")
    colleague.must("delete", "account", doomed)
    colleague.must("sync")
    first = python.update("account", doomed, city="Arad")
    second = python.update("account", doomed, city="Deva")
    other = python.update("account", fine, city="Turda")
    lost = new_id()
    contact = {"k": "create", "e": "contact", "r": new_id(), "f": {"last_name": ["Pop"], "account": [lost]}}
    third = python.queue(contact)
    fourth = python.create("task", subject="Call Pop", regarding="contact:" + contact["r"])
    python.sync()
    assert [(each["state"], each.get("code")) for each in (first, second, other, third)] == [
        ("parked", "record-deleted"), ("parked", "depends"), ("retained", None), ("parked", "reference")]
    assert third["field"] == "account"
    task = next(each for each in python.sets if each["c"][0]["r"] == fourth)
    assert (task["state"], task["code"]) == ("parked", "depends")
    python.discard(first)
    python.discard(second)
    third["c"][0]["f"]["account"] = [fine]
    again = [python.retry(third), python.retry(task)]
    python.sync()
    assert [each["state"] for each in again] == ["retained", "retained"], again
    assert python.rows["contact"][contact["r"]]["account"] == fine and fourth in python.rows["task"]
    agree()


def test_along():
    """a pull comes along with a push: one request, in which are a colleague's edit and nothing of what was just pushed"""
    record = python.create("account", name="Shared and along")
    python.sync()
    colleague.must("sync")
    colleague.must("set", "account", record, "city=Zalău")
    colleague.must("sync")
    mine = python.update("account", record, phone="+40 260 1")
    assert python.push() and mine["state"] == "retained"
    assert (python.rows["account"][record]["city"], python.rows["account"][record]["phone"]) == ("Zalău", "+40 260 1")
    assert python.pull() == 0
    agree()


def test_cut_pushes():
    """a push that is cut anywhere, and sent again, has its effect once"""
    record = python.create("account", name="Shared and cut", employees=0)
    python.sync()
    n = 0
    for way, limits in (("up", (0, 1, 40, 200, 400, 600)), ("down", (0, 1, 50, 150, 200, 250))):
        for limit in limits:
            n += 1
            python.update("account", record, employees=n)
            made = python.create("task", subject="Cut %d" % n)
            proxy.set(way, limit)
            try:
                python.push()
            except Lost:
                pass
            proxy.set(None)
            python.sync()
            assert made in python.rows["task"] and python.rows["account"][record]["employees"] == n
    assert proxy.cuts >= n - 2, "%d cuts only" % proxy.cuts
    told = [entry["new"] for entry in history(python, "account", record) if entry["field"] == "employees"]
    assert told == list(range(n, 0, -1)), told
    agree()


def test_cut_pulls():
    """a pull that is cut anywhere leaves no trace"""
    fresh = enrol("cut")
    proxy.set("down", 0)
    whole = None
    for _ in range(40):
        proxy.set("down", chance.randrange(whole or 20000))
        try:
            fresh.pull()
            break
        except Lost:
            assert fresh.rows == {} and fresh.cursor is None
    proxy.set(None)
    agree(fresh)
    assert filled(fresh.rows) == filled(python.rows)


def test_clone():
    """a copied device is found out, takes a new identity, and nothing happens twice or not at all"""
    python.create("task", subject="Before the copy")
    proxy.set("down", 0)
    try:
        python.push()
    except Lost:
        pass
    proxy.set(None)
    twin = copy.deepcopy(python)
    mine, theirs = python.create("task", subject="By the original"), twin.create("task", subject="By the copy")
    python.sync()
    twin.sync()
    assert twin.device != python.device and twin.next_number == 2
    python.sync()
    assert {mine, theirs} <= set(python.rows["task"]) == set(twin.rows["task"])
    assert sum(row["subject"] == "Before the copy" for row in twin.rows["task"].values()) == 1
    agree(twin)
    agree()


def test_scope():
    """a filter brings rows, a titled stub becomes a row, and taking it back removes them"""
    parent = json.loads(colleague.must("create", "account", "name=Shared parent"))["id"]
    child = json.loads(colleague.must("create", "account", "name=Elsewhere", "parent=" + parent))["id"]
    colleague.must("sync")
    chosen = python.create("offline_filter", name="Elsewhere", entity="account", predicate='name = "Elsewhere"', related=0)
    agree()
    assert child in python.rows["account"] and parent not in python.rows["account"]
    assert python.stubs[parent] == ("account", "Shared parent")
    colleague.must("set", "account", child, "name=Nowhere")
    colleague.must("sync")
    agree()
    assert child not in python.rows["account"] and parent not in python.stubs
    python.update("offline_filter", chosen, predicate='name in ("Nowhere", "Shared parent")')
    agree()
    assert {child, parent} <= set(python.rows["account"]) and parent not in python.stubs
    python.delete("offline_filter", chosen)
    agree()
    assert not {child, parent} & set(python.rows["account"])


def test_field_class():
    """fields of a class come with the right to read it, and are erased with it"""
    record = next(iter(python.rows["account"]))
    assert "credit_limit" not in python.rows["account"][record]
    rig.run_server("user", "role", "add", "seller1", "back-office", "--data", rig.data)
    python.update("account", record, credit_limit=50000)
    agree()
    assert python.rows["account"][record]["credit_limit"] == 50000
    rig.run_server("user", "role", "remove", "seller1", "back-office", "--data", rig.data)
    agree()
    assert not [row for row in python.rows["account"].values() if row.get("credit_limit") is not None]


def test_definitions():
    """an organisation's own field comes with its definition, and is written like any other"""
    path = os.path.join(rig.directory, "own.xml")
    with open(path, "w") as file:
        file.write('<satchel version="1"><entity name="account"><field name="x_loyalty" label="Loyalty" type="choice" default="none">'
                   '<choices><choice key="none" label="None"/><choice key="gold" label="Gold"/></choices></field></entity></satchel>')
    rig.run_server("schema", "apply", path, "--data", rig.data)
    record = next(iter(python.rows["account"]))
    python.update("account", record, x_loyalty="gold")
    agree()
    assert 'name="x_loyalty"' in python.metadata
    assert sorted({row["x_loyalty"] for row in python.rows["account"].values()}) == ["gold", "none"]
    digest = hashlib.sha256(python.metadata.encode()).hexdigest()
    assert python.ask_hello()["schema"] == digest


def test_attachment():
    """a file goes before its set, and comes back only to who may read the field that holds it"""
    data = chance.randbytes(2500000)
    text = python.send_file(data)
    value = {"hash": text["hash"], "name": "Plan.bin", "media_type": "application/octet-stream", "size_bytes": text["size_bytes"]}
    note = python.create("note", subject="With a plan", file=json.dumps(value, separators=(",", ":")))
    python.sync()
    agree()
    assert python.fetch_file("note", note, "file", value["hash"]) == data
    out = os.path.join(rig.directory, "plan.bin")
    laptop.must("file", "get", "note", note, "-o", out)
    with open(out, "rb") as file:
        assert file.read() == data
    raises("not-found", 404, python.fetch_file, "note", new_id(), "file", value["hash"])
    unsent = json.dumps(dict(value, hash="0" * 64), separators=(",", ":"))
    python.create("note", subject="Not sent", file=unsent)
    python.sync()
    assert python.sets[-1]["code"] == "blob"
    python.discard(python.sets[-1])


def test_audit():
    """a copy that was altered, robbed and padded is found out row by row and healed"""
    before = filled(python.rows)
    altered, robbed = sorted(python.rows["account"])[:2]
    python.rows["account"][altered] = dict(python.rows["account"][altered], city="Altered")
    del python.rows["account"][robbed]
    python.rows["task"][new_id()] = {"s": 1, "subject": "Padded"}
    healed = python.audit()
    assert len(healed) == 3 and {altered, robbed} <= set(healed), healed
    assert filled(python.rows) == before and python.audit() == []
    colleague.must("create", "account", "name=Shared and new", "owner=" + python.user)
    colleague.must("sync")
    assert python.audit() is None
    agree()


def test_wake():
    """a stream tells at once where the server stands, and then that there is something"""
    calls = python.listen()
    first = next(calls)
    assert first >= python.s
    colleague.must("create", "account", "name=Shared and told", "owner=" + python.user)
    colleague.must("sync")
    while (s := next(calls)) is None or s <= first:
        pass
    calls.close()
    agree()
    assert "Shared and told" in {row["name"] for row in python.rows["account"].values()}


def test_restore():
    """a server that was restored gets again what it forgot, once"""
    backup = os.path.join(rig.directory, "backup.db")
    record = python.create("account", name="Shared before")
    agree()
    rig.run_server("backup", backup, "--data", rig.data)
    python.update("account", record, city="Sibiu")
    made = python.create("task", subject="After the backup")
    parked = python.update("account", record, parent=new_id())
    agree()
    assert parked["state"] == "parked"
    rig.server.terminate()
    rig.server.wait()
    rig.run_server("restore", backup, "--data", rig.data)
    rig.start()
    agree()
    assert python.rows["account"][record]["city"] == "Sibiu" and made in python.rows["task"]
    assert parked["state"] == "parked"
    python.discard(parked)
    agree()


def test_rounds():
    """rounds of random edits on three devices end with equal rows"""
    shared = [python.create("account", name="Shared %d" % i) for i in range(3)]
    agree()
    colleague.must("sync", status=(DONE, ATTENTION))
    for _ in range(12):
        device = chance.choice((python, laptop, colleague))
        record, field = chance.choice(shared), chance.choice(("name", "city", "legal_name", "revenue", "description"))
        value = str(chance.randrange(1000)) if field == "revenue" else "Shared %d" % chance.randrange(1000)
        if device is python:
            python.update("account", record, **{field: int(value) * 100 if field == "revenue" else value})
            if chance.random() < 0.5:
                python.sync()
        else:
            device.must("set", "account", record, "%s=%s" % (field, value))
            if chance.random() < 0.5:
                device.must("sync", status=(DONE, ATTENTION))
    colleague.must("sync", status=(DONE, ATTENTION))
    agree()
    for record in shared:
        for conflict, _ in conflicts(python, record, "open").values():
            python.do("resolve", "conflict", conflict, choice=chance.choice(("mine", "theirs")))
    agree()
    assert not [row for row in python.rows["conflict"].values() if row["status"] == "open" and row["record_id"] in shared]


# ---- what WIRE.md says ----

def blocks():
    """(word, what) of each fenced block that has a name: ```json pull."""
    with open(os.path.join(sys.argv[3], "WIRE.md")) as file:
        return re.findall(r"^```json (\S+)\n(.*?)^```$", file.read(), re.M | re.S)


def test_invariants():
    """the tests that WIRE.md names as proofs are there"""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    sources = []
    for directory, _, names in os.walk(folder):
        for name in names:
            if name.startswith("test-") and name.endswith(".c"):
                with open(os.path.join(directory, name), encoding="utf-8") as file:
                    sources.append(file.read())
    with open(os.path.join(sys.argv[3], "WIRE.md")) as file:
        table = file.read().split("## Invariants")[1]
    prefix, found = "", 0
    for word in re.findall(r"`(/?[a-z][a-z/…-]*)`", table):
        if word in ("simulation", "conformance"):
            continue
        if word.startswith("/"):
            prefix = word[:word.rindex("/") + 1]
        word = word.removeprefix(prefix)
        suites = [text for text in sources if '"' + prefix in text]
        assert suites, prefix
        assert word == "…" or any('"%s"' % word in text or '"%s%s"' % (prefix, word) in text for text in suites), (prefix, word)
        found += 1
    assert found > 25, found


def test_vectors():
    """the checksums that WIRE.md works out"""
    found = [json.loads(line) for name, text in blocks() if name == "checksums" for line in text.splitlines()]
    assert len(found) >= 4
    for vector in found:
        if "row" in vector:
            assert "%016x" % checksum(vector["entity"], vector["id"], vector["row"]) == vector["sum"], vector
        else:
            key = bytes.fromhex(vector["key"])
            k0, k1 = int.from_bytes(key[:8], "little"), int.from_bytes(key[8:], "little")
            assert "%016x" % sip(k0, k1, bytes.fromhex(vector["bytes"])) == vector["sum"], vector


def test_requests():
    """each request that WIRE.md shows is understood, and none with a member more"""
    sampler, sent = enrol("sampler"), 0
    for path, text in blocks():
        if not path.startswith("/v1/"):
            continue
        request = json.loads(text.partition("\n\n")[0])
        for body, understood in ((request, True), ({**request, "x_more": 1}, False)):
            try:
                sampler.send(path, json.dumps(body).encode() + (b"\n" if path == "/v1/blob/put" else b""))
                code = None
            except Refused as refusal:
                code = refusal.code
            assert (code != "invalid") == understood, (path, body, code)
        sent += 1
    assert sent >= 18, sent


def test_answers():
    """answers have the members that WIRE.md shows, and no others"""
    python.sync()
    record = next(iter(python.rows["account"]))
    python.update("account", record, fax="1")
    python.sync()
    about = {"entity": "account", "record": record}
    live = {"/v1/history": about, "/v1/why": about, "/v1/preview": {"entity": "account", "where": "city is empty"},
            "/v1/known": {"sets": []}, "/v1/audit": {"cursor": python.cursor}, "/v1/device": {},
            "/v1/blob/begin": {"hash": "1" * 64, "size": 1}, "/v1/unpin": {"entity": "account", "id": record}}
    shown = [(path, json.loads(text.partition("\n\n")[2])) for path, text in blocks() if path in live and "\n\n" in text]
    for path, request in live.items():
        answer = python.ask(path, request)
        assert set(answer) in [set(example) for name, example in shown if name == path], (path, answer)
        if path == "/v1/history":
            assert set(answer["history"][0]) == set(dict(shown)[path]["history"][0]), answer


def test_rights():
    """rights are told to who asks, once, and have the members that WIRE.md shows"""
    python.sync()
    assert python.rights is None
    python.rights = ""
    python.pull()
    told, text = json.loads(python.rights), python.rights
    example = json.loads(next(text for name, text in blocks() if name == "rights"))
    assert set(told) == set(example), told
    assert told["entities"]["account"] == example["entities"]["account"], told["entities"]["account"]
    assert all(len(letters) == 8 and set(letters) <= set("-ouba") for letters in told["entities"].values())
    python.rights = None
    python.pull()
    assert python.rights is None
    python.rights = text
    lines = python.send("/v1/pull", json.dumps({"cursor": python.cursor, "rights": hashlib.sha256(text.encode()).hexdigest()}).encode())
    assert b"rights" not in lines, lines
    lines = python.send("/v1/pull", json.dumps({"cursor": python.cursor, "rights": "other"}).encode()).split(b"\n")
    assert json.loads(lines[1]) == {"rights": text}, lines[1]


def test_whole_preview():
    """a preview of the whole foretells the rows of a first pull exactly"""
    python.sync()
    told = python.ask("/v1/preview", {"whole": True})
    more = python.ask("/v1/preview", {"whole": True, "entity": "account", "where": ""})
    top = python.ask("/v1/preview", {"entity": "account", "where": ""})
    assert told["records"] == sum(len(rows) for rows in python.rows.values()), told
    assert more["records"] == told["records"] + top["records"], (told, top, more)
    for wrong in ({}, {"whole": False}, {"whole": 1}, {"whole": True, "where": ""}, {"whole": True, "related": True}):
        raises("invalid", 400, python.ask, "/v1/preview", wrong)


def test_refusals():
    """what is not as it must be is refused with the code that WIRE.md names"""
    raises("cursor", 400, python.ask, "/v1/pull", {"cursor": "1.1.0.0.0"})
    raises("invalid", 400, python.ask, "/v1/pull", {})
    raises("invalid", 400, python.send, "/v1/pull", b'{"cursor":"a","cursor":"b"}')
    raises("not-found", 404, python.ask, "/v1/nothing", {})
    raises("not-found", 404, python.ask, "/v1/why", {"entity": "account", "record": new_id()})
    raises("too-large", 413, python.send, "/v1/pull", chance.randbytes(20000))
    forged = python.update("account", next(iter(python.rows["account"])), fax="2")
    forged["c"][0]["seen"] = python.cursor[:-1] + ("0" if python.cursor[-1] != "0" else "1")
    python.sync()
    assert forged["code"] == "cursor", forged
    python.discard(forged)
    python.next_number += 5
    python.create("task", subject="Behind a gap")
    raises("gap", 409, python.push)
    python.sync()
    assert python.sets[-1]["state"] == "retained"
    stranger = copy.copy(python)
    stranger.token = "0" * 43
    raises("unauthenticated", 401, stranger.pull)


def test_wiped():
    """a device that was given up for lost is told so, whatever it asks"""
    lost = enrol("lost")
    lost.pull()
    rig.run_server("device", "revoke", lost.device, "--wipe", "--data", rig.data)
    raises("wiped", 401, lost.pull)
    raises("wiped", 401, lost.push) if lost.create("task", subject="Too late") else None
    python.ask("/v1/sign-out", {})
    raises("unauthenticated", 401, python.pull)


def main():
    try:
        return tap.run(tap.tests_of(globals()), mend=lambda: proxy.set(None), seed=SEED)
    finally:
        rig.close()
        proxy.close()


if __name__ == "__main__":
    sys.exit(main())
