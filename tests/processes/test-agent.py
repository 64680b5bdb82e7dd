#!/usr/bin/python3
# Agents at work: what a colleague writes is here at once, whatever happens to servers, buses, tokens and files; at rest they do
# nothing.
#   test-agent.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT
# SPDX-License-Identifier: GPL-3.0-or-later
import http.server
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from rig import Device, Proxy, Rig, tap

try:
    from gi.repository import Gio, GLib
except ImportError:
    GLib = None

# A bus that starts nothing, least of all the keyring of whoever runs the tests.
BUS = """<busconfig><type>session</type><listen>unix:path=%s</listen><auth>EXTERNAL</auth><policy context="default">
<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""

AGENT = "org.satchelcrm.Satchel.Agent"
PATIENCE = 60  # for what takes no set time; nobody waits that long in vain


class Desktop(Device):
    """A device with a session bus and an agent of its own, and a monitor of what the agent says."""

    def __init__(self, rig, name, user, port=None):
        self.bus_path = os.path.join(rig.directory, name + ".bus")
        with open(self.bus_path + ".conf", "w") as file:
            file.write(BUS % self.bus_path)
        self.start_bus()
        self.agent = self.monitor = None
        self.signals = queue.Queue()
        super().__init__(rig, name, user, port or rig.port)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + self.bus_path
        self.environment["G_DEBUG"] = "fatal-warnings"
        self.listen()
        self.start_agent()

    def start_bus(self):
        self.bus = subprocess.Popen(["dbus-daemon", "--nofork", "--nopidfile", "--config-file", self.bus_path + ".conf",
                                     "--print-address=1"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.bus.stdout.readline()

    def listen(self):
        self.monitor = subprocess.Popen(["gdbus", "monitor", "--session", "--dest", AGENT], env=self.environment,
                                        stdout=subprocess.PIPE, text=True)
        while "does not have an owner" not in self.monitor.stdout.readline():
            pass
        threading.Thread(target=self.hear, daemon=True).start()

    def hear(self):
        for line in self.monitor.stdout:
            self.signals.put(line)

    def start_agent(self):
        self.agent = subprocess.Popen([self.rig.programs["agent"]], env=self.environment, stdin=subprocess.DEVNULL)
        self.wait_for("is owned by")

    def kill_agent(self):
        self.agent.kill()
        self.agent.wait()

    def wait_for(self, *parts):
        """The next signal with all of these parts; those before it are forgotten."""
        until = time.monotonic() + PATIENCE
        while True:
            line = self.signals.get(timeout=max(0.01, until - time.monotonic()))
            if all(part in line for part in parts):
                return line

    def forget(self):
        while not self.signals.empty():
            self.signals.get()

    def call(self, method, *arguments):
        done = subprocess.run(["gdbus", "call", "--session", "--timeout", str(PATIENCE), "--dest", AGENT, "--object-path",
                               "/org/satchelcrm/Satchel/Agent", "--method", AGENT + "1." + method, *arguments],
                              env=self.environment, capture_output=True, text=True)
        return done.stdout if done.returncode == 0 else done.stderr

    def words(self, *arguments):
        return subprocess.run([self.rig.programs["ctl"], *arguments], env=self.environment, capture_output=True,
                              text=True).stdout

    def rest(self, profile="default"):
        answer = self.call("Sync", profile)
        assert "pushed" in answer, answer

    def until_shown(self, record, field, value):
        """Waits for signals until the replica shows it."""
        until = time.monotonic() + PATIENCE
        while True:
            code, out, _ = self.run("show", *record)
            if code == 0 and json.loads(out)[field] == value:
                return
            self.signals.get(timeout=max(0.01, until - time.monotonic()))

    def close(self):
        for process in (self.agent, self.monitor, self.bus):
            if process is not None and process.poll() is None:
                process.terminate()
                process.wait()


def create(device, subject):
    return "task", json.loads(device.must("create", "task", "subject=" + subject))["id"]


# ---- tests ----

def test_live(rig, a, b):
    """A colleague's edit is in the other replica within a second, without anybody asking."""
    task = create(a, "live")
    b.until_shown(task, "subject", "live")
    times = []
    for turn in range(6):
        writer, reader = (a, b) if turn % 2 == 0 else (b, a)
        reader.rest()
        reader.forget()
        started = time.monotonic()
        writer.must("set", *task, "subject=live %d" % turn)
        changed = reader.wait_for("Agent1.Changed", task[1])
        times.append(time.monotonic() - started)
        assert "'task'" in changed, changed
        assert json.loads(reader.must("show", *task))["subject"] == "live %d" % turn
    print("# seconds:", " ".join("%.3f" % seconds for seconds in times))
    assert sorted(times)[len(times) // 2] < 1, times


def test_own_write(rig, a, b):
    """A write of another program is told with its record, and sent."""
    a.rest()
    a.forget()
    task = create(a, "told")
    a.wait_for("Agent1.Changed", task[1])
    a.wait_for("Agent1.Rested", "'idle'")
    assert json.loads(a.must("status"))["pending"] == 0
    assert "The agent keeps" in a.words("status")


def test_sync_asks(rig, a, b):
    """Many who ask at once are all answered, and nobody finds the lock taken."""
    running = [a.start("sync") for _ in range(8)]
    for number in range(4):
        create(a, "crowd %d" % number)
    for process in running:
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, 4), err
        assert set(json.loads(out)) >= {"pushed", "pulled", "removed", "conflicts", "parked", "bytes_in", "bytes_out"}
    assert "NotFound" in a.call("Sync", "nobody")
    assert "NotFound" in a.call("Status", "../default")


