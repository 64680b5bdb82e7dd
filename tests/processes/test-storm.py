#!/usr/bin/python3
# Programs are killed at random moments while they work, and connections are cut: nothing is lost, nothing is doubled.
#   test-storm.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT     SATCHEL_TEST_SEED picks the moments, SATCHEL_TEST_LONG makes it long
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

from rig import Device, Proxy, Rig, tap

LONG = "SATCHEL_TEST_LONG" in os.environ
SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))


PATIENCE = 60  # for what takes no set time
STORM_S = 180 if LONG else 10
BUS = """<busconfig><type>session</type><listen>unix:path=%s</listen><servicedir>%s</servicedir><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>"""
AGENT = "org.satchelcrm.Satchel.Agent"
SERVICE = "[D-BUS Service]\nName=%s\nExec=%s\n"


class Activated(Device):
    """A device with a session bus that starts its agent whenever somebody asks for that."""

    def __init__(self, rig, name, user):
        super().__init__(rig, name, user, rig.port)
        self.address = os.path.join(self.home, "bus")
        services = os.path.join(self.home, "services")
        os.mkdir(services)
        with open(os.path.join(services, AGENT + ".service"), "w") as file:
            file.write(SERVICE % (AGENT, os.path.abspath(rig.programs["agent"])))
        with open(self.address + ".conf", "w") as file:
            file.write(BUS % (self.address, services))
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=" + self.address
        self.start_bus()

    def start_bus(self):
        self.bus = subprocess.Popen(["dbus-daemon", "--nofork", "--nopidfile", "--config-file", self.address + ".conf",
                                     "--print-address=1"], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.bus.stdout.readline()

    def ask(self, name, path, method, *arguments):
        return subprocess.run(["gdbus", "call", "--session", "--timeout", str(PATIENCE), "--dest", name, "--object-path", path,
                               "--method", method, *arguments], env=self.environment, capture_output=True, text=True).stdout

    def wake_agent(self):
        self.ask("org.freedesktop.DBus", "/", "org.freedesktop.DBus.StartServiceByName", AGENT, "0")

    def agent_pid(self):
        """Of the agent on this device's own bus, or None."""
        answer = self.ask("org.freedesktop.DBus", "/", "org.freedesktop.DBus.GetConnectionUnixProcessID", AGENT)
        found = re.search(r"uint32 (\d+)", answer)
        return int(found.group(1)) if found else None

    def kill_agent(self):
        pid = self.agent_pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
        return pid is not None

    def kill_bus(self):
        self.bus.kill()
        self.bus.wait()
        os.unlink(self.address)
        self.start_bus()

    def agents(self):
        """All that work in this device's home, also those whose bus was killed."""
        home = ("XDG_DATA_HOME=%s" % self.home).encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/environ" % pid, "rb") as file, open("/proc/%s/comm" % pid) as name:
                    if home in file.read().split(b"\0") and name.read().startswith("satchel-agent"):
                        yield int(pid)
            except OSError:
                pass  # somebody else's, or gone

    def close(self):
        self.bus.terminate()
        self.bus.wait()
        for pid in self.agents():
            os.kill(pid, signal.SIGTERM)


def subjects(device, prefix):
    return collections.Counter(row["subject"] for row in device.rows("task", "--where", 'subject starts with "%s"' % prefix))


def colleague(rig, name):
    """A device that carries what the other seller of the branch does."""
    device = rig.device(name, "seller2")
    device.must("scope", "add", "*", "")
    device.must("sync", status=(0, 4))
    return device


def settle(devices):
    for _ in range(2):
        for device in devices:
            device.must("sync", status=(0, 4))
    for device in devices:
        status = json.loads(device.must("status", status=(0, 4)))
        assert status["pending"] == 0, status


def test_kill(rig, chance):
    """Writers, syncs and the server die by SIGKILL; what was acknowledged is there once, whatever was not, at most once."""
    devices = [rig.device("kill-a", "seller1"), colleague(rig, "kill-b")]
    devices[0].must("scope", "add", "*", "")
    for device in devices:
        device.must("sync", status=(0, 4))
    written, unsure, number = set(), set(), 0
    for _ in range(400 if LONG else 24):
        running = []
        for device in devices:
            subject = "kill %d" % number
            number += 1
            running.append((device.start("create", "task", "subject=" + subject), subject))
            running.append((device.start("sync"), None))
        for process, subject in running:
            if chance.random() < 0.4:
                try:
                    process.wait(chance.random() * 0.06)
                except Exception:
                    process.kill()
            process.communicate()
            if subject is not None:
                (written if process.returncode == 0 else unsure).add(subject)
        if chance.random() < 0.4:
            victim = devices[0].start("sync")
            rig.server_poll()
            rig.kill_server()
            victim.communicate()
            rig.start()
    settle(devices)
    for device in devices:
        seen = subjects(device, "kill ")
        assert written <= set(seen), "lost: %s" % sorted(written - set(seen))
        assert set(seen) <= written | unsure, "from nowhere: %s" % sorted(set(seen) - written - unsure)
        assert max(seen.values()) == 1, "doubled: %s" % [s for s, n in seen.items() if n > 1]
    assert len(written) > 10, "hardly anything was written"


def test_cut(rig, chance):
    """A queue is replayed over a link that is cut at one byte after another, in both directions."""
    proxy = Proxy(rig.port)
    sender, reader = rig.device("cut-a", "seller1", proxy.port), colleague(rig, "cut-b")
    for device in (sender, reader):
        device.must("sync", status=(0, 4))
    expected = 0
    for way in ("up", "down"):
        proxy.set(None)
        sender.must("create", "task", "subject=cut %s measure" % way)
        expected += 1
        sender.must("sync", status=(0, 4))
        longest = proxy.counts[way] + 200
        # Four seeds try every byte; one that did would take an hour.
        for limit in range(SEED % 4, longest, 4) if LONG else range(0, longest, max(1, longest // 25)):
            proxy.set(way, limit)
            sender.must("create", "task", "subject=cut %s %d" % (way, limit))
            expected += 1
            sender.run("sync")
        proxy.set(None)
    settle((sender, reader))
    for device in (sender, reader):
        seen = subjects(device, "cut ")
        assert len(seen) == expected and max(seen.values()) == 1, (expected, len(seen), seen.most_common(3))
    proxy.close()


def test_five_thousand(rig, chance):
    """5,000 edits made offline arrive exactly once over a link that is cut again and again."""
    proxy = Proxy(rig.port)
    sender, reader = rig.device("many-a", "seller1", proxy.port), colleague(rig, "many-b")
    sender.must("sync", status=(0, 4))
    sender.must("offline", "on")
    path = os.path.join(sender.home, "tasks.csv")
    with open(path, "w") as file:
        file.write("subject,description\n")
        for i in range(5000):
            file.write("many %d,written offline – 离线 %d\n" % (i, i))
    summary = json.loads(sender.must("import", path, "--entity", "task"))
    assert summary["created"] == 5000, summary
    status, _, _ = sender.run("sync")
    assert status == 3, "sync while switched offline: exit %d" % status
    sender.must("offline", "off", status=(0, 3, 4))
    for _ in range(12):
        proxy.set(chance.choice(("up", "down")), chance.randrange(200, 60000))
        sender.run("sync")
    proxy.set(None)
    settle((sender, reader))
    for device in (sender, reader):
        seen = subjects(device, "many ")
        assert len(seen) == 5000 and max(seen.values()) == 1, (len(seen), seen.most_common(2))
    proxy.close()


def test_all_at_once(rig, chance):
    """Server, agents, buses and programs of three devices die by SIGKILL at any moment, under load, and come back."""
    missing = [program for program in ("dbus-daemon", "gdbus") if shutil.which(program) is None]
    if missing:
        return "not installed: " + ", ".join(missing)
    devices = [Activated(rig, "all-%d" % number, user) for number, user in enumerate(("seller1", "seller1", "seller2"))]
    try:
        storm(rig, chance, devices)
    finally:
        for device in devices:
            device.close()


def storm(rig, chance, devices):
    for device in devices:
        device.must("scope", "add", "task", "subject is not empty")
        device.must("sync", status=(0, 4))
        device.wake_agent()
    written, unsure, deaths, running = set(), set(), collections.Counter(), []
    until, number = time.monotonic() + STORM_S, 0

    def reap(most):
        while len(running) > most:
            process, subject = running.pop(chance.randrange(len(running)))
            if chance.random() < 0.3:
                try:
                    process.wait(chance.random() * 0.03)
                except subprocess.TimeoutExpired:
                    process.kill()
                    deaths["program"] += 1
            process.communicate(timeout=PATIENCE)
            if subject is not None:
                (written if process.returncode == 0 else unsure).add(subject)

    def goes_on():
        enough = min(deaths[what] for what in ("agent", "server", "program")) > 0 and len(written) > 10
        return time.monotonic() < until or not enough and time.monotonic() < until + PATIENCE

    while goes_on():
        device = chance.choice(devices)
        subject = "all %d" % number
        number += 1
        running.append((device.start("create", "task", "subject=" + subject), subject))
        if chance.random() < 0.4:
            running.append((device.start("sync"), None))
        reap(5)
        if chance.random() < 0.3 and device.kill_agent():
            deaths["agent"] += 1
        if chance.random() < 0.3:
            device.wake_agent()
        if chance.random() < 0.04:
            device.kill_bus()
            deaths["bus"] += 1
        if chance.random() < 0.12:
            rig.kill_server()
            deaths["server"] += 1
            rig.start()
    reap(0)
    print("# %d written, %d perhaps; killed: %s" % (len(written), len(unsure), dict(deaths)))
    for device in devices:
        device.wake_agent()  # it takes part in settling, or is not there: both will do
    settle(devices)
    for device in devices:
        seen = subjects(device, "all ")
        assert written <= set(seen), "lost: %s" % sorted(written - set(seen))
        assert set(seen) <= written | unsure, "from nowhere: %s" % sorted(set(seen) - written - unsure)
        assert max(seen.values()) == 1, "doubled: %s" % [s for s, n in seen.items() if n > 1]
        device.must("sync", "--audit", status=(0, 4))
        device.must("doctor", status=(0, 4))
    rig.run_server("check", "--data", rig.data)


def call(test):
    rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2], "agent": sys.argv[3]})
    try:
        return test(rig, random.Random(SEED))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(tap.run(tap.tests_of(globals()), wanted=sys.argv[4:], call=call, seed=SEED))
