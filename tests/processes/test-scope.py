#!/usr/bin/python3
# What devices carry, with the real programs: as it comes, as it is chosen, and when rights are taken away. TAP.
# Usage: test-scope.py SATCHEL-SERVER SATCHELCTL
#
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import json
import sys

from rig import ATTENTION, FAILED, Rig, document, equal, rows, run, tap

rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]}, thousands=3)
seller = rig.device("seller", "seller1")
office = rig.device("office", "backoffice")
stranger = rig.device("stranger", "seller3")  # of another unit


def ids(device, *words):
    return {row["id"] for row in rows(device, *words)}


def test_seller():
    """a seller carries her own records and what belongs to them, and no other account that she may read"""
    pulled = document(seller, "sync")["pulled"]
    run(stranger, "sync")
    chosen = sorted(document(seller, "scope"), key=lambda filter: filter["entity"])
    equal([(filter["entity"], filter["predicate"], filter["related"]) for filter in chosen],
          [("*", "owner = me", True), ("appointment", "attendees has me or organizer has me", False), ("email", "tracked_by has me", False)])
    assert 0 < chosen[0]["records"] < pulled, (chosen, pulled)  # each once; what all carry is not of its choice
    carried, own, readable = (ids(seller, "account", *words) for words in
                              ([], ["--where", "owner = me"], ["--online", "--limit", "1000"]))
    assert own and own <= carried < readable, (len(own), len(carried), len(readable))
    equal(own, ids(seller, "account", "--online", "--where", "owner = me", "--limit", "1000"))
    wanted = ids(seller, "contact", "--online", "--where", "account.owner = me", "--limit", "1000")
    assert wanted and wanted <= ids(seller, "contact"), (len(wanted), len(ids(seller, "contact")))


def test_why():
    """why tells what brings a record, what would, and nothing about what may not be read"""
    carried = ids(seller, "account")
    own = sorted(ids(seller, "account", "--where", "owner = me"))[0]
    answer = document(seller, "why", "account", own)
    assert answer["carried"] is True and "owner = me" in answer["reason"], answer
    left = sorted(ids(seller, "account", "--online", "--limit", "1000") - carried)[0]
    answer = document(seller, "why", "account", left)
    assert answer["carried"] is False and answer["reason"], answer
    hidden = sorted(ids(stranger, "account"))[0]
    nobody = "0190aaaa-0000-7000-8000-000000000001"
    # Word for word what is said about an id that nobody has.
    equal(run(seller, "why", "account", hidden, expect=FAILED)[1].replace(hidden, "ID"),
          run(seller, "why", "account", nobody, expect=FAILED)[1].replace(nobody, "ID"))


def test_office():
    """the back office carries nothing, lists online, and keeps what it opened"""
    run(office, "sync")
    for entity in "account", "contact", "opportunity", "task":
        equal(rows(office, entity), [])
    id = rows(office, "account", "--online", "--limit", "1")[0]["id"]
    run(office, "show", "account", id, "--online")
    run(office, "sync")
    equal(ids(office, "account"), {id})
    run(office, "set", "account", id, "phone=+40 264 77")
    equal(document(office, "sync")["pushed"], 1)
    equal(document(office, "show", "account", id, "--online")["phone"], "+40 264 77")


def test_preview():
    """preview foretells records exactly and bytes within 5 %"""
    cities = collections.Counter(row["city"] for row in rows(office, "account", "--online", "--columns", "city",
                                                             "--limit", "1000"))
    for where in ('city = "%s"' % cities.most_common(1)[0][0], "revenue > 0"):
        nothing = document(office, "sync")["bytes_in"]
        promised = document(office, "scope", "preview", "account", where, "--related")
        run(office, "scope", "add", "account", where, "--related")
        got = document(office, "sync")
        equal(got["pulled"] - got["pushed"], promised["records"])
        # Taken off: what an exchange costs that brings nothing. The filter itself comes too, and is most of what a small one misses.
        bytes = got["bytes_in"] - nothing
        assert abs(bytes - promised["bytes"]) <= 0.05 * promised["bytes"] + 600, (where, bytes, promised)


def test_removed():
    """what was chosen leaves with the filter that chose it; the pinned record stays"""
    for filter in document(office, "scope"):
        run(office, "scope", "remove", filter["id"])
    assert document(office, "sync")["removed"] > 0
    equal(len(rows(office, "account")), 1)
    equal(document(office, "scope"), [])


def test_moved():
    """who is moved to another unit loses what she may not read any more; her edit comes back with its text"""
    run(seller, "scope", "add", "account", "")
    run(seller, "sync")
    lost = sorted(ids(seller, "account", "--where", "not owner = me"))[0]
    name = document(seller, "show", "account", lost)["name"]
    entry = document(seller, "set", "account", lost, "phone=+40 1", "description=Call the yard first")["set"]
    unit = document(stranger, "show", "account", sorted(ids(stranger, "account", "--where", "owner = me"))[0])["unit"]["name"]
    rig.run_server("user", "set-unit", "seller1", unit, "--data", rig.data)
    got = document(seller, "sync", expect=ATTENTION)
    assert got["removed"] > 0 and got["parked"] == 1, got
    parked = document(seller, "outbox")
    equal([(one["id"], one["state"], one["values"]) for one in parked],
          [(entry, "parked", {"phone": "+40 1", "description": "Call the yard first"})])
    assert parked[0]["code"] in ("forbidden", "not-found") and parked[0]["reason"], parked
    run(seller, "show", "account", lost, expect=FAILED)
    equal(rows(seller, "account", "--find", name), [])
    run(seller, "outbox", "discard", entry)


def test_role_revoked():
    """without the role of a seller no record is left, and the edit that waited is not lost"""
    id = sorted(ids(seller, "account"))[0]
    entry = document(seller, "set", "account", id, "description=Kept")["set"]
    rig.run_server("user", "role", "add", "seller1", "customiser", "--data", rig.data)
    rig.run_server("user", "role", "remove", "seller1", "salesperson", "--data", rig.data)
    run(seller, "sync", expect=ATTENTION)
    equal(rows(seller, "account"), [])
    parked = document(seller, "outbox")
    equal([(one["id"], one["state"], one["values"]) for one in parked], [(entry, "parked", {"description": "Kept"})])


def main():
    try:
        return tap.run(tap.tests_of(globals()))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