def test_new_profile(rig, a, b):
    """A profile that is made while the agent runs is taken on: its records come by themselves."""
    a.forget()
    a.must("--profile", "second", "login", "http://127.0.0.1:%d" % rig.port, "--user", "manager", "--password-file",
           a.password_file("manager"))
    a.wait_for("Agent1.Rested", "'second'", "'idle'")
    assert a.rows("account", "--profile", "second")
    shutil.rmtree(os.path.join(a.home, "satchel", "second"))
    while "'second'" in a.wait_for("PropertiesChanged", "'Profiles'"):
        pass


def test_offline(rig, a, b):
    """The switch is obeyed at once, whoever turns it."""
    a.forget()
    a.must("offline", "on")
    a.wait_for("Profiles", "'offline'")
    task = create(a, "offline")
    code, _, err = a.run("sync")
    assert code == 3, err
    assert a.call("SetOffline", "default", "false") == "()\n"
    b.until_shown(task, "subject", "offline")


def test_no_agent(rig, a, b):
    """An agent that is killed leaves nothing behind: watch goes on by itself, and so does sync."""
    watch = a.start("watch")
    assert json.loads(watch.stdout.readline())["event"] == "synced"
    a.kill_agent()
    task = create(b, "without agent")
    while True:
        line = json.loads(watch.stdout.readline())
        if line["event"] == "synced" and line["pulled"] > 0:
            break
    assert json.loads(a.must("show", *task))["subject"] == "without agent"
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=PATIENCE)
    assert "The agent keeps" not in a.words("status")
    a.must("sync", status=(0, 4))
    a.start_agent()


def test_server_restarts(rig, a, b):
    """When the server is back, what waited goes out, and calls are heard again."""
    rig.kill_server()
    task = create(a, "while away")
    a.wait_for("Agent1.Rested", "'waiting'", "'unreachable'")
    rig.start()
    b.until_shown(task, "subject", "while away")
    b.must("set", *task, "subject=heard again")
    a.until_shown(task, "subject", "heard again")


def test_bus_restarts(rig, a, b):
    """Without its bus the agent goes on; on the next one it is there again."""
    a.bus.terminate()
    a.bus.wait()
    a.monitor.wait()
    task = create(a, "no bus")
    b.until_shown(task, "subject", "no bus")
    a.start_bus()
    until = time.monotonic() + PATIENCE
    while "pushed" not in a.call("Sync", "default") and time.monotonic() < until:
        a.rig.server_poll()
    assert time.monotonic() < until
    a.monitor = subprocess.Popen(["gdbus", "monitor", "--session", "--dest", AGENT], env=a.environment,
                                 stdout=subprocess.PIPE, text=True)
    threading.Thread(target=a.hear, daemon=True).start()
    a.wait_for("is owned by")


