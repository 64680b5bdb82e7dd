#!/usr/bin/python3
"""measure.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT PEEK [CONTACTS APPOINTMENTS]: figures of the mirror, one "name value" a line.

SPDX-License-Identifier: GPL-3.0-or-later
"""
import json
import os
import statistics
import subprocess
import sys
import time

from desk import AGENT, Desk, Rig, missing
from gi.repository import Gio, GLib

ROUNDS = 9
TICK_S = 0.01  # what a processor's time is counted in: nothing at all is told as one
REST_S = 20
PATIENCE_S = 300


def seconds(pid):
    with open("/proc/%d/stat" % pid) as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def megabytes(pid):
    with open("/proc/%d/status" % pid) as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def write_data(desk, contacts, appointments):
    people = os.path.join(desk.folder, "people.csv")
    with open(people, "w") as file:
        file.write("first_name,last_name,email,phone,city,job_title\n")
        for i in range(contacts):
            file.write("Given%d,Family%d,g%d@company%d.example,+39 06 %07d,Rome,Engineer\n" % (i, i, i, i % 500, i))
    meetings = os.path.join(desk.folder, "meetings.csv")
    with open(meetings, "w") as file:
        file.write("subject,start,end,zone,location\n")
        for i in range(appointments):
            day = "2026-%02d-%02d" % (1 + i // 28 % 12, 1 + i % 28)
            file.write("Meeting %d,%sT%02d:00:00Z,%sT%02d:30:00Z,Europe/Rome,Room %d\n" % (i, day, 7 + i % 9, day, 7 + i % 9, i % 40))
    desk.must("import", people, "--entity", "contact")
    desk.must("import", meetings, "--entity", "appointment")


def add_raw(desk, source, kind, texts):
    """The same items into a source of her own, in one call: seconds, as the writer's clock has it."""
    desk.peek(source, "make", kind)
    done = subprocess.run([desk.rig.programs["peek"], source, "add"], env=desk.environment, input="".join(text + "\0" for text in texts),
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr)
    return float(done.stderr.split()[-1])


def renamed(items):
    """Under uids of their own, so that the second copy is no copy."""
    return [text.replace(uid, "raw-" + uid) for uid, text in items.items()]


def is_running(bus):
    try:
        status, = bus.call_sync(AGENT, "/org/satchelcrm/Satchel/Agent", AGENT + "1", "Status", GLib.Variant("(s)", ("default",)), None,
                                Gio.DBusCallFlags.NO_AUTO_START, -1)
    except GLib.Error:  # it is not on the bus yet
        return False
    return status.get("mirror") == "running"


def wait_until_filled(desk):
    """Asks now and then, and without a program: the agent and the two factories of EDS have work for all the processors of a small machine."""
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    bus = Gio.DBusConnection.new_for_address_sync(desk.environment["DBUS_SESSION_BUS_ADDRESS"], flags)
    limit = time.monotonic() + PATIENCE_S
    while not is_running(bus):
        try:
            desk.agent.wait(0.05)
        except subprocess.TimeoutExpired:
            if time.monotonic() < limit:
                continue
        raise RuntimeError("in vain: %s" % desk.status())


def main():
    lacking = missing()
    if lacking:
        print("measure: not installed: " + lacking, file=sys.stderr)
        return 77
    contacts, appointments = (int(word) for word in sys.argv[5:7]) if len(sys.argv) > 5 else (10000, 5000)
    rig = Rig(dict(zip(("server", "ctl", "agent", "peek"), sys.argv[1:])))
    desk = None
    try:
        desk = Desk(rig, "desk", "seller1")
        desk.must("sync")
        write_data(desk, contacts, appointments)
        desk.must("offline", "on")
        desk.peek("-", "sources")  # EDS is there, as on any desktop
        started = time.monotonic()
        desk.start_agent()
        wait_until_filled(desk)
        print("mirrored %.3f" % (time.monotonic() - started))
        print("agent_cpu %.3f" % seconds(desk.agent.pid))
        cards, events = desk.items("contact"), desk.items("appointment")
        assert len(cards) >= contacts and len(events) >= appointments, (len(cards), len(events))
        print("items %d" % (len(cards) + len(events)))
        out, back = [], []
        record = next(uid for uid, text in cards.items() if "Family1;" in text)
        for turn in range(ROUNDS):
            watch = subprocess.Popen([rig.programs["peek"], "satchel-contacts-default", "wait", record], env=desk.environment,
                                     stdout=subprocess.PIPE, text=True)
            watch.stdout.readline()
            began = time.time()
            desk.must("set", "contact", record, "job_title=Turn %d" % turn)
            out.append(float(watch.stdout.readline()) - began)
            watch.wait()
            desk.peek("contact", "modify", texts=[desk.item("contact", record).replace("Turn %d" % turn, "Back %d" % turn)])
            began = time.time()
            desk.until(lambda: json.loads(desk.must("show", "contact", record))["job_title"] == "Back %d" % turn)
            back.append(time.time() - began)
        print("out_ms %.1f" % (1000 * statistics.median(out)))
        print("back_ms %.1f" % (1000 * statistics.median(back)))
        before = seconds(desk.agent.pid)
        try:
            desk.agent.wait(REST_S)
        except subprocess.TimeoutExpired:
            pass
        print("idle_ms_per_minute %.1f" % (1000 * max(seconds(desk.agent.pid) - before, TICK_S) * 60 / REST_S))
        print("memory_mb %.1f" % megabytes(desk.agent.pid))
        desk.stop_agent()
        desk.start_agent()
        started = time.monotonic()
        wait_until_filled(desk)
        print("again %.3f" % (time.monotonic() - started))
        # The floor, with nobody who looks at what comes.
        desk.stop_agent()
        print("raw %.3f" % (add_raw(desk, "raw-contacts", "contacts", renamed(cards)) +
                            add_raw(desk, "raw-events", "appointments", renamed(events))))
    finally:
        if desk is not None:
            desk.close()
        rig.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
