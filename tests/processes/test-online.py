#!/usr/bin/python3
# Online work with the real programs: lists, records and edits beyond what a device carries. TAP.
# Usage: test-online.py SATCHEL-SERVER SATCHELCTL
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import sys

from rig import ATTENTION, FAILED, UNREACHABLE, USAGE, Rig, document, equal, rows, run, tap

rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
office = rig.device("office", "backoffice")  # carries nothing by itself
seller = rig.device("seller", "seller1")
stranger = rig.device("stranger", "seller3")  # of another unit


def sellers_accounts(count):
    """Some of seller1's own that the office does not have."""
    here = {row["id"] for row in rows(office, "account")}
    return [row for row in rows(seller, "account", "--where", "owner = me") if row["id"] not in here][:count]


def test_lists():
    """list --online shows what may be read, in the order and with the columns of the device's own lists"""
    run(seller, "sync")
    run(office, "sync")
    equal(rows(office, "account"), [])
    names = [row["name"] for row in rows(office, "account", "--online", "--columns", "name")]
    equal(names, sorted(names, key=lambda name: name.encode()))
    for words in (["--sort", "city:desc", "--limit", "7"], ["--sort", "employees"], ["--find", "a"],
                  ["--where", "city is not empty", "--sort", "revenue:desc"]):
        # What the seller carries is part of what she may read, in the same order.
        carried = [row["id"] for row in rows(seller, "account", *words[:2])]
        online = [row["id"] for row in rows(seller, "account", "--online", *words[:2])]
        equal([id for id in online if id in set(carried)], carried)
    equal(len(rows(office, "account", "--online", "--limit", "3")), 3)
    row = rows(office, "contact", "--online", "--where", "account.city is not empty", "--columns",
               "full_name,account,account.city", "--limit", "1")[0]
    assert row["account"]["name"] and row["account.city"], row
    run(office, "list", "account", "--online", "--sort", "nothing", expect=USAGE)


def test_show():
    """show --online fetches a record, which stays; without --online a missing one says so"""
    id = sellers_accounts(1)[0]["id"]
    err = run(office, "show", "account", id, expect=FAILED)[1]
    assert "--online" in err, err
    err = run(office, "set", "account", id, "phone=1", expect=FAILED)[1]
    assert "--online" in err, err
    shown = document(office, "show", "account", id, "--online", "--history", "--related")
    equal((shown["id"], shown["_pending"]), (id, []))
    assert shown["owner"]["name"] and shown["_history"], shown
    equal(document(office, "show", "account", id)["name"], shown["name"])
    missing = run(stranger, "show", "account", id, "--online", expect=FAILED)[1]
    unknown = run(stranger, "show", "account", id[:-4] + "0000", "--online", expect=FAILED)[1]
    equal(missing, unknown)
    run(stranger, "list", "account", "--online", "--where", "no", expect=USAGE)
    equal(rows(stranger, "account", "--online", "--where", 'name = "%s" and owner = %s' % (shown["name"], shown["owner"]["id"])), [])


def test_edits():
    """set --online edits what is not here, and answers with the outcome"""
    first, second, third = [row["id"] for row in sellers_accounts(3)]
    equal(document(office, "set", "account", first, "phone=+40 1", "--online")["id"], first)
    run(seller, "sync")
    equal(document(seller, "show", "account", first)["phone"], "+40 1")
    equal(document(office, "outbox"), [])
    run(office, "delete", "account", second[:-4] + "0000", "--online", expect=FAILED)
    run(office, "set", "account", second, "phone=+40 2", "--online")
    err = run(stranger, "set", "account", third, "phone=+40 3", "--online", expect=FAILED)[1]
    assert "there is no such account" in err, err


def test_refused():
    """an edit that the server refuses is kept, and says why"""
    id = sellers_accounts(1)[0]["id"]
    err = run(seller, "do", "assign", "account", id, "owner=seller3", "--online", expect=ATTENTION)[1]
    assert "refused" in err, err
    parked = json.loads(seller.run("outbox")[1])
    equal([set["state"] for set in parked], ["parked"])
    run(seller, "outbox", "discard", parked[0]["id"])


def test_without_server():
    """offline and without a server --online says so, and nothing that was written is lost"""
    here = document(office, "show", "account", rows(office, "account")[0]["id"])
    away = sellers_accounts(1)[0]["id"]
    run(office, "offline", "on")
    for words in (["list", "account", "--online"], ["show", "account", away, "--online"],
                  ["set", "account", away, "phone=+40 1", "--online"], ["set", "account", here["id"], "phone=+40 9", "--online"]):
        run(office, *words, expect=UNREACHABLE)
    equal(len(document(office, "outbox")), 1)
    run(office, "offline", "off")
    rig.kill_server()
    for words in (["list", "account", "--online"], ["show", "account", away, "--online"],
                  ["set", "account", here["id"], "description=gone", "--online"]):
        run(office, *words, expect=UNREACHABLE)
    equal(len(document(office, "outbox")), 2)
    rig.start()
    run(office, "sync")
    equal(document(office, "outbox"), [])
    run(seller, "sync")
    equal(document(seller, "show", "account", here["id"])["phone"], "+40 9")


def main():
    try:
        return tap.run(tap.tests_of(globals()))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
