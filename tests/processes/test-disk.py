#!/usr/bin/python3
# The disk of real programs fails: the nth time that a file is written, made, synced, cut or renamed, whoever does it. TAP.
#   test-disk.py SATCHEL-SERVER SATCHELCTL FAULTY-FILES.SO       SATCHEL_TEST_LONG tries every n
# SPDX-License-Identifier: GPL-3.0-or-later
import errno
import json
import os
import random
import resource
import subprocess
import sys

from rig import ATTENTION, DONE, FAILED, UNREACHABLE, Rig, tap

LONG = "SATCHEL_TEST_LONG" in os.environ
SERVER, CTL, SHIM = sys.argv[1:4]
chance = random.Random(int(os.environ.get("SATCHEL_TEST_SEED", "1")))
rig = Rig({"server": SERVER, "ctl": CTL})
count_file = os.path.join(rig.directory, "count")


def faulty(environment, under, at, lasting=False, error=errno.ENOSPC):
    shim = {"LD_PRELOAD": SHIM, "SATCHEL_FAULT_UNDER": under, "SATCHEL_FAULT_AT": str(at),
            "SATCHEL_FAULT_ERRNO": str(error), "SATCHEL_FAULT_COUNT": count_file}
    return dict(environment, **shim, **({"SATCHEL_FAULT_LASTING": "1"} if lasting else {}))


def counted():
    with open(count_file) as file:
        return int(file.read())


def places(total):
    """Which operations fail: all of them, or the first, the last and some between."""
    if LONG or total <= 6:
        return range(1, total + 1)
    return sorted({1, 2, total} | {chance.randint(3, total - 1) for _ in range(5)})


def told(status, err, allowed=(FAILED, UNREACHABLE)):
    lines = err.strip().splitlines()
    assert status in allowed, "status %d: %s" % (status, err)
    assert lines and lines[-1].startswith("satchel"), err


def sound(device):
    device.must("doctor", status=(DONE, ATTENTION))


def with_faults(device, command, after):
    """@command() gives words; each fault leads to an error that is told, and the same words then succeed."""
    environment = device.environment
    device.environment = faulty(environment, device.home, 0)
    device.must(*command(), status=(DONE, ATTENTION))
    total = counted()
    assert total > 0, "the shim does not work"
    for at in places(total):
        for lasting in (False, True):
            words = command()
            device.environment = faulty(environment, device.home, at, lasting, chance.choice((errno.ENOSPC, errno.EIO)))
            status, out, err = device.run(*words)
            device.environment = environment
            if status not in (DONE, ATTENTION):
                told(status, err)
            after(words, status)
    sound(device)


# ---- the client's disk ----

