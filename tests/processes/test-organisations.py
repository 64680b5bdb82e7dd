#!/usr/bin/python3
# Two organisations on one server, by their programs: a path in the address leads to the second, and nothing leads across.
#   test-organisations.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT
# SPDX-License-Identifier: GPL-3.0-or-later
import importlib
import json
import os
import shutil
import subprocess
import sys
import time

from rig import Device, Rig, tap

Desktop = importlib.import_module("test-agent").Desktop

PASSWORD = "one for two organisations"
PATIENCE = 60


class Below:
    """What is at @path of the server; `boss` has the same name and password in both organisations."""

    def __init__(self, rig, name, path):
        self.path = path
        rig.passwords["boss"] = PASSWORD
        super().__init__(rig, name, "boss", rig.port)

    def must(self, *arguments, status=(0,)):
        if arguments[0] == "login":
            arguments = ("login", arguments[1] + self.path, *arguments[2:])
        return super().must(*arguments, status=status)


class Guest(Below, Device):
    """A device."""


class GuestDesktop(Below, Desktop):
    """One with an agent."""


def until(rig, device, status, *arguments):
    """Asks until the exit status is @status: a serving process looks for changes every other second."""
    end = time.monotonic() + PATIENCE
    while device.run(*arguments)[0] != status:
        assert time.monotonic() < end, arguments
        rig.server_poll()


def test_apart(rig, first, second):
    """The same person in both: what she writes in one is not in the other, by sync nor online."""
    mine = json.loads(first.must("create", "account", "name=Only in the first"))["id"]
    theirs = json.loads(second.must("create", "account", "name=Only in the second"))["id"]
    first.must("sync")
    second.must("sync")
    for device, own, other in ((first, mine, theirs), (second, theirs, mine)):
        device.must("show", "account", own)
        device.must("show", "account", own, "--online", "--history")
        assert device.run("show", "account", other)[0] == 1
        assert device.run("show", "account", other, "--online")[0] == 1
        names = [row["name"] for row in device.rows("account", "--where", 'name contains "Only in"', "--online")]
        assert len(names) == 1, names
    status = json.loads(second.must("status"))
    assert status["pending"] == 0, status


def test_other_addresses(rig, first, second):
    """Addresses that lead nowhere are refused, and cost a profile nothing."""
    for path in ("/nobody", "/acme/v1", "/v1", "/acme/acme", "/acme%2f", "/ACME"):
        code, _, err = second.run("login", "http://127.0.0.1:%d%s" % (rig.port, path), "--user", "boss",
                                  "--password-file", second.password_file("boss"))
        assert code == 1 and err, (path, code, err)
    second.must("sync")


def test_moving(rig, first, second):
    """A profile of one organisation signs in to the other: refused while anything is unsent, and then nothing of the first stays."""
    mover = Guest(rig, "mover", "")
    file = os.path.join(rig.directory, "Zeppelin.txt")
    with open(file, "w") as text:
        text.write("Plans of the Zeppelin")
    for entity, predicate in (("account", "name is not empty"), ("note", "subject is not empty")):
        mover.must("scope", "add", entity, predicate)
    account = json.loads(mover.must("create", "account", "name=Zeppelin Works", "phone=0040 264 987654321"))["id"]
    mover.must("create", "note", "subject=Zeppelin", "regarding=account:" + account, "file=@" + file)
    mover.must("sync")
    mover.must("sync")
    mover.must("show", "account", account, "--online", "--history")
    mover.must("set", "account", account, "city=Friedrichshafen")
    url = "http://127.0.0.1:%d/acme" % rig.port
    login = ("--user", "boss", "--password-file", mover.password_file("boss"))
    before = json.loads(mover.must("show", "account", account))
    queued = json.loads(mover.must("outbox"))
    for address in (url, url + "/"):
        code, _, err = mover.run("login", address, *login)
        assert code == 1 and "unsent" in err and "organisation" in err, (code, err)
    assert json.loads(mover.must("show", "account", account)) == before
    assert json.loads(mover.must("outbox")) == queued and len(queued) == 1, queued
    mover.must("sync")
    assert json.loads(first.must("show", "account", account, "--online"))["city"] == "Friedrichshafen"
    assert traces(mover, ("Zeppelin",)), "the test would find nothing"

    code, out, err = mover.run("login", url, *login)
    assert code == 0, err
    for entity in ("account", "note", "user", "offline_filter"):
        assert mover.rows(entity) == [], entity
    assert mover.rows("account", "--find", "Zeppelin") == []
    assert mover.run("show", "account", account)[0] == 1
    assert json.loads(mover.must("outbox")) == []
    left = traces(mover, ("Zeppelin", "Friedrichshafen", "987654321"))
    assert left == [], left

    mover.path = "/acme"
    mover.must("sync")
    assert mover.run("show", "account", account)[0] == 1
    made = json.loads(mover.must("create", "account", "name=Made after moving"))["id"]
    mover.must("sync")
    second.must("show", "account", made, "--online")
    assert first.run("show", "account", made, "--online")[0] == 1


