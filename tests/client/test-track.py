#!/usr/bin/python3
# Messages tracked with satchelctl by several people, on several devices, offline, in any order: each becomes one record. TAP.
# Usage: test-track.py SATCHELCTL SATCHEL-SERVER FOLDER-OF-MESSAGES
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import tap  # noqa: E402

CTL, SERVER, MAIL = sys.argv[1:4]
OFFER = """From: ana@customer.example
To: seller1@example.com
Subject: Your offer
Date: Mon, 1 Jan 2024 10:00:00 +0000
Message-ID: <offer@customer.example>
Content-Type: multipart/mixed; boundary=B

--B

Dear sellers, we have talked about it on Monday and accept your offer.
--B
Content-Type: application/pdf; name=order.pdf

the order
--B--
"""


class World:
    def __init__(self):
        self.dir = tempfile.mkdtemp(prefix="satchel-track-")
        self.env = dict(os.environ, XDG_DATA_HOME=self.dir + "/data", DBUS_SESSION_BUS_ADDRESS="", LC_ALL="C", TZ="UTC", G_DEBUG="")
        subprocess.run([SERVER, "init", "--data", self.dir + "/server", "--demo", "1", "--seed", "7"], check=True, stdout=subprocess.DEVNULL)
        with open(self.dir + "/server/demo-users.json") as file:
            self.passwords = json.load(file)
        port_file = self.dir + "/port"
        self.process = subprocess.Popen([SERVER, "serve", "--data", self.dir + "/server", "--listen", "127.0.0.1:0", "--port-file", port_file],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not (os.path.exists(port_file) and open(port_file).read().strip()):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        self.url = "http://127.0.0.1:" + open(port_file).read().strip()

    def device(self, name, user):
        device = Device(self, name)
        device.run("login", self.url, "--user", user, "--password-file", "-", stdin=self.passwords[user] + "\n")
        device.run("sync")
        return device

    def close(self):
        self.process.terminate()
        self.process.wait()
        shutil.rmtree(self.dir)


class Device:
    def __init__(self, world, name):
        self.world, self.name = world, name

    def run(self, *words, stdin="", expect=0):
        result = subprocess.run([CTL, "--profile", self.name, *words], env=self.world.env, input=stdin, text=True, encoding="utf-8",
                                capture_output=True, timeout=120)
        what = "%s %s: status %d, %s%s" % (self.name, " ".join(words), result.returncode, result.stdout, result.stderr)
        assert result.returncode == expect, what
        if expect:
            assert result.stderr.startswith("satchelctl: ") and result.stderr.count("\n") == 1 and not result.stdout, what
        return result.stdout if not expect else result.stderr

    def json(self, *words, stdin=""):
        return json.loads(self.run("--json", *words, stdin=stdin))

    def emails(self, message_id="offer@customer.example"):
        out = self.run("list", "email", "--where", 'message_id = "%s"' % message_id, "--json")
        return [json.loads(line) for line in out.splitlines()]

    def track(self, *words, text=OFFER):
        return self.json("track", "-", *words, stdin=text)


def trackers(email):
    return len(email["tracked_by"] or [])


def test_together():
    """Two devices of one person and one of a colleague, all offline."""
    one, two, colleague = world.device("a1", "seller1"), world.device("a2", "seller1"), world.device("a3", "seller2")
    ids = {device.track("--attachments", "all")["id"] for device in (one, two, colleague)}
    assert len(ids) == 1
    for device in (one, two, colleague, one, two):
        device.run("sync")
    for device in (one, two):
        emails = device.emails()
        assert len(emails) == 1 and trackers(emails[0]) == 2, emails
        notes = device.run("list", "note", "--where", "email = " + emails[0]["id"], "--json").splitlines()
        assert len(notes) == 1, notes
    assert len(colleague.emails()) == 1 and trackers(colleague.emails()[0]) == 2
    assert one.track()["joined"]

    one.run("untrack", "<offer@customer.example>")
    two.run("sync")
    one.run("sync")
    two.run("sync")
    assert trackers(two.emails()[0]) == 1
    assert "do not track" in two.run("untrack", "offer@customer.example", expect=1)
    colleague.run("untrack", "-", stdin=OFFER)
    for device in (colleague, one, two):
        device.run("sync")
        assert device.emails() == []
    assert two.track()["joined"] is False
    two.run("sync")
    colleague.run("sync")
    assert trackers(two.emails()[0]) == 1
    for device in (one, two, colleague):
        assert device.json("status")["parked"] == 0


def test_regarding():
    device = world.device("b1", "seller1")
    account = json.loads(device.run("list", "account", "--limit", "1", "--json").splitlines()[0])
    first = device.track("--regarding", "account:" + account["id"], text=OFFER.replace("offer@", "first@"))
    assert first["regarding"] == {"entity": "account", "id": account["id"], "name": account["name"]}, first
    reply = "From: seller1@example.com\nTo: ana@customer.example\nSubject: Re: Your offer\nMessage-ID: <reply@x>\nReferences: <first@customer.example>\n\nThanks\n"
    second = device.track(text=reply)
    assert second["regarding"]["id"] == account["id"] and not second["joined"]
    device.run("sync")
    assert device.json("status")["parked"] == 0
    device.run("track", "-", "--regarding", "nonsense:1", stdin=OFFER, expect=1)
    device.run("track", "/nonexistent", expect=1)
    device.run("track", "-", "--attachments", "some", stdin=OFFER, expect=2)
    assert "no mail message" in device.run("track", "-", stdin="no mail", expect=1)


def test_all_files():
    """Tracked or refused with a reason; those of one Message-ID and Date are one record; the server takes them all."""
    device = world.device("c1", "seller2")
    tracked = {}
    for name in sorted(os.listdir(MAIL)):
        if name.endswith(".eml"):
            answer = device.json("track", MAIL + "/" + name, "--attachments", "all")
            tracked.setdefault(answer["message_id"], set()).add(answer["id"])
    assert len(tracked) >= 35, len(tracked)
    assert all(len(ids) == 1 for ids in tracked.values())
    device.run("sync")
    assert device.json("status")["parked"] == 0, device.run("outbox")
    other = world.device("c2", "seller2")
    for message_id, ids in tracked.items():
        emails = other.emails(message_id.replace("\\", "\\\\").replace('"', '\\"'))
        assert {email["id"] for email in emails} == ids, message_id


world = World()
try:
    sys.exit(tap.run(tap.tests_of(globals())))
finally:
    world.close()
