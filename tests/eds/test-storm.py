#!/usr/bin/python3
# Everybody is killed at any moment while contacts and appointments are edited on both sides and messages are tracked: nothing is lost, nothing is
# there twice.
#   test-storm.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT PEEK      SATCHEL_TEST_SEED picks the moments, SATCHEL_TEST_LONG makes it long
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import random
import signal
import subprocess
import sys
import threading

from desk import Desk, Rig, missing, tap

LONG = "SATCHEL_TEST_LONG" in os.environ
SEED = int(os.environ.get("SATCHEL_TEST_SEED", random.randrange(1 << 31)))
TURNS = 60 if LONG else 8
CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:Storm %s\r\nN:%s;Storm;;;\r\nEND:VCARD"
EVENT = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261207T090000Z\r\n"
         "DTEND:20261207T100000Z\r\nSUMMARY:Storm %s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
MESSAGE = ("From: Ana <ana@storm.example>\r\nTo: me@example.com\r\nSubject: Storm %d\r\nMessage-ID: <storm-%d@storm.example>\r\n"
           "Date: Mon, 05 Oct 2026 09:00:00 +0000\r\n\r\nText.\r\n")
DAEMONS = ("evolution-addressbook-factory", "evolution-calendar-factory", "evolution-source-registry")


def put(desk, source, uid, change, new=None):
    """As a program does whose daemon dies while it writes: it asks whether that came to pass, and tries again."""
    for _ in range(40):
        try:
            old = desk.item(source, uid)
            text = new if old is None else change(old)
            if text != old:
                desk.peek(source, "add" if old is None else "modify", texts=[text])
            return
        except (AssertionError, subprocess.TimeoutExpired, json.JSONDecodeError) as problem:
            last = problem
    raise AssertionError("EDS cannot be written: %s" % last)


class Storm(threading.Thread):
    """Kills one after the other; the moments and the victims follow from the seed."""

    def __init__(self, desk, seed):
        super().__init__()
        self.desk, self.random, self.over, self.killed = desk, random.Random(seed), threading.Event(), 0

    def run(self):
        while not self.over.wait(self.random.uniform(0.05, 1.5)):
            if self.random.random() < 0.5:
                self.desk.stop_agent(signal.SIGKILL)
                self.killed += 1
                self.desk.start_agent()
            else:
                self.killed += self.desk.kill_eds((self.random.choice(DAEMONS),))


def edit(desk, turn, dice):
    here, there = "here%d" % turn, "there%d" % turn
    contact = json.loads(desk.must("create", "contact", "first_name=Storm", "last_name=" + here))["id"]
    desk.must("create", "appointment", "subject=Storm " + here, "start=2026-12-01T09:00:00Z", "end=2026-12-01T10:00:00Z")
    put(desk, "contact", there, lambda old: old, CARD % (there, there, there))
    put(desk, "appointment", there, lambda old: old, EVENT % (there, there))
    path = os.path.join(desk.folder, "message")
    with open(path, "w", newline="") as file:
        file.write(MESSAGE % (turn, turn))
    for _ in range(dice.randint(1, 3)):
        desk.must("track", path)
    desk.must("set", "contact", contact, "phone=%d" % turn)
    title = "TITLE:Smith %d" % turn
    put(desk, "contact", there, lambda old: old if title in old else old.replace("END:VCARD", title + "\r\nEND:VCARD"))


def settled(desk):
    return desk.status()["state"] == "running" and len(rows(desk, "contact")) >= 2 * TURNS and len(rows(desk, "appointment")) >= 2 * TURNS and \
        sum("FN:Storm " in text for text in desk.items("contact").values()) >= 2 * TURNS and \
        sum("SUMMARY:Storm " in text for text in desk.items("appointment").values()) >= 2 * TURNS and \
        all(row["job_title"] for row in rows(desk, "contact") if row["last_name"].startswith("there")) and \
        all("TEL" in text for text in desk.items("contact").values() if "Storm here" in text)


def rows(desk, entity):
    return desk.rows(entity, "--where", {"contact": 'first_name = "Storm"'}.get(entity, 'subject starts with "Storm "'))


def check(desk):
    wanted = sorted("Storm %s%d" % (side, turn) for side in ("here", "there") for turn in range(TURNS))
    assert sorted(row["full_name"] for row in rows(desk, "contact")) == wanted
    assert sorted(row["subject"] for row in rows(desk, "appointment")) == wanted
    assert sorted(row["subject"] for row in rows(desk, "email")) == sorted("Storm %d" % turn for turn in range(TURNS))
    for source, line in (("contact", "FN:"), ("appointment", "SUMMARY:")):
        shown = sorted(one[len(line):] for text in desk.items(source).values() for one in text.splitlines() if one.startswith(line + "Storm "))
        assert shown == wanted, shown
    for row in rows(desk, "contact"):
        turn = row["last_name"].lstrip("heret")
        assert (row["job_title"] if row["last_name"].startswith("there") else row["phone"]).endswith(turn), row


def test_storm(desk):
    storm, dice = Storm(desk, SEED), random.Random(SEED + 1)
    storm.start()
    try:
        for turn in range(TURNS):
            edit(desk, turn, dice)
    finally:
        storm.over.set()
        storm.join()
    desk.until(settled, desk)
    check(desk)
    print("# %d were killed" % storm.killed)


def main():
    lacking = missing()
    if lacking:
        return tap.skip("not installed: " + lacking)
    rig = Rig(dict(zip(("server", "ctl", "agent", "peek"), sys.argv[1:])))
    desk = None
    try:
        desk = Desk(rig, "desk", "seller1")
        desk.must("sync")
        desk.start_agent()
        desk.until(desk.running)
        return tap.run([test_storm], call=lambda test: test(desk), seed=SEED)
    finally:
        if desk is not None:
            desk.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