def test_woken(rig, first, second):
    """An agent listens under the path: a colleague's commit is here without anybody asking."""
    missing = [program for program in ("dbus-daemon", "gdbus") if shutil.which(program) is None]
    if missing:
        return "not installed: " + ", ".join(missing)
    desktop = GuestDesktop(rig, "desktop", "/acme")
    try:
        desktop.rest()
        desktop.forget()
        task = json.loads(second.must("create", "task", "subject=Wake up"))["id"]
        second.must("sync")
        desktop.wait_for("Agent1.Changed", task)
        assert json.loads(desktop.must("show", "task", task))["subject"] == "Wake up"
    finally:
        desktop.close()
    assert first.run("show", "task", task)[0] == 1


def test_while_serving(rig, first, second):
    """Added, disabled and enabled while the server runs; a device keeps what it holds, and goes on."""
    rig.run_server("org", "disable", "acme", "--data", rig.data)
    until(rig, second, 1, "sync")
    account = json.loads(second.must("create", "account", "name=Written while disabled"))["id"]
    first.must("sync")
    rig.run_server("org", "enable", "acme", "--data", rig.data)
    until(rig, second, 0, "sync")
    second.must("show", "account", account, "--online")
    rig.run_server("org", "add", "Nachzügler", "--data", rig.data, "--admin", "boss", "--password-file",
                   first.password_file("boss"))
    home = Device.password_file(first, "boss")
    login = ("--profile", "late", "login", "http://127.0.0.1:%d/nachzugler" % rig.port, "--user", "boss",
             "--password-file", home)
    until(rig, first, 0, *login)


def test_backup(rig, first, second):
    """Each has backups of its own, also while the other is served."""
    file = os.path.join(rig.directory, "acme.db")
    rig.run_server("backup", file, "--data", rig.data, "--org", "acme")
    rig.run_server("check", "--data", rig.data, "--org", "acme")
    program = rig.programs["server"]
    again = subprocess.run([program, "restore", file, "--data", rig.data, "--org", "twin"], capture_output=True,
                           text=True, env=rig.environment)
    assert again.returncode == 1 and "already" in again.stderr, again.stderr
    other = os.path.join(rig.directory, "other-server")
    rig.run_server("init", "--data", other, "--org", "Other")
    rig.run_server("restore", file, "--data", other, "--org", "acme")
    rig.run_server("check", "--data", other, "--org", "acme")
    listed = subprocess.run([program, "org", "list", "--json", "--data", other], check=True, capture_output=True,
                            text=True, env=rig.environment)
    assert '"Acme"' in listed.stdout, listed.stdout


def traces(device, words):
    """Files of the profile in which any of @words stands, and its attachments."""
    folder = os.path.join(device.home, "satchel", "default")
    found = []
    for directory, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(directory, name), "rb") as file:
                text = file.read()
            found += [name for word in words if word.encode() in text]
            if os.path.basename(directory) == "blobs":
                found.append(name)
    return found


def main():
    programs = {"server": sys.argv[1], "ctl": sys.argv[2], "agent": sys.argv[3]}
    rig = Rig(programs)
    try:
        password = os.path.join(rig.directory, "password")
        with open(password, "w") as file:
            file.write(PASSWORD)
        rig.run_server("org", "add", "Acme", "--data", rig.data, "--admin", "boss", "--password-file", password)
        rig.run_server("user", "add", "boss", "--role", "system-administrator", "--password-file", password, "--data",
                       rig.data)
        first = Guest(rig, "first", "")
        until(rig, first, 0, "--profile", "probe", "login", "http://127.0.0.1:%d/acme" % rig.port, "--user", "boss",
              "--password-file", password)
        second = Guest(rig, "second", "/acme/")
        for device in (first, second):
            for entity, predicate in (("account", "name is not empty"), ("task", "subject is not empty")):
                device.must("scope", "add", entity, predicate)
        return tap.run(tap.tests_of(globals()), call=lambda test: test(rig, first, second))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
