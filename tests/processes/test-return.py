#!/usr/bin/python3
# Devices that come back: revoked and enrolled anew, away for so long that what left was forgotten, or copied. What waited on
# them is done once, or asked about, and nothing of what is gone stays. TAP.
# Usage: test-return.py SATCHEL-SERVER SATCHELCTL
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import shutil
import sqlite3
import sys

from rig import ATTENTION, DONE, FAILED, Device, Rig, equal, tap

rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
office = rig.device("office", "seller1")  # stays at work
office.must("sync")


def document(device, *words, status=(DONE,)):
    return json.loads(device.must(*words, status=status))


def create(device, name):
    return document(device, "create", "account", "name=" + name)["id"]


def login(device):
    device.must("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller1", "--password-file",
                device.password_file("seller1"))


def named(name):
    return [row["id"] for row in office.rows("account", "--where", 'name = "%s"' % name, "--online")]


def make(name):
    """A device that carries three accounts, and another office's edits that wait on it."""
    kept, edited, gone = (create(office, "%s %s" % (name, what)) for what in ("kept", "edited", "gone"))
    office.must("sync")
    device = rig.device(name, "seller1")
    device.must("sync")
    device.must("offline", "on")
    device.must("set", "account", edited, "city=Turda")
    device.must("set", "account", gone, "city=Nowhere")
    fresh = create(device, name + " fresh")
    device.must("offline", "off")
    office.must("delete", "account", gone)
    office.must("set", "account", kept, "city=Bonn")
    office.must("sync")
    return device, kept, edited, gone, fresh


def check(device, name, kept, edited, gone, fresh):
    """What waited was done once; what cannot be done is asked about; the rest is as it is at the office."""
    office.must("sync", status=(DONE, ATTENTION))
    equal(document(device, "show", "account", kept)["city"], "Bonn")
    for who in device, office:
        equal(document(who, "show", "account", edited)["city"], "Turda")
    equal(named(name + " fresh"), [fresh])
    waiting = document(device, "outbox")
    equal([(item["record"], item["state"], item["code"]) for item in waiting], [(gone, "parked", "record-deleted")])
    device.must("outbox", "discard", waiting[0]["id"])
    device.must("sync", "--audit")
    assert device.run("show", "account", gone)[0] == FAILED
    theirs = {row["id"]: row for row in office.rows("account")}
    equal({row["id"]: row for row in device.rows("account")}, theirs)


def test_revoked():
    """a device that was revoked keeps what waits, and sends it once it is enrolled anew"""
    device, *records = make("revoked")
    before = document(device, "status")
    rig.run_server("device", "revoke", before["device"], "--data", rig.data)
    code, _, err = device.run("sync")
    equal(code, FAILED)
    assert "login" in err or "sign" in err, err
    equal(document(device, "status")["pending"], before["pending"])
    login(device)
    device.must("sync", status=(ATTENTION,))
    check(device, "revoked", *records)


def test_revoked_midway():
    """revoked when its sets were applied already, but it had not heard: none is done twice"""
    device, *records = make("midway")
    copy = os.path.join(rig.directory, "midway-copy")
    shutil.copytree(device.home, copy)
    device.must("sync", status=(ATTENTION,))
    rig.run_server("device", "revoke", document(device, "status")["device"], "--data", rig.data)
    shutil.rmtree(device.home)
    os.rename(copy, device.home)  # as it was before
    login(device)
    device.must("sync", status=(ATTENTION,))
    check(device, "midway", *records)


def forget():
    """As after 90 days: what left is not known any more, and older cursors begin anew."""
    rig.server.terminate()
    rig.server.wait()
    store = sqlite3.connect(os.path.join(rig.data, "satchel.db"))
    with store:
        store.execute("UPDATE clock SET floor = s")
        store.execute("DELETE FROM departed")
    store.close()
    rig.start()


def test_long_away():
    """away for 90 days, then signed in again: all is fetched anew, and what waited is sent"""
    device, *records = make("away")
    forget()
    login(device)
    device.must("sync", status=(ATTENTION,))
    check(device, "away", *records)


def test_cloned_and_away():
    """a copy of a device that came back after 90 days becomes a device of its own, and doubles nothing"""
    device, *records = make("twins")
    twin = Device.__new__(Device)
    twin.rig, twin.home = rig, os.path.join(rig.directory, "twin")
    shutil.copytree(device.home, twin.home)
    twin.environment = dict(rig.environment, XDG_DATA_HOME=twin.home)
    forget()
    twin_account = create(twin, "twins own")
    device.must("sync", status=(ATTENTION,))
    create(device, "twins other")
    device.must("sync", status=(ATTENTION,))
    twin.must("sync", status=(ATTENTION,))
    assert document(twin, "status")["device"] != document(device, "status")["device"]
    equal(named("twins own"), [twin_account])
    equal(len(named("twins other")), 1)
    device.must("sync", status=(ATTENTION,))
    check(device, "twins", *records)


def main():
    try:
        return tap.run(tap.tests_of(globals()))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
