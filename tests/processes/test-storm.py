#!/usr/bin/python3
# Programs are killed at random moments while they work, and connections are cut: nothing is lost, nothing is doubled.
#   test-storm.py SATCHEL-SERVER SATCHELCTL       SATCHEL_TEST_SEED picks the moments, SATCHEL_TEST_LONG makes it long
# SPDX-License-Identifier: GPL-3.0-or-later
import collections
import json
import os
import random
import sys

from rig import Proxy, Rig

LONG = "SATCHEL_TEST_LONG" in os.environ
SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))


def subjects(device, prefix):
    return collections.Counter(row["subject"] for row in device.rows("task", "--where", 'subject starts with "%s"' % prefix))


def colleague(rig, name):
    """A device that carries what the other seller of the branch does."""
    device = rig.device(name, "seller2")
    device.must("scope", "add", "*", "")
    device.must("sync", status=(0, 4))
    return device


def settle(devices):
    for _ in range(2):
        for device in devices:
            device.must("sync", status=(0, 4))
    for device in devices:
        status = json.loads(device.must("status", status=(0, 4)))
        assert status["pending"] == 0, status


def test_kill(rig, chance):
    """Writers, syncs and the server die by SIGKILL; what was acknowledged is there once, whatever was not, at most once."""
    devices = [rig.device("kill-a", "seller1"), colleague(rig, "kill-b")]
    devices[0].must("scope", "add", "*", "")
    for device in devices:
        device.must("sync", status=(0, 4))
    written, unsure, number = set(), set(), 0
    for _ in range(400 if LONG else 24):
        running = []
        for device in devices:
            subject = "kill %d" % number
            number += 1
            running.append((device.start("create", "task", "subject=" + subject), subject))
            running.append((device.start("sync"), None))
        for process, subject in running:
            if chance.random() < 0.4:
                try:
                    process.wait(chance.random() * 0.06)
                except Exception:
                    process.kill()
            process.communicate()
            if subject is not None:
                (written if process.returncode == 0 else unsure).add(subject)
        if chance.random() < 0.4:
            victim = devices[0].start("sync")
            rig.server_poll()
            rig.kill_server()
            victim.communicate()
            rig.start()
    settle(devices)
    for device in devices:
        seen = subjects(device, "kill ")
        assert written <= set(seen), "lost: %s" % sorted(written - set(seen))
        assert set(seen) <= written | unsure, "from nowhere: %s" % sorted(set(seen) - written - unsure)
        assert max(seen.values()) == 1, "doubled: %s" % [s for s, n in seen.items() if n > 1]
    assert len(written) > 10, "hardly anything was written"


def test_cut(rig, chance):
    """A queue is replayed over a link that is cut at one byte after another, in both directions."""
    proxy = Proxy(rig.port)
    sender, reader = rig.device("cut-a", "seller1", proxy.port), colleague(rig, "cut-b")
    for device in (sender, reader):
        device.must("sync", status=(0, 4))
    expected = 0
    for way in ("up", "down"):
        proxy.set(None)
        sender.must("create", "task", "subject=cut %s measure" % way)
        expected += 1
        sender.must("sync", status=(0, 4))
        longest = proxy.counts[way] + 200
        for limit in range(0, longest, 1 if LONG else max(1, longest // 25)):
            proxy.set(way, limit)
            sender.must("create", "task", "subject=cut %s %d" % (way, limit))
            expected += 1
            sender.run("sync")
        proxy.set(None)
    settle((sender, reader))
    for device in (sender, reader):
        seen = subjects(device, "cut ")
        assert len(seen) == expected and max(seen.values()) == 1, (expected, len(seen), seen.most_common(3))
    proxy.close()


def test_five_thousand(rig, chance):
    """5,000 edits made offline arrive exactly once over a link that is cut again and again."""
    proxy = Proxy(rig.port)
    sender, reader = rig.device("many-a", "seller1", proxy.port), colleague(rig, "many-b")
    sender.must("sync", status=(0, 4))
    sender.must("offline", "on")
    path = os.path.join(sender.home, "tasks.csv")
    with open(path, "w") as file:
        file.write("subject,description\n")
        for i in range(5000):
            file.write("many %d,written offline – 离线 %d\n" % (i, i))
    summary = json.loads(sender.must("import", path, "--entity", "task"))
    assert summary["created"] == 5000, summary
    status, _, _ = sender.run("sync")
    assert status == 3, "sync while switched offline: exit %d" % status
    sender.must("offline", "off", status=(0, 3, 4))
    for _ in range(12):
        proxy.set(chance.choice(("up", "down")), chance.randrange(200, 60000))
        sender.run("sync")
    proxy.set(None)
    settle((sender, reader))
    for device in (sender, reader):
        seen = subjects(device, "many ")
        assert len(seen) == 5000 and max(seen.values()) == 1, (len(seen), seen.most_common(2))
    proxy.close()


def main():
    tests = [test_kill, test_cut, test_five_thousand]
    print("TAP version 14\n1..%d" % len(tests))
    failed = 0
    for i, test in enumerate(tests, 1):
        rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
        try:
            test(rig, random.Random(SEED))
            print("ok %d - %s" % (i, test.__name__))
        except Exception as problem:
            failed = 1
            print("not ok %d - %s" % (i, test.__name__))
            for line in ("seed %d: %r" % (SEED, problem)).splitlines():
                print("# " + line)
        finally:
            rig.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())
