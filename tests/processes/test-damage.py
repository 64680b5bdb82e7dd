#!/usr/bin/python3
# Files of both sides are damaged: a page or a byte at a random place, the end cut off, something else in their place. It is told in
# plain words, nothing crashes, nothing wrong is taken for right, and there is a way out that keeps what was not sent. TAP.
#   test-damage.py SATCHEL-SERVER SATCHELCTL       SATCHEL_TEST_SEED picks the places, SATCHEL_TEST_LONG makes it long
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import random
import subprocess
import sys

from rig import ATTENTION, DONE, FAILED, UNREACHABLE, Rig, tap

LONG = "SATCHEL_TEST_LONG" in os.environ
SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))
PAGE = 4096
chance = random.Random(SEED)
rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
number = 0


def damage(path, way):
    """Alters the file; what was done, in words."""
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        if way == "cut":
            at = chance.randrange(size)
            file.truncate(at)
            return "cut at %d of %d" % (at, size)
        at = chance.randrange(size)
        if way == "page":
            at -= at % PAGE
        file.seek(at)
        old = file.read(PAGE if way == "page" else 1)
        file.seek(at)
        file.write(bytes(b ^ 0x5a for b in old) if way == "byte" else chance.randbytes(len(old)))
        return "%s at %d of %d" % (way, at, size)


def plain(status, err, words):
    """No signal, no assertion, no stack: a sentence that begins with the program's name."""
    assert status in (DONE, FAILED, UNREACHABLE, ATTENTION), "%s: status %d: %s" % (words, status, err)
    if status in (FAILED, UNREACHABLE) and err.strip():
        assert err.startswith("satchel") and "assertion" not in err, "%s: %s" % (words, err)


def replica(device):
    return os.path.join(device.home, "satchel", "default", "replica.db")


def seal_off(device):
    """The replica as an ordinary file: whoever has one keeps it."""
    path = replica(device)
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(path + ending):
            os.unlink(path + ending)
    subprocess.run([sys.executable, "-c",
                    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('PRAGMA application_id = 0');"
                    "c.execute('CREATE TABLE t (a)'); c.execute('DROP TABLE t'); c.commit()", path], check=True)
    os.chmod(path, 0o600)


def server_rows(device):
    return {row["id"]: row["name"] for row in device.rows("account", "--limit", "5000")}


def recover(device, what):
    """What a person does who reads what the programs say; the unsent tasks that are there afterwards."""
    status, out, err = device.run("doctor")
    plain(status, err, what)
    if status == FAILED and not out:  # it cannot even be opened: the message says what to do
        assert "doctor --rebuild" in err, "%s: no way out is told: %s" % (what, err)
    lost = False
    if status == FAILED:
        status, out, err = device.run("doctor", "--rebuild")
        plain(status, err, what)
        assert status in (DONE, ATTENTION), "%s: --rebuild: %s" % (what, err)
        lost = json.loads(out)["lost"]
    if json.loads(device.must("status", status=(DONE, ATTENTION)))["user"] is None:
        assert lost, "%s: who was signed in is lost, and nobody says so" % what
        device.must("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller1", "--password-file",
                    device.password_file("seller1"))
    kept = {row["subject"] for row in device.rows("task", "--where", 'subject starts with "unsent "')}
    device.must("sync", status=(DONE, ATTENTION))
    return kept, lost


def damage_replica(sealed):
    global number
    name = "sealed" if sealed else "plain"
    device, truth = rig.device(name, "seller1"), rig.device(name + "-truth", "seller1")
    if not sealed:
        seal_off(device)
        device.must("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller1", "--password-file",
                    device.password_file("seller1"))
    device.must("sync", status=(DONE, ATTENTION))
    whole, turns = 0, 300 if LONG else 9
    for _ in range(turns):
        way = chance.choice(("byte", "page", "cut"))
        unsent = set()
        for _ in range(3):
            number += 1
            subject = "unsent %d" % number
            device.must("create", "task", "subject=" + subject)
            unsent.add(subject)
        target = replica(device)
        what = "%s: %s" % (name, damage(target, way))
        for words in (["list", "account", "--limit", "2000"], ["status"], ["outbox"]):
            status, out, err = device.run(*words)
            plain(status, err, what)
        kept, lost = recover(device, what)
        missing = unsent - kept
        assert not missing or lost, "%s: %s are gone, and nobody says so" % (what, missing)
        whole += not missing
        truth.must("sync", status=(DONE, ATTENTION))
        status, out, err = device.run("doctor")
        assert status in (DONE, ATTENTION), "%s: after the recovery: %s%s" % (what, out, err)
        assert server_rows(device) == server_rows(truth), "%s: other records than the server's" % what
    print("# %s: %d of %d kept everything" % (name, whole, turns))


def test_plain():
    damage_replica(False)


def test_sealed():
    damage_replica(True)


