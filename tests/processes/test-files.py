#!/usr/bin/python3
# Attachments with the real programs: over a link that drops, to those who may read them, and away again. TAP.
# Usage: test-files.py SATCHEL-SERVER SATCHELCTL
#
# SPDX-License-Identifier: GPL-3.0-or-later
import hashlib
import json
import os
import random
import sys

from rig import ATTENTION, DONE, FAILED, UNREACHABLE, USAGE, Proxy, Rig, document, equal, run, tap

MB = 1000 * 1000

rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
proxy = Proxy(rig.port)
chance = random.Random(16)
seller = rig.device("seller", "seller1", proxy.port)
stranger = rig.device("stranger", "seller3", proxy.port)  # of another unit
stranger.must("sync")
made = {}


def path(name):
    return os.path.join(rig.directory, name)


def write(name, size):
    with open(path(name), "wb") as file:
        file.write(chance.randbytes(size))
    return path(name)


def read(name):
    with open(name, "rb") as file:
        return file.read()


def held(device):
    """Hashes of the whole files of the profile."""
    folder = os.path.join(device.home, "satchel", "default", "blobs")
    return {name for name in os.listdir(folder) if len(name) == 64} if os.path.isdir(folder) else set()


def insist(device, *words, way):
    """Repeats a command while its connections drop at random places; how many dropped."""
    before = proxy.cuts
    for _ in range(200):
        proxy.set(way, chance.randint(200 * 1000, 9 * MB))
        status, out, err = device.run(*words)
        assert status in (DONE, UNREACHABLE), "%s: status %d, %s%s" % (" ".join(words), status, out, err)
        if status == DONE:
            proxy.set(None)
            return proxy.cuts - before
    raise AssertionError("%s did not get through" % " ".join(words))


def share(what):
    user, = [row["id"] for row in stranger.rows("user") if row["login"] == "seller3"]
    run(seller, "do", what, "note", made["note"], "with=user:" + user, *(["rights=read"] if what == "share" else []))
    run(seller, "sync")
    run(stranger, "sync")


def test_refused_files():
    """what cannot be attached is told, and nothing is queued"""
    for name in ("missing", ".", os.path.basename(rig.directory)):
        run(seller, "create", "note", "subject=No", "file=@" + path(name), expect=FAILED)
    os.mkfifo(path("pipe"))
    run(seller, "create", "note", "subject=No", "file=@" + path("pipe"), expect=FAILED)
    with open(path("huge"), "wb") as file:
        file.truncate(1024 * 1024 * 1024 + 1)
    _, err = run(seller, "create", "note", "subject=No", "file=@" + path("huge"), expect=FAILED)
    assert "1024 MiB" in err, err
    equal(document(seller, "outbox"), [])
    equal(held(seller), set())


def test_upload():
    """50 MB go up over a link that drops; what does not need them goes before"""
    source = write("contract.bin", 50 * MB)
    made["hash"] = hashlib.sha256(read(source)).hexdigest()
    made["note"] = document(seller, "create", "note", "subject=Contract", "file=@" + source)["id"]
    run(seller, "set", "note", made["note"], "body=Signed")  # waits with it
    made["task"] = document(seller, "create", "task", "subject=Quite independent")["id"]
    os.unlink(source)  # the profile has its own copy
    equal(document(seller, "file", "get", "note", made["note"], "-o", path("offline"))["fetched"], False)
    proxy.set("up", 200 * 1000)
    run(seller, "sync", expect=UNREACHABLE)
    equal({entry["entity"] for entry in document(seller, "outbox")}, {"note"})
    cuts = insist(seller, "sync", way="up")
    assert cuts > 4, cuts
    equal(document(seller, "outbox"), [])
    equal(document(seller, "show", "note", made["note"])["body"], "Signed")


def test_empty_and_small():
    """an empty file and a small one come with their records"""
    ids = [document(seller, "create", "note", "subject=Small", "file=@" + write(name, size))["id"]
           for name, size in (("empty.txt", 0), ("exact.bin", 1024 * 1024), ("small.txt", 10))]
    run(seller, "sync")
    other = rig.device("other", "seller1", proxy.port)
    run(other, "files", "policy", "2MB")
    run(other, "sync")
    run(other, "offline", "on")
    for note, name in zip(ids, ("empty.txt", "exact.bin", "small.txt")):
        document(other, "file", "get", "note", note, "-o", path("copy-" + name))
        equal(read(path("copy-" + name)), read(path(name)))
    equal(len(held(other)), 3)  # the contract is larger
    run(other, "file", "get", "note", made["note"], expect=UNREACHABLE)
    made["small"], made["other"] = ids[2], other


def test_stranger():
    """who may not read the record has no way to its file"""
    run(stranger, "sync")
    run(stranger, "file", "get", "note", made["note"], expect=FAILED)
    equal(held(stranger), set())


def test_download():
    """whom it is shared with fetches it over a link that drops, and has it then"""
    run(stranger, "scope", "add", "note", 'subject = "Contract"')
    run(stranger, "sync")
    share("share")
    equal(held(stranger), set())  # too large to come by itself
    cuts = insist(stranger, "file", "get", "note", made["note"], "-o", path("fetched"), way="down")
    assert cuts > 4, cuts
    equal(hashlib.sha256(read(path("fetched"))).hexdigest(), made["hash"])
    equal(held(stranger), {made["hash"]})
    run(stranger, "file", "get", "note", made["note"], "-o", os.path.join(path("fetched"), "below"), expect=FAILED)


def test_revoked():
    """what is shared no more is gone from the disk, and comes again with a policy that wants it"""
    share("unshare")
    run(stranger, "file", "get", "note", made["note"], expect=FAILED)
    equal(held(stranger), set())
    run(stranger, "files", "policy", "100MB")
    share("share")
    equal(held(stranger), {made["hash"]})
    run(stranger, "files", "policy", "sometimes", expect=USAGE)


def test_replaced():
    """another file in the field, and the old one is dropped"""
    run(seller, "set", "note", made["small"], "file=@" + write("next.txt", 20))
    run(seller, "sync")
    other = made["other"]
    run(other, "offline", "off")
    run(other, "sync")
    document(other, "file", "get", "note", made["small"], "-o", path("next-copy"))
    equal(read(path("next-copy")), read(path("next.txt")))
    assert hashlib.sha256(read(path("small.txt"))).hexdigest() not in held(other)
    assert hashlib.sha256(read(path("next.txt"))).hexdigest() in held(other)


def test_quota():
    """a full quota parks the change here, with the reason; a retry sends it when there is room"""
    rig.run_server("quota", "--data", rig.data, "--user", "50000000")
    note = document(seller, "create", "note", "subject=Too much", "file=@" + write("more.bin", 5 * MB))["id"]
    run(seller, "sync", expect=ATTENTION)
    entry, = document(seller, "outbox")
    equal((entry["state"], entry["code"]), ("parked", "quota"))
    rig.run_server("quota", "--data", rig.data, "--user", "100000000")
    run(seller, "outbox", "retry", entry["id"])
    run(seller, "sync")
    equal(document(seller, "outbox"), [])
    equal(document(seller, "show", "note", note)["file"]["size_bytes"], 5 * MB)


def main():
    try:
        return tap.run(tap.tests_of(globals()))
    finally:
        proxy.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