class MailProgram:
    """Asks an agent as a mail program does, and stays on the bus."""

    def __init__(self, desktop):
        self.bus = Gio.DBusConnection.new_for_address_sync(
            "unix:path=" + desktop.bus_path,
            Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)

    def ask(self, method, signature, *arguments, files=None):
        answer, _ = self.bus.call_with_unix_fd_list_sync(
            AGENT, "/org/satchelcrm/Satchel/Agent", "org.satchelcrm.Satchel.Mail1", method,
            GLib.Variant(signature, arguments), None, Gio.DBusCallFlags.NONE, PATIENCE * 1000, files, None)
        return answer.unpack()

    def track(self, text):
        with tempfile.TemporaryFile() as file:
            file.write(text.encode())
            file.flush()
            files = Gio.UnixFDList.new()
            return self.ask("Track", "(sha{sv})", "", files.append(file.fileno()), {}, files=files)

    def state(self, message):
        return self.ask("State", "(sas)", "default", [message])[0].get(message)

    def close(self):
        self.bus.close_sync(None)


def test_mail(rig, a, b):
    """A message is tracked at once, sent by itself, told when it changed, and outlives the agent."""
    if GLib is None:
        return "python3-gi is not installed"
    message = "<agent-test@example.com>"
    for desktop in (a, b):
        desktop.must("scope", "add", "email", "subject is not empty")
        desktop.rest()
    a.forget()
    program = MailProgram(a)
    entity, record, joined = program.track("From: max@elsewhere.example\r\nSubject: By mail\r\nMessage-ID: %s\r\n\r\nHello\r\n" % message)
    assert entity == "email" and not joined
    assert program.state(message)["tracked"]
    a.wait_for("Mail1.MessagesChanged", message[1:-1])
    a.rest()
    while program.state(message)["waiting"]:
        a.wait_for("Mail1.MessagesChanged")
    assert json.loads(a.must("show", "email", record))["subject"] == "By mail"
    a.must("mail-rule", "folder=Customers")
    assert program.ask("GetRule", "(s)", "") == ("folder", "Customers")
    a.kill_agent()
    a.start_agent()
    assert program.state(message)["id"] == record
    program.ask("Untrack", "(ss)", "default", message)
    state = program.state(message)
    assert state["stopped"] and not state["tracked"]
    assert program.ask("Undo", "(s)", "") == ("untrack", [message[1:-1]])
    a.rest()
    assert program.state(message)["id"] == record
    again = MailProgram(b)  # asks, and then rests like everybody
    assert again.state("<unknown@example.com>") is None
    again.close()
    program.close()


def test_idle(rig, a, b):
    """At rest an agent does not run at all."""
    b.rest()
    b.forget()

    def used():
        switches = 0
        folder = "/proc/%d/task" % b.agent.pid
        for thread in os.listdir(folder):
            with open(os.path.join(folder, thread, "status")) as file:
                switches += sum(int(line.split()[1]) for line in file if "ctxt_switches" in line)
        with open("/proc/%d/stat" % b.agent.pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return switches, int(fields[11]) + int(fields[12])

    while True:  # what the last sync left to do: worker threads that end, kept connections
        before = used()
        try:
            b.signals.get(timeout=5)
        except queue.Empty:
            pass
        after = used()
        if time.monotonic() > b.idle_until or after[0] - before[0] <= 2:
            break
    print("# in 5 s: %d context switches, %d clock ticks" % (after[0] - before[0], after[1] - before[1]))
    assert after[0] - before[0] <= 2 and after[1] == before[1], (before, after)


def test_damaged(rig, a, b):
    """A replica that cannot be read is told; the agent, and its other profiles, go on."""
    a.kill_agent()
    folder = os.path.join(a.home, "satchel", "broken")
    shutil.copytree(os.path.join(a.home, "satchel", "default"), folder)
    for name in os.listdir(folder):
        if name.startswith("replica.db-"):
            os.unlink(os.path.join(folder, name))
    with open(os.path.join(folder, "replica.db"), "r+b") as file:
        file.write(b"no database" * 400)
    a.forget()
    a.start_agent()
    assert "'broken'" in a.call("Status", "broken")
    assert "Corrupt" in a.call("Sync", "broken") or "Invalid" in a.call("Sync", "broken")
    a.rest()


class Wiping(http.server.BaseHTTPRequestHandler):
    """Answers every request as a server does to a device that was given up for lost."""

    def do_GET(self):
        body = b'{"error":"wiped","message":"The device was given up for lost."}'
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *arguments):
        pass