def test_log():
    """A program was killed, its log is damaged: what the log held may be gone, what was in the file stands."""
    device = rig.device("log", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    path = replica(device)
    for i in range(60 if LONG else 5):
        holder = subprocess.Popen([rig.programs["ctl"], "watch"], env=device.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        holder.stdout.readline()
        device.must("create", "task", "subject=in the log %d" % i)
        holder.kill()
        holder.communicate()
        if not os.path.exists(path + "-wal") or os.path.getsize(path + "-wal") == 0:
            continue
        what = "log: " + damage(path + "-wal", chance.choice(("byte", "page", "cut")))
        for words in (["list", "task"], ["doctor"], ["sync"]):
            status, out, err = device.run(*words)
            plain(status, err, what)
        device.must("doctor", status=(DONE, ATTENTION))


def test_no_database():
    """What stands there is no database at all, or may not be opened."""
    device = rig.device("other", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    path = replica(device)
    with open(path, "rb") as file:
        sound = file.read()
    for text in (b"Dear diary,\n" * 5000, b"SQLite format 3\0" + b"\0" * 9000, chance.randbytes(20000), b"xyz"):
        for ending in ("-wal", "-shm"):
            if os.path.exists(path + ending):
                os.unlink(path + ending)
        with open(path, "wb") as file:
            file.write(text)
        for words in (["status"], ["create", "task", "subject=x"], ["doctor"], ["sync"]):
            status, out, err = device.run(*words)
            plain(status, err, repr(text[:12]))
            assert status == FAILED and err.count("\n") == 1, (text[:12], words, status, out, err)
        assert "replica.db" in err, err
        with open(path, "wb") as file:
            file.write(sound)
    device.must("doctor", status=(DONE, ATTENTION))
    if os.geteuid() != 0:  # root may do everything
        os.chmod(os.path.dirname(path), 0)
        status, out, err = device.run("status")
        plain(status, err, "mode 0")
        assert status == FAILED and "ermission" in err, err
        os.chmod(os.path.dirname(path), 0o700)
    os.rename(path, path + ".aside")
    os.mkdir(path)
    status, out, err = device.run("status")
    plain(status, err, "a folder")
    assert status == FAILED, (status, out)
    os.rmdir(path)
    os.rename(path + ".aside", path)
    device.must("doctor", status=(DONE, ATTENTION))


def test_together():
    """Two syncs, writers and a doctor at once: each gets its turn or says that another has it."""
    device = rig.device("together", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    for turn in range(40 if LONG else 4):
        running = [device.start("sync"), device.start("sync"), device.start("doctor"),
                   device.start("create", "task", "subject=together %d a" % turn),
                   device.start("create", "task", "subject=together %d b" % turn)]
        for process in running:
            out, err = process.communicate(timeout=120)
            plain(process.returncode, err, process.args)
            assert process.returncode in (DONE, ATTENTION, UNREACHABLE) or "busy" in err or "another" in err, (process.args, err)
    device.must("sync", status=(DONE, ATTENTION))
    assert len(device.rows("task", "--where", 'subject starts with "together "')) == 2 * (turn + 1)


def admin(*words):
    return subprocess.run([rig.programs["server"], *words], env=rig.environment, capture_output=True, text=True)


def test_server():
    """check finds it, serve answers clearly and goes on, restore brings it back while devices keep what they did not send."""
    device = rig.device("device", "seller1")
    device.must("sync", status=(DONE, ATTENTION))
    store, backup = os.path.join(rig.data, "satchel.db"), os.path.join(rig.directory, "backup.db")
    found = harmless = 0
    for turn in range(100 if LONG else 5):
        if os.path.exists(backup):
            os.unlink(backup)
        rig.run_server("backup", "--data", rig.data, backup)
        device.must("create", "task", "subject=before the damage %d" % turn)
        device.must("sync", status=(DONE, ATTENTION))
        rig.server.terminate()
        rig.server.wait()
        device.must("create", "task", "subject=waiting %d" % turn)
        what = "server: " + damage(store, chance.choice(("byte", "page", "cut")))
        check = admin("check", "--data", rig.data)
        assert check.returncode in (DONE, FAILED), "%s: check: status %d %s" % (what, check.returncode, check.stderr)
        found += check.returncode == FAILED
        harmless += check.returncode == DONE
        try:
            rig.start()
            for _ in range(2):
                status, out, err = device.run("sync")
                plain(status, err, what)
            assert rig.server.poll() is None, "%s: the server is gone" % what
            rig.server.terminate()
            assert rig.server.wait() == 0, what
        except RuntimeError:
            rig.server.wait()
            assert rig.server.returncode == FAILED, "%s: serve: status %d" % (what, rig.server.returncode)
        done = admin("restore", "--data", rig.data, backup)
        assert done.returncode == DONE, "%s: restore: %s" % (what, done.stderr)
        check = admin("check", "--data", rig.data)
        assert check.returncode == DONE, "%s: after the restore: %s%s" % (what, check.stdout, check.stderr)
        rig.start()
        for _ in range(2):
            device.must("sync", status=(DONE, ATTENTION))
        for subject in ("before the damage %d" % turn, "waiting %d" % turn):
            rows = device.rows("task", "--where", 'subject = "%s"' % subject)
            assert len(rows) == 1, "%s: “%s” is there %d times" % (what, subject, len(rows))
    other = rig.device("other-end", "seller1")
    other.must("sync", status=(DONE, ATTENTION))
    device.must("sync", status=(DONE, ATTENTION))
    subjects = [sorted(row["subject"] for row in each.rows("task", "--limit", "5000")) for each in (device, other)]
    assert subjects[0] == subjects[1]
    print("# server: %d found by check, %d where nothing stood" % (found, harmless))


def start_again():
    if rig.server.poll() is not None:
        rig.start()


def main():
    failed = tap.run(tap.tests_of(globals()), mend=start_again, seed=SEED)
    if failed and "SATCHEL_TEST_KEEP" in os.environ:
        print("# " + rig.directory)
        rig.server.terminate()
    else:
        rig.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())
