#!/usr/bin/python3
# Two sellers, one server: the programs as a person or a script uses them, end to end. TAP.
# Usage: test-story.py SATCHELCTL SATCHEL-SERVER
#
# SPDX-License-Identifier: GPL-3.0-or-later
import fcntl
import json
import os
import pty
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unicodedata

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap  # noqa: E402

CTL, SERVER = sys.argv[1:3]
DONE, FAILED, USAGE, UNREACHABLE, ATTENTION = range(5)


class World:
    """A server with demo data in a directory of its own."""

    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="satchel-story-")
        self.env = dict(os.environ, XDG_DATA_HOME=self.dir + "/data", DBUS_SESSION_BUS_ADDRESS="", LC_ALL="C", TZ="UTC")
        self.process = None
        self.port = "0"
        subprocess.run([SERVER, "init", "--data", self.dir + "/server", "--demo", "1", "--seed", "7"],
                       check=True, stdout=subprocess.DEVNULL)
        with open(self.dir + "/server/demo-users.json") as file:
            self.passwords = json.load(file)
        self.start()
        for user in ("seller1", "seller2", "seller3", "manager", "backoffice"):
            self.carry_all(user)

    def carry_all(self, user):
        """Every device of the user carries all that she may read."""
        chooser = Profile(self, "chooser-" + user, user)
        chooser.run("scope", "add", "*", "")
        chooser.sync()

    def start(self):
        port_file = self.dir + "/port"
        if os.path.exists(port_file):
            os.unlink(port_file)
        self.process = subprocess.Popen([SERVER, "serve", "--data", self.dir + "/server", "--listen",
                                         "127.0.0.1:" + self.port, "--port-file", port_file],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: os.path.exists(port_file) and open(port_file).read().strip() != "")
        self.port = open(port_file).read().strip()

    def stop(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        self.process.wait()

    def url(self):
        return "http://127.0.0.1:" + self.port

    def close(self):
        self.stop()
        shutil.rmtree(self.dir)


class Profile:
    """satchelctl with one profile."""

    def __init__(self, world, name, user=None):
        self.world, self.name = world, name
        if user is not None:
            self.login(user)

    def login(self, user, expect=DONE):
        return self.run("login", self.world.url(), "--user", user, "--password-file", "-",
                        stdin=self.world.passwords[user] + "\n", expect=expect)

    def run(self, *words, expect=DONE, stdin=""):
        """The standard output; the exit status must be the expected one, a failure one clear line."""
        result = subprocess.run([CTL, "--profile", self.name, *words], env=self.world.env, input=stdin, text=True,
                                encoding="utf-8", capture_output=True, timeout=120)
        what = "%s %s: status %d, %s%s" % (self.name, " ".join(words), result.returncode, result.stdout, result.stderr)
        allowed = expect if isinstance(expect, tuple) else (expect,)
        assert result.returncode in allowed, what
        if result.returncode in (FAILED, USAGE, UNREACHABLE):
            assert result.stderr.startswith("satchelctl: ") and result.stderr.count("\n") == 1, what
            assert result.stdout == "", what
        return result.stdout

    def json(self, *words, expect=DONE):
        return json.loads(self.run("--json", *words, expect=expect))

    def rows(self, entity, *words):
        return [json.loads(line) for line in self.run("list", entity, *words, "--json").splitlines()]

    def sync(self, expect=DONE):
        return self.json("sync", expect=expect)

    def show(self, entity, id, *words):
        return self.json("show", entity, id, *words)

    def create(self, entity, *words):
        return self.json("create", entity, *words)["id"]

    def conflicts(self, *words):
        return self.json("conflicts", *words)


def wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def equal(a, b):
    assert a == b, "%r is not %r" % (a, b)


world = a = b = None


def account(**fields):
    """A record of the first seller that both have."""
    fields.setdefault("name", "Story %d" % time.monotonic_ns())
    id = a.create("account", *["%s=%s" % item for item in fields.items()])
    a.sync()
    b.sync()
    return id


# ---- the beginning ----

def test_first_sync():
    """login enrols, the first sync brings what the user may read, the second nothing"""
    status = a.json("status")
    equal((status["user"], status["last_sync"], status["cursor"]), ("seller1", None, None))
    equal(a.rows("account"), [])
    first = a.sync()
    assert first["pulled"] > 500 and first["bytes_in"] > 10000 and first["pushed"] == 0, first
    second = a.sync()
    equal((second["pulled"], second["removed"]), (0, 0))
    assert second["bytes_in"] < 2000, second
    b.sync()
    equal(a.rows("account", "--sort", "name"), b.rows("account", "--sort", "name"))
    assert a.json("status")["last_sync"].endswith("Z")


def test_other_unit():
    """who is in another unit sees nothing of it"""
    stranger = Profile(world, "stranger", "seller3")
    stranger.sync()
    ours = {row["id"] for row in a.rows("account")}
    theirs = {row["id"] for row in stranger.rows("account")}
    assert ours and theirs and not ours & theirs
    stranger.run("show", "account", ours.pop(), expect=FAILED)


def test_documents():
    """every document has the shape that is promised"""
    equal(set(a.json("status")), {"user", "device", "online", "pending", "parked", "conflicts", "cursor", "last_sync",
                                  "files"})
    equal(set(a.sync()), {"pushed", "pulled", "removed", "conflicts", "parked", "bytes_in", "bytes_out", "files_sent",
                          "files_fetched"})
    fields = {field["name"]: field for field in a.json("fields", "account")}
    assert {"name", "type", "required", "policy", "choices", "targets"} <= set(fields["revenue"])
    equal((fields["revenue"]["type"], fields["revenue"]["policy"]), ("money", "review"))
    equal(fields["owner"]["targets"], ["user", "team"])
    assert "account" in [entity["name"] for entity in a.json("entities")]
    assert any(view["default"] for view in a.json("views", "account"))
    made = a.json("create", "account", "name=Shape", "revenue=1100.04")
    equal(set(made), {"entity", "id", "set"})
    row = a.show("account", made["id"])
    equal((row["revenue"], row["phone"], row["owner"]["entity"]), ("1100.04", None, "user"))
    assert set(row["_pending"]) >= {"name", "revenue"}
    entry = [entry for entry in a.json("outbox") if entry["id"] == made["set"]][0]
    assert {"id", "number", "entity", "record", "action", "state", "code", "reason", "values"} <= set(entry)
    equal((entry["record"], entry["action"], entry["state"], entry["values"]["revenue"]),
          (made["id"], "create", "pending", "1100.04"))
    equal(a.run("create", "account", "name=Bare").strip() in {row["id"] for row in a.rows("account")}, True)
    a.sync()
    equal(a.json("outbox"), [])
    equal(a.show("account", made["id"])["_pending"], [])


def test_lists():
    """views, conditions, search in any language, order, limits, columns along lookups"""
    id = account(name="北京长城机械有限公司", city="Cluj")
    equal([row["id"] for row in a.rows("account", "--find", "长城")], [id])
    equal([row["id"] for row in a.rows("account", "--where", 'name = "北京长城机械有限公司" and owner = me')], [id])
    names = [row["name"] for row in a.rows("account", "--sort", "name:desc", "--limit", "5", "--columns", "name")]
    equal(names, sorted(names, key=lambda name: name.encode(), reverse=True))
    equal(len(names), 5)
    contact = a.create("contact", "last_name=Wang", "account=北京长城机械有限公司")
    row = a.rows("contact", "--where", 'last_name = "Wang" and account.city = "Cluj"', "--columns",
                 "last_name,account.city")
    equal(row, [{"id": contact, "last_name": "Wang", "account.city": "Cluj"}])
    mine = a.rows("account", "--view", "mine")
    assert mine and all(row["owner"]["name"] == mine[0]["owner"]["name"] for row in mine)
    text = a.run("list", "account", "--limit", "3")
    equal(len(text.splitlines()), 4)


def test_values():
    """files, emptied fields, names of people, ambiguous names"""
    path = world.dir + "/text"
    with open(path, "w") as file:
        file.write("first\nsecond\n")
    id = account(description="@" + path, phone="+40 1", tags="b, a")
    equal(a.show("account", id)["description"], "first\nsecond\n")
    equal(a.show("account", id)["tags"], ["a", "b"])
    a.run("set", "account", id, "phone=", "tags=")
    equal(a.show("account", id)["phone"], None)
    equal(a.json("set", "account", id, "phone=")["set"], None)
    task = a.create("task", "subject=Call", "owner=seller2")
    equal(a.show("task", task)["owner"]["id"], b_user())
    equal(a.show("account", account(name="@@handle"))["name"], "@handle")
    account(name="Twin")
    account(name="Twin")
    a.run("create", "contact", "last_name=X", "account=Twin", expect=FAILED)
    a.run("create", "contact", "last_name=X", "account=Nobody at all", expect=FAILED)
    shown = a.show("account", id, "--related")
    equal(shown["_related"], [])


def b_user():
    return a.rows("user", "--where", 'login = "seller2"')[0]["id"]


# ---- two people, one record ----

def test_different_fields():
    """different fields of one record both survive"""
    id = account(phone="1", city="Cluj")
    a.run("set", "account", id, "phone=+40 264 1")
    b.run("set", "account", id, "city=Turda")
    a.sync()
    equal(b.sync()["conflicts"], 0)
    a.sync()
    for profile in a, b:
        row = profile.show("account", id)
        equal((row["phone"], row["city"], row["_pending"]), ("+40 264 1", "Turda", []))


def open_conflict():
    id = account(revenue="100")
    a.run("set", "account", id, "revenue=200")
    b.run("set", "account", id, "revenue=300")
    a.sync()
    equal(b.sync(expect=ATTENTION)["conflicts"], 1)
    a.sync(expect=ATTENTION)
    found = [conflict for conflict in a.conflicts() if conflict["record"] == id]
    equal(len(found), 1)
    equal(found, [conflict for conflict in b.conflicts() if conflict["record"] == id])
    return id, found[0]


def check_resolved(id, conflict, value):
    equal(a.show("account", id)["revenue"], value)
    equal(b.show("account", id)["revenue"], value)
    for profile in a, b:
        equal([c for c in profile.conflicts() if c["id"] == conflict["id"]], [])
        equal([c["status"] for c in profile.conflicts("--settled") if c["id"] == conflict["id"]], ["resolved"])


def test_same_field():
    """the same field: a conflict with base, mine, theirs, who and when; resolved on the other device, offline"""
    id, conflict = open_conflict()
    equal((conflict["entity"], conflict["field"], conflict["status"]), ("account", "revenue", "open"))
    equal((conflict["base"], conflict["mine"], conflict["theirs"]), ("100", "300", "200"))
    assert conflict["mine_by"]["id"] == b_user() != conflict["theirs_by"]["id"], conflict
    assert conflict["mine_at"] and conflict["theirs_at"]
    equal(a.show("account", id)["revenue"], "200")
    # A list of conflicts shows values, not how they travel.
    listed = a.run("list", "conflict", "--columns", "base,mine,theirs", "--where", 'record_id = "%s"' % id)
    equal(listed.splitlines()[1].split(), ["100", "300", "200", conflict["id"]])
    assert "  300\n" in a.run("show", "conflict", conflict["id"])
    a.run("offline", "on")
    a.run("resolve", conflict["id"], "--mine")
    a.run("offline", "off")
    a.sync()
    b.sync()
    check_resolved(id, conflict, "300")


def test_resolve_theirs():
    """resolved by its author, for the other side"""
    id, conflict = open_conflict()
    b.run("resolve", conflict["id"], "--theirs")
    b.sync()
    a.sync()
    check_resolved(id, conflict, "200")


def test_resolve_value():
    """resolved with a third value; the second to decide is told"""
    id, conflict = open_conflict()
    b.run("resolve", conflict["id"], "--value", "much", expect=FAILED)
    b.run("resolve", conflict["id"], "--value", "250.5")
    b.run("resolve", conflict["id"], "--theirs", expect=FAILED)
    a.run("resolve", conflict["id"], "--mine")
    b.sync()
    a.sync(expect=ATTENTION)
    check_resolved(id, conflict, "250.5")
    late = a.json("outbox")
    equal([(entry["state"], entry["code"]) for entry in late], [("parked", "state")])
    a.run("outbox", "discard", late[0]["id"])
    equal(a.json("outbox"), [])
    a.sync()
    a.run("resolve", conflict["id"], "--mine", expect=FAILED)


def test_settled():
    """where the later value wins, the earlier one is kept as a settled conflict, and no one is bothered"""
    id = account(phone="1")
    a.run("set", "account", id, "phone=2")
    b.run("set", "account", id, "phone=3")
    a.sync()
    b.sync()
    a.sync()
    equal((a.show("account", id)["phone"], b.show("account", id)["phone"]), ("3", "3"))
    equal([(c["mine"], c["theirs"], c["status"]) for c in a.conflicts("--settled") if c["record"] == id],
          [("3", "2", "settled")])


def test_conflicts_at_first_sync():
    """a new device gets every conflict, once"""
    fresh = Profile(world, "fresh", "seller2")
    fresh.sync(expect=(DONE, ATTENTION))
    known = b.conflicts("--settled")
    assert known
    equal(fresh.conflicts("--settled"), known)


def test_texts():
    """both edits of one long text"""
    id = account(description="one\n\ntwo\n\nthree")
    a.run("set", "account", id, "description=ONE\n\ntwo\n\nthree")
    b.run("set", "account", id, "description=one\n\ntwo\n\nTHREE")
    a.sync()
    b.sync()
    a.sync()
    equal(a.show("account", id)["description"], "ONE\n\ntwo\n\nTHREE")
    equal(b.show("account", id)["description"], "ONE\n\ntwo\n\nTHREE")


def test_edit_of_deleted():
    """an edit of what somebody deleted is kept whole, with its reason"""
    id = account()
    a.run("delete", "account", id)
    b.run("set", "account", id, "phone=+40 7", "city=Turda")
    a.sync()
    b.sync(expect=ATTENTION)
    entry = [entry for entry in b.json("outbox") if entry["record"] == id][0]
    equal((entry["state"], entry["code"], entry["values"]), ("parked", "record-deleted", {"phone": "+40 7", "city": "Turda"}))
    assert entry["reason"]
    b.run("show", "account", id, expect=FAILED)
    b.run("outbox", "discard", entry["id"])
    b.sync()
    equal(b.json("status")["parked"], 0)


def test_delete_of_edited():
    """a delete of what somebody edited waits for a decision; the edit stays"""
    id = account()
    a.run("set", "account", id, "phone=+40 8")
    b.run("delete", "account", id)
    a.sync()
    b.sync(expect=ATTENTION)
    equal(b.show("account", id)["phone"], "+40 8")
    entry = [entry for entry in b.json("outbox") if entry["record"] == id][0]
    equal((entry["state"], entry["code"], entry["action"]), ("parked", "record-changed", "delete"))
    b.run("outbox", "retry", entry["id"])
    b.sync()
    a.sync()
    a.run("show", "account", id, expect=FAILED)


def test_restore():
    """a delete can be taken back, with what went with it"""
    id = account()
    note = a.create("note", "subject=Goes along", "regarding=account:" + id)
    a.sync()
    deleted = a.json("delete", "account", id)["set"]
    a.run("show", "note", note, expect=FAILED)
    a.sync()
    b.sync()
    b.run("show", "account", id, expect=FAILED)
    a.run("do", "restore", "account", id, "delete=" + deleted)
    a.sync()
    b.sync()
    a.sync()
    for profile in a, b:
        equal(profile.show("account", id)["id"], id)
        equal(profile.show("note", note)["regarding"]["id"], id)


def test_refused():
    """a refused change can be mended and sent again"""
    gone = account()
    other = account(name="Mended")
    b.run("delete", "account", gone)
    b.sync()
    contact = a.create("contact", "last_name=Pop", "account=" + gone)
    note = a.create("task", "subject=Independent")
    a.sync(expect=ATTENTION)
    entry = [entry for entry in a.json("outbox") if entry["record"] == contact][0]
    equal((entry["state"], entry["code"]), ("parked", "reference"))
    equal(a.show("contact", contact)["last_name"], "Pop")
    b.sync()
    equal(b.show("task", note)["subject"], "Independent")
    a.run("outbox", "edit", entry["id"], "account=Mended")
    a.sync()
    b.sync()
    equal(b.show("contact", contact)["account"]["id"], other)


# ---- actions ----

def test_assign():
    """assign by login; history tells who did it, also without a server"""
    id = account(city="Cluj")
    a.run("do", "assign", "account", id, "owner=seller2")
    equal(a.show("account", id)["owner"]["id"], b_user())
    a.sync()
    b.sync()
    equal(b.show("account", id)["owner"]["id"], b_user())
    history = a.show("account", id, "--history")["_history"]
    entry = [entry for entry in history if entry["field"] == "owner"][0]
    equal((entry["new"]["id"], entry["by"]["entity"]), (b_user(), "user"))
    assert set(entry) == {"field", "old", "new", "by", "at"} and entry["at"].endswith("Z")
    a.run("offline", "on")
    equal(a.show("account", id, "--history")["_history"], history)
    a.run("offline", "off")
    a.run("set", "account", id, "tags=club, quarry")
    a.sync()
    assert "club, quarry\n" in a.run("show", "account", id, "--history").split("\n\n")[1]


def test_qualify():
    """a lead becomes account, contact and opportunity, offline and for everyone"""
    lead = a.create("lead", "topic=Two graders", "first_name=Ana", "last_name=Pop", "company=Drumuri SA")
    made = a.json("do", "qualify", "lead", lead)["arguments"]
    equal(a.show("account", made["account"])["name"], "Drumuri SA")
    equal(a.show("lead", lead)["status"], "qualified")
    a.sync()
    b.sync()
    equal(b.show("contact", made["contact"])["account"]["id"], made["account"])
    equal(b.show("opportunity", made["opportunity"])["name"], "Two graders")
    related = {row["id"] for row in b.show("account", made["account"], "--related")["_related"]}
    assert {made["contact"], made["opportunity"]} <= related


# ---- the network ----

def test_offline():
    """switched offline, everything works but sync"""
    a.run("offline", "on")
    equal(a.json("status")["online"], False)
    a.run("sync", expect=UNREACHABLE)
    id = a.create("account", "name=Offline")
    equal(a.json("status")["pending"], 1)
    a.run("offline", "off")
    equal(a.sync()["pushed"], 1)
    b.sync()
    equal(b.show("account", id)["name"], "Offline")


def test_no_server():
    """without a server nothing is lost"""
    world.stop()
    ids = [a.create("account", "name=Without %d" % i) for i in range(3)]
    a.run("sync", expect=UNREACHABLE)
    a.run("login", world.url(), "--user", "seller1", "--password-file", "-", stdin="x\n", expect=UNREACHABLE)
    equal(a.json("status")["pending"], 3)
    world.start()
    equal(a.sync()["pushed"], 3)
    b.sync()
    equal([b.show("account", id)["id"] for id in ids], ids)


def test_killed():
    """client and server killed while they work: everything arrives, once"""
    ids = set()
    for turn in range(6):
        for i in range(10):
            ids.add(a.create("task", "subject=Killed %d %d" % (turn, i)))
        process = subprocess.Popen([CTL, "--profile", "a", "sync"], env=world.env, stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL)
        time.sleep(0.01 * turn)
        if turn % 2 == 0:
            process.kill()
        else:
            world.stop(signal.SIGKILL)
            world.start()
        process.wait()
    a.sync()
    b.sync()
    found = b.rows("task", "--where", 'subject starts with "Killed"', "--columns", "subject")
    equal({row["id"] for row in found}, ids)
    equal(len({row["subject"] for row in found}), len(ids))
    equal(len(found), len(ids))


def test_cloned():
    """a copied profile becomes a device of its own; both send everything"""
    a.create("task", "subject=Before the copy")
    shutil.copytree(world.dir + "/data/satchel/a", world.dir + "/data/satchel/clone")
    clone = Profile(world, "clone")
    device = clone.json("status")["device"]
    first, second = a.create("task", "subject=Original"), clone.create("task", "subject=Clone")
    a.sync()
    clone.sync()
    assert clone.json("status")["device"] != device
    a.sync()
    b.sync()
    for profile in a, b, clone:
        equal(profile.show("task", first)["subject"], "Original")
        equal(profile.show("task", second)["subject"], "Clone")
        equal(len(profile.rows("task", "--where", 'subject = "Before the copy"')), 1)
    clone.create("task", "subject=Clone again")
    equal(clone.sync()["pushed"], 1)


def test_sign_in_again():
    """the same user keeps everything; another one is refused while something is unsent"""
    a.create("task", "subject=Unsent")
    device = a.json("status")["device"]
    a.login("seller1")
    status = a.json("status")
    equal((status["pending"], status["device"]), (1, device))
    a.login("seller2", expect=FAILED)
    equal(a.json("status")["user"], "seller1")
    a.run("logout")
    a.run("sync", expect=FAILED)
    a.login("seller1")
    equal(a.sync()["pushed"], 1)
    a.run("login", world.url(), "--user", "seller1", "--password-file", "-", stdin="wrong\n", expect=FAILED)


def test_watch():
    """watch says what comes and sends what other programs write"""
    id = account()
    process = subprocess.Popen([CTL, "--profile", "b", "--json", "watch"], env=world.env, stdout=subprocess.PIPE,
                               text=True)
    try:
        equal(json.loads(process.stdout.readline())["event"], "synced")
        a.run("set", "account", id, "phone=+40 99")
        a.sync()
        event = json.loads(process.stdout.readline())
        equal(event["event"], "synced")
        assert event["pulled"] >= 1, event
        equal(b.show("account", id)["phone"], "+40 99")
        b.run("set", "account", id, "city=Watched")
        event = json.loads(process.stdout.readline())
        while event["event"] == "changed":
            event = json.loads(process.stdout.readline())
        equal((event["event"], event["pushed"]), ("synced", 1))
        b.sync()
        world.stop()  # the listener comes back by itself, and misses nothing
        world.start()
        a.run("set", "account", id, "phone=+40 100")
        a.sync()
        while event["event"] != "synced" or event["pulled"] == 0 or event["pushed"] > 0:
            event = json.loads(process.stdout.readline())
        equal(b.show("account", id)["phone"], "+40 100")
    finally:
        process.send_signal(signal.SIGINT)
    equal(process.wait(), DONE)
    a.sync()
    equal(a.show("account", id)["city"], "Watched")


def test_interrupted():
    """SIGINT while the server is silent: one line, and nothing is lost"""
    a.sync()
    a.create("task", "subject=Interrupted")
    world.process.send_signal(signal.SIGSTOP)
    try:
        process = subprocess.Popen([CTL, "--profile", "a", "sync"], env=world.env, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        wait_for(lambda: "satchelctl" in open("/proc/%d/comm" % process.pid).read())
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        output = process.communicate(timeout=30)
    finally:
        world.process.send_signal(signal.SIGCONT)
    equal((process.returncode, output[0], output[1].count("\n")), (FAILED, "", 1))
    equal(a.sync()["pushed"], 1)


# ---- at a terminal ----

def at_terminal(columns, *words, answer=None):
    """What a terminal of that width shows, and the exit status; @answer is typed at once."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    process = subprocess.Popen([CTL, "--profile", "a", *words], env=world.env, stdin=follower, stdout=follower,
                               stderr=follower, start_new_session=True,
                               preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:
            break
        shown += piece
        if answer is not None and b": " in shown:
            os.write(leader, answer.encode() + b"\n")
            answer = None
    os.close(leader)
    return shown.decode().replace("\r\n", "\n"), process.wait()


def width(text):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def test_table():
    """tables fit the terminal; wide characters count double, columns stay straight"""
    account(name="北京长城机械有限公司" * 3, city="Cluj-Napoca")
    for columns in 60, 80, 200:
        shown, status = at_terminal(columns, "list", "account", "--columns", "name,city,phone,country")
        lines = shown.splitlines()
        equal(status, DONE)
        assert len(lines) > 10 and all(width(line) <= columns for line in lines), lines
        start = lines[0].index("City")
        for line in lines[1:-1]:
            assert width(line) < start or any(width(line[:i]) == start for i in range(len(line) + 1)), line


def test_terminal_safety():
    """what is in a record cannot steer the terminal"""
    a.run("create", "account", "name=Steering \x1b[2J", expect=FAILED)
    id = a.create("account", "name=Steering \u202eback")
    assert "\u202e" not in a.run("show", "account", id) + a.run("list", "account", "--find", "Steering")
    equal(a.show("account", id)["name"], "Steering \u202eback")
    a.sync()


def test_password():
    """the password is asked for without echo"""
    shown, status = at_terminal(80, "login", world.url(), "--user", "seller1", answer=world.passwords["seller1"])
    equal(status, DONE)
    assert "Password of seller1:" in shown and world.passwords["seller1"] not in shown
    result = subprocess.run([CTL, "--profile", "a", "login", world.url(), "--user", "seller1"], env=world.env,
                            stdin=subprocess.DEVNULL, capture_output=True, start_new_session=True)
    equal(result.returncode, USAGE)


# ---- looking after it ----

def test_doctor():
    """doctor finds nothing, then a file that others can read; a rebuilt replica is the same"""
    b.sync(expect=(DONE, ATTENTION))
    report = b.json("doctor", expect=(DONE, ATTENTION))
    assert report["ok"] and {check["result"] for check in report["checks"]} <= {"good", "notice"}, report
    before = b.rows("account", "--sort", "name")
    pending = b.create("account", "name=Kept through the rebuild")
    b.run("doctor", "--rebuild")
    equal([row["id"] for row in b.rows("account")], [pending])
    b.sync(expect=(DONE, ATTENTION))
    after = b.rows("account", "--sort", "name")
    equal([row for row in after if row["id"] != pending], before)
    equal(b.show("account", pending)["_pending"], [])
    path = world.dir + "/data/satchel/b/replica.db"
    os.chmod(path, 0o644)
    report = json.loads(subprocess.run([CTL, "--profile", "b", "--json", "doctor"], env=world.env, text=True,
                                       capture_output=True).stdout)
    equal(report["ok"], False)
    os.chmod(path, 0o600)
    folder = world.env["XDG_DATA_HOME"] + "/satchel/damaged"
    shutil.copytree(os.path.dirname(path), folder)  # its key is with it
    with open(folder + "/replica.db", "w") as file:
        file.write("no database " * 1000)
    result = subprocess.run([CTL, "--profile", "damaged", "status"], env=world.env, text=True, capture_output=True)
    equal((result.returncode, result.stdout, len(result.stderr.splitlines())), (FAILED, "", 1))
    assert "doctor --rebuild" in result.stderr, result.stderr


def test_wrong_input():
    """wrong input: one clear line and the right status"""
    id = a.rows("account", "--limit", "1")[0]["id"]
    for status, words in [
        (USAGE, []), (USAGE, ["frobnicate"]), (USAGE, ["--frob", "status"]), (USAGE, ["status", "extra"]),
        (USAGE, ["list"]), (USAGE, ["list", "acount"]), (USAGE, ["list", "account", "--frob"]),
        (USAGE, ["list", "account", "--where", "citty = 1"]), (USAGE, ["list", "account", "--where", "(("]),
        (USAGE, ["list", "account", "--where"]), (USAGE, ["list", "account", "--limit", "many"]),
        (USAGE, ["list", "account", "--limit", "-1"]), (USAGE, ["list", "account", "--sort", "nope"]),
        (USAGE, ["list", "account", "--sort", "name:up"]), (USAGE, ["list", "account", "--columns", ""]),
        (USAGE, ["list", "account", "--columns", "name,,city"]), (USAGE, ["list", "account", "--columns", "name.x"]),
        (USAGE, ["list", "account", "--view", "nope"]), (USAGE, ["list", "account", "--json=yes"]),
        (USAGE, ["fields", "nope"]), (USAGE, ["views"]), (USAGE, ["show", "account"]),
        (FAILED, ["show", "account", "nope"]), (FAILED, ["show", "account", "00000000-0000-7000-8000-000000000000"]),
        (USAGE, ["create", "account", "name"]), (USAGE, ["create", "account", "=x"]),
        (USAGE, ["create", "account", "name=X", "name=Y"]),
        (FAILED, ["import", "/", "--entity", "account"]), (FAILED, ["import", "/nonexistent", "--entity", "account"]),
        (FAILED, ["--profile", "nobody", "create", "account", "name=X"]),
        (USAGE, ["create", "account", "nome=x"]), (FAILED, ["create", "account"]),
        (FAILED, ["create", "account", "name=X", "revenue=much"]), (FAILED, ["create", "account", "name=X", "type=nope"]),
        (USAGE, ["create", "account", "name=@/nonexistent"]), (FAILED, ["create", "account", "name=X", "email=nope"]),
        (USAGE, ["create", "account", "name=X", "modified_at=2020-01-01"]), (FAILED, ["set", "account", id, "name="]),
        (USAGE, ["set", "account", id]), (FAILED, ["set", "account", "nope", "name=x"]),
        (FAILED, ["delete", "account", "nope"]), (USAGE, ["do", "qualify", "account", id]),
        (USAGE, ["do", "assign", "account"]), (FAILED, ["do", "assign", "account", id]),
        (FAILED, ["do", "assign", "account", id, "owner=nobody"]), (FAILED, ["do", "assign", "account", id, "frob=1"]),
        (FAILED, ["outbox", "retry", "nope"]), (USAGE, ["outbox", "retry"]), (USAGE, ["outbox", "frob"]),
        (USAGE, ["resolve", id]), (USAGE, ["resolve", id, "--mine", "--theirs"]), (FAILED, ["resolve", id, "--mine"]),
        (USAGE, ["offline"]), (USAGE, ["offline", "maybe"]), (USAGE, ["login"]),
        (USAGE, ["login", world.url()]), (USAGE, ["login", "http://example.com", "--user", "x", "--password-file", "-"]),
        (USAGE, ["login", world.url(), "--user", "x", "--password-file", "/nonexistent"]),
        (UNREACHABLE, ["login", "http://127.0.0.1:1", "--user", "x", "--password-file", "/etc/hostname"]),
        (FAILED, ["login", world.url() + "/crm", "--user", "x", "--password-file", "/etc/hostname"]),
        (FAILED, ["--profile", "../up", "status"]), (USAGE, ["--profile"]),
    ]:
        a.run(*words, expect=status)
        a.run(*words, "--json", expect=(USAGE, status) if words[-1:] in (["--profile"], ["--where"]) else status)
    result = subprocess.run([CTL, "create", b"account", b"name=\xff"], env=world.env, capture_output=True)
    equal((result.returncode, result.stdout), (USAGE, b""))


def test_help():
    """every command explains itself; global options stand anywhere"""
    for line in a.run("--help").splitlines()[2:-2]:
        command = line.split()[0]
        assert a.run(command, "--help").startswith("usage: satchelctl " + command)
        equal(a.run(command, "-h"), a.run(command, "--help"))
    equal(a.run("status", "--json"), a.run("--json", "status"))
    result = subprocess.run([CTL, "status", "--json", "--profile=b"], env=world.env, capture_output=True, text=True)
    equal(json.loads(result.stdout)["user"], "seller2")


def main():
    global world, a, b
    world = World()
    try:
        a, b = Profile(world, "a", "seller1"), Profile(world, "b", "seller2")
        wanted = sys.argv[3:]
        return tap.run(tap.tests_of(globals()), wanted=wanted and ["first_sync", *wanted])
    finally:
        world.close()


if __name__ == "__main__":
    sys.exit(main())