def test_wiped(rig, a, b):
    """What a lost device holds is erased, key and all, by the agent as by satchelctl; other profiles stay."""
    proxy = Proxy(rig.port)
    login = ("login", "http://127.0.0.1:%d" % proxy.port, "--user", "manager", "--password-file",
             a.password_file("manager"))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Wiping)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    a.forget()
    a.must("--profile", "lost", *login)
    a.wait_for("Agent1.Rested", "'lost'", "'idle'")
    a.must("--profile", "lost", "create", "task", "subject=unsent", status=(0, 4))
    proxy.target = server.server_port
    proxy.drop()
    assert "NeedsAttention" in a.wait_for("'lost'", "'wiped'")
    while "'lost'" in a.wait_for("PropertiesChanged", "'Profiles'"):
        pass
    assert not os.path.exists(os.path.join(a.home, "satchel", "lost"))
    assert a.rows("task", "--limit", "1")

    a.kill_agent()
    proxy.target = rig.port
    a.must("--profile", "lost", *login)
    a.must("--profile", "lost", "sync", status=(0, 4))
    folder = os.path.join(a.home, "satchel", "lost")
    assert {"key", "token", "replica.db"} <= set(os.listdir(folder))
    for name in os.listdir(folder):
        with open(os.path.join(folder, name), "rb") as file:
            assert b"SQLite" not in file.read()
    proxy.target = server.server_port
    code, _, err = a.run("--profile", "lost", "sync")
    assert code == 1 and "Nothing of this profile is left" in err, err
    assert not os.path.exists(folder)
    server.shutdown()
    proxy.close()
    a.start_agent()


def test_revoked(rig, a, b):
    """A device that the server does not accept any more says so once, and does not ask again."""
    b.rest()
    b.forget()
    rig.run_server("device", "revoke", "--data", rig.data, json.loads(b.must("status"))["device"])
    create(b, "after the end")  # at the latest now it finds out
    line = b.wait_for("NeedsAttention")
    assert "'unauthenticated'" in line, line
    b.wait_for("Profiles", "'signed-out'")
    asked = b.proxy.counts["up"]
    create(b, "still here")
    try:
        while "'pushing'" not in b.signals.get(timeout=2):
            pass
        raise AssertionError("it tries again")
    except queue.Empty:
        pass
    assert b.proxy.counts["up"] == asked
    assert json.loads(b.must("status", status=(0, 4)))["pending"] >= 1


def main():
    missing = [program for program in ("dbus-daemon", "gdbus") if shutil.which(program) is None]
    if missing:
        return tap.skip("not installed: " + ", ".join(missing))
    rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2], "agent": sys.argv[3]})
    a = b = None
    try:
        a = Desktop(rig, "a", "seller1")
        proxy = Proxy(rig.port)
        b = Desktop(rig, "b", "seller2", proxy.port)
        b.proxy = proxy
        b.idle_until = time.monotonic() + PATIENCE
        for desktop in (a, b):
            desktop.must("scope", "add", "task", "subject is not empty")
            desktop.rest()
        return tap.run(tap.tests_of(globals()), call=lambda test: test(rig, a, b))
    finally:
        for desktop in (a, b):
            if desktop is not None:
                desktop.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