def test_writes():
    device = rig.device("writes", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    number = [0]

    def create():
        number[0] += 1
        return ["create", "task", "subject=disk %d" % number[0]]

    def after(words, status):
        subject = words[2].split("=")[1]
        there = len(device.rows("task", "--where", 'subject = "%s"' % subject))
        assert there == (1 if status == DONE else 0), "%s: status %d, there %d" % (subject, status, there)
        if status != DONE:
            device.must(*words)

    with_faults(device, create, after)


def test_sync():
    device, other = rig.device("sync-a", "seller1"), rig.device("sync-b", "seller1")
    for each in (device, other):
        each.must("sync", status=(DONE, ATTENTION))
    number = [0]

    def sync():
        number[0] += 1
        device.must("create", "task", "subject=pushed %d" % number[0])
        other.must("create", "task", "subject=pulled %d" % number[0])
        other.must("sync", status=(DONE, ATTENTION))
        return ["sync"]

    def after(words, status):
        device.must("sync", status=(DONE, ATTENTION))
        for what in ("pushed", "pulled"):
            rows = device.rows("task", "--where", 'subject = "%s %d"' % (what, number[0]))
            assert len(rows) == 1, "%s %d: %d" % (what, number[0], len(rows))

    with_faults(device, sync, after)
    other.must("sync", status=(DONE, ATTENTION))
    assert len(other.rows("task", "--where", 'subject starts with "pushed "')) == number[0]


def test_first_sync():
    """An image or rows, the spool of either, tables and indexes."""
    device = rig.device("first", "seller1")
    device.must("create", "task", "subject=typed before")

    def rebuilt():
        device.must("doctor", "--rebuild", status=(DONE, ATTENTION))
        return ["sync"]

    def after(words, status):
        device.must("sync", status=(DONE, ATTENTION))
        assert len(device.rows("task", "--where", 'subject = "typed before"')) == 1

    with_faults(device, rebuilt, after)


def test_attachment():
    device = rig.device("attach", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    path = os.path.join(rig.directory, "attached")
    number = [0]

    def attach():
        number[0] += 1
        with open(path, "wb") as file:
            file.write(chance.randbytes(100000))
        return ["create", "note", "subject=attached %d" % number[0], "file=@" + path]

    def after(words, status):
        there = len(device.rows("note", "--where", 'subject = "attached %d"' % number[0]))
        assert there == (1 if status == DONE else 0)
        if status != DONE:
            device.must(*words)
        device.must("sync", status=(DONE, ATTENTION))

    with_faults(device, attach, after)


def test_small_disk():
    """No file may grow any more, as when the disk is full for good."""
    device = rig.device("small", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    path = os.path.join(device.home, "many.csv")
    with open(path, "w") as file:
        file.write("subject,description\n" + "".join("small %d,%s\n" % (i, "x" * 200) for i in range(3000)))
    replica = os.path.join(device.home, "satchel", "default", "replica.db")

    def limit():
        most = os.path.getsize(replica)
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        import signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run([CTL, "--json", "import", path, "--entity", "task"], env=device.environment,
                          preexec_fn=limit, capture_output=True, text=True)
    if done.returncode not in (DONE, ATTENTION):
        told(done.returncode, done.stderr)
    sound(device)
    before = len(device.rows("task", "--where", 'subject starts with "small "', "--limit", "5000"))
    assert before < 3000, "the limit does nothing"
    device.must("import", path, "--entity", "task")
    device.must("sync", status=(DONE, ATTENTION))


# ---- the server's disk ----

def serve_faulty(at, lasting):
    rig.kill_server()
    rig.environment = faulty(rig.environment, rig.data, at, lasting)
    try:
        rig.start()
        return True
    except RuntimeError:
        return False
    finally:
        rig.environment = {key: value for key, value in rig.environment.items()
                           if not key.startswith("SATCHEL_FAULT") and key != "LD_PRELOAD"}


def test_serving():
    """Devices push, pull and attach while the server's disk fails; nothing acknowledged is lost, nothing comes twice."""
    device = rig.device("served", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    path = os.path.join(rig.directory, "sent")
    # What it does when it starts is not counted in vain: the first faults hit that.
    for at in range(1, 200) if LONG else sorted(chance.sample(range(1, 60), 8)):
        lasting = chance.random() < 0.5
        with open(path, "wb") as file:
            file.write(chance.randbytes(5000))
        device.must("create", "task", "subject=served %d" % at)
        device.must("create", "note", "subject=served %d" % at, "file=@" + path)
        if serve_faulty(at, lasting):
            status, out, err = device.run("sync")
            if status not in (DONE, ATTENTION):
                told(status, err)
            if not lasting and device.run("sync")[0] not in (DONE, ATTENTION):
                device.must("sync", status=(DONE, ATTENTION))  # the fault was late; the same process goes on
            rig.kill_server()
        rig.start()
        device.must("sync", status=(DONE, ATTENTION))
        status = json.loads(device.must("status", status=(DONE, ATTENTION)))
        assert status["pending"] == 0 and status["parked"] == 0, status
        for entity in ("task", "note"):
            assert len(device.rows(entity, "--where", 'subject = "served %d"' % at)) == 1
    sound(device)
    rig.run_server("check", "--data", rig.data)


def test_whose_disk():
    """A server without room says that it is the server: nobody is sent to make room on a laptop."""
    device = rig.device("whose", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    assert serve_faulty(0, False)  # counts what its start and its end take: a push comes between
    rig.server.terminate()
    rig.server.wait()
    for at in range(counted(), 0, -2):
        if not serve_faulty(at, True):
            continue
        device.must("create", "task", "subject=whose %d" % at)
        status, _, err = device.run("sync")
        assert status in (DONE, ATTENTION) or "The disk is full" not in err, err
        if "The server's disk is full or refuses" in err:
            break
    else:
        raise AssertionError("no full disk was told")
    rig.kill_server()
    rig.start()
    device.must("sync", status=(DONE, ATTENTION))
    assert json.loads(device.must("status", status=(DONE, ATTENTION)))["pending"] == 0


def test_shared_memory():
    """The -shm file that a crash left cannot be opened for writing, once: neither server nor client is left with a store that it can only
    read."""
    device, base = rig.device("shared", "seller1"), rig.environment
    device.must("sync", status=(DONE, ATTENTION))
    own = device.environment
    for number, error in enumerate((errno.EMFILE, errno.EIO, errno.EACCES)):
        watch = device.start("watch")
        watch.stdout.readline()
        watch.kill()
        watch.communicate()
        device.environment = dict(own, LD_PRELOAD=SHIM, SATCHEL_FAULT_OPEN="replica.db-shm", SATCHEL_FAULT_ERRNO=str(error))
        device.must("create", "task", "subject=shared %d" % number)
        device.environment = own
        rig.kill_server()
        rig.environment = dict(base, LD_PRELOAD=SHIM, SATCHEL_FAULT_OPEN="satchel.db-shm", SATCHEL_FAULT_ERRNO=str(error))
        rig.start()
        rig.environment = base
        device.must("sync", status=(DONE, ATTENTION))
        assert json.loads(device.must("status", status=(DONE, ATTENTION)))["pending"] == 0


def admin(*words, environment=None):
    return subprocess.run([SERVER, *words], env=environment or rig.environment, capture_output=True, text=True)


def test_administration():
    """Backup and restore: all or nothing, and the store that was there stays."""
    backup, base = os.path.join(rig.directory, "backup.db"), rig.environment
    for words in (["backup", backup], ["restore", backup]):
        if words[0] == "restore":
            rig.server.terminate()
            rig.server.wait()
        command = words[:1] + ["--data", rig.data] + words[1:]
        counting = admin(*command, environment=faulty(base, rig.directory, 0))
        assert counting.returncode == 0, counting.stderr
        total = counted()
        for at in places(total):
            if words[0] == "backup":
                os.unlink(backup)
            done = admin(*command, environment=faulty(base, rig.directory, at, True))
            if done.returncode != 0:
                told(done.returncode, done.stderr, (FAILED,))
                assert words[0] == "restore" or not os.path.exists(backup), "half a backup"
                check = admin("check", "--data", rig.data)
                assert check.returncode == 0, "after fault %d of %s: %s%s" % (at, words[0], check.stdout, check.stderr)
                again = admin(*command)
                assert again.returncode == 0, "after fault %d: %s" % (at, again.stderr)
            leftovers = [name for name in os.listdir(rig.data) if "restoring" in name or "partial" in name]
            assert not leftovers, leftovers
    rig.start()
    fresh = os.path.join(rig.directory, "fresh")
    done = admin("restore", "--data", fresh, os.path.join(rig.directory, "count"))
    assert done.returncode == FAILED and not os.path.exists(fresh), "a failed restore leaves %s" % os.listdir(fresh)


def start_again():
    if rig.server.poll() is not None:
        rig.start()


def main():
    try:
        return tap.run(tap.tests_of(globals()), mend=start_again)
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
