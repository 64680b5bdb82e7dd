#!/usr/bin/python3
# Wall clocks that are wrong by years, on either side, and jump while programs run: nobody is thrown out, nothing is lost. TAP.
#   test-clocks.py SATCHEL-SERVER SATCHELCTL FAULTY-FILES.SO
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys
import time

from rig import ATTENTION, DONE, Rig, tap

YEAR = 365 * 24 * 3600
SERVER, CTL, SHIM = sys.argv[1:4]
rig = Rig({"server": SERVER, "ctl": CTL})


def shifted(environment, seconds):
    return dict(environment, LD_PRELOAD=SHIM, SATCHEL_CLOCK_SHIFT_S=str(seconds))


def settled(*devices):
    for _ in range(2):
        for device in devices:
            device.must("sync", status=(DONE, ATTENTION))
    for device in devices:
        status = json.loads(device.must("status", status=(DONE, ATTENTION)))
        assert status["pending"] == 0 and status["parked"] == 0, status
        device.must("doctor", status=(DONE, ATTENTION))


def test_device():
    """A device's clock goes ten years back and forth between commands; its records keep their order, and come through."""
    device, other = rig.device("wrong", "seller1"), rig.device("right", "seller1")
    right = device.environment
    settled(device, other)
    for number, years in enumerate((-10, 10, -30, 0, 3)):
        device.environment = shifted(right, years * YEAR)
        device.must("create", "task", "subject=clock %d" % number, "due=2026-01-0%d" % (number + 1))
        device.must("sync", status=(DONE, ATTENTION))
    device.environment = right
    settled(device, other)
    for each in (device, other):
        rows = each.rows("task", "--where", 'subject starts with "clock "')
        assert len(rows) == 5 and len({row["id"] for row in rows}) == 5, rows
    # What a device says about the time is shown, and never later than the commit.
    latest = max(row["modified_at"] for row in other.rows("task", "--where", 'subject starts with "clock "'))
    assert latest[:4] <= time.strftime("%Y"), latest


def test_server():
    """The server's clock jumps by years while it serves: tokens, cursors and filters by date go on."""
    clock = os.path.join(rig.directory, "clock")
    device, other = rig.device("a", "seller1"), rig.device("b", "seller1")
    device.must("scope", "add", "task", "due < today")
    settled(device, other)
    rig.kill_server()
    rig.environment = shifted(rig.environment, clock)
    for number, years in enumerate((0, 8, -8, -20, 30, 0)):
        with open(clock + ".new", "w") as file:
            file.write(str(years * YEAR))
        os.rename(clock + ".new", clock)
        if number == 0:
            rig.start()
        device.must("create", "task", "subject=server clock %d" % number)
        settled(device, other)
        rows = other.rows("task", "--where", 'subject starts with "server clock "')
        assert len(rows) == number + 1, (years, len(rows))
    # A wrong password while the clock is in the future must not lock the person out for years.
    wrong = os.path.join(device.home, "wrong")
    with open(wrong, "w") as file:
        file.write("not the password")
    with open(clock, "w") as file:
        file.write(str(20 * YEAR))
    for _ in range(6):
        status, _, err = device.run("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller2", "--password-file", wrong)
        assert status != DONE
    with open(clock, "w") as file:
        file.write("0")
    status, _, err = device.run("login", "http://127.0.0.1:%d" % rig.port, "--profile", "later", "--user", "seller2",
                                "--password-file", device.password_file("seller2"))
    time_out = time.monotonic() + 45
    while status != DONE and time.monotonic() < time_out:
        rig.server_poll()
        status, _, err = device.run("login", "http://127.0.0.1:%d" % rig.port, "--profile", "later", "--user", "seller2",
                                    "--password-file", device.password_file("seller2"))
    assert status == DONE, "locked out by a clock that was wrong: " + err
    rig.run_server("check", "--data", rig.data)


def main():
    try:
        return tap.run(tap.tests_of(globals()))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
