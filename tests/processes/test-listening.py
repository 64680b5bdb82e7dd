#!/usr/bin/python3
# Agents that listen over a network, and on a desktop, that misbehave: the server's call is never missed for long, and nobody calls
# without end. TAP.
#   test-listening.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT FAULTY-FILES.SO
# SPDX-License-Identifier: GPL-3.0-or-later
import importlib
import json
import os
import random
import shutil
import sys
import time

from rig import ATTENTION, DONE, Rig, tap
from proxy import CLOSE, HALF, RESET, Fault, Proxy

agents = importlib.import_module("test-agent")
Desktop, PATIENCE, create = agents.Desktop, agents.PATIENCE, agents.create

SEED = int(os.environ.get("SATCHEL_TEST_SEED", "1"))
SHIM = sys.argv[4]
RATE = 60  # of a hurried agent: a stream that is silent for nine minutes is dead after nine seconds


def restart(desktop, **more):
    desktop.kill_agent()
    desktop.forget()
    environment = desktop.environment
    desktop.environment = dict(environment, **more)
    desktop.start_agent()
    desktop.environment = environment


def test_cut_streams(rig, a, b, chance):
    """However a stream ends, what happened meanwhile is here soon, and the next one is opened after a pause."""
    for turn, end in enumerate((CLOSE, RESET, HALF) * 2):
        a.rest()
        before = a.proxy.accepted
        if end == HALF:
            a.proxy.set_faults(down=Fault(cut=0, end=HALF))
        else:
            a.proxy.drop(reset=end == RESET)
        task = create(b, "stream %d" % turn)
        b.must("sync", status=(DONE, ATTENTION))
        if end == HALF:
            rig.server_poll()
            a.proxy.set_faults()
        a.until_shown(task, "subject", "stream %d" % turn)
        assert a.proxy.accepted - before <= 12, a.proxy.accepted - before


def test_cut_heads(rig, a, b, chance):
    """The answer that should begin a stream is cut after some bytes, again and again; then no more."""
    for limit in (0, 20, chance.randrange(21, 120), chance.randrange(120, 200)):
        a.proxy.set_faults(down=Fault(cut=limit, end=chance.choice((CLOSE, RESET, HALF))))
        a.proxy.drop()
        task = create(b, "head %d" % limit)
        b.must("sync", status=(DONE, ATTENTION))
        before, until = a.proxy.accepted, time.monotonic() + 3
        while time.monotonic() < until:
            rig.server_poll()
        assert a.proxy.accepted - before <= 15, "it calls on and on: %d" % (a.proxy.accepted - before)
        a.proxy.set_faults()
        a.until_shown(task, "subject", "head %d" % limit)


def test_dead_stream(rig, a, b, chance):
    """A stream that carries nothing any more and never ends is noticed by its silence."""
    restart(a, LD_PRELOAD=SHIM, SATCHEL_CLOCK_RATE=str(RATE))
    a.rest()
    a.proxy.freeze()
    task = create(b, "dead stream")
    b.must("sync", status=(DONE, ATTENTION))
    begin = time.monotonic()
    a.until_shown(task, "subject", "dead stream")
    print("# noticed after %.1f s, %d times as fast as in life" % (time.monotonic() - begin, RATE))
    restart(a)


def test_signed_in_again(rig, a, b, chance):
    """Who signs in again under her agent goes on listening, by the new token."""
    for turn in range(2):
        a.must("login", "http://127.0.0.1:%d" % a.proxy.port, "--user", "seller1", "--password-file", a.password_file("seller1"))
        task = create(b, "again %d" % turn)
        b.must("sync", status=(DONE, ATTENTION))
        a.until_shown(task, "subject", "again %d" % turn)
        a.rest()
    assert json.loads(a.must("status", status=(DONE, ATTENTION)))["parked"] == 0


def test_no_network_manager(rig, a, b, chance):
    """A system bus with nobody on it who knows of networks or of sleep; and none at all."""
    for turn, address in enumerate((a.environment["DBUS_SESSION_BUS_ADDRESS"], "unix:path=/nonexistent")):
        restart(a, DBUS_SYSTEM_BUS_ADDRESS=address)
        task = create(b, "alone %d" % turn)
        b.must("sync", status=(DONE, ATTENTION))
        a.until_shown(task, "subject", "alone %d" % turn)
    restart(a)


def test_bus_gone(rig, a, b, chance):
    """The session ends: the agent goes on, the programs do without it, and it ends cleanly when it is told to."""
    a.rest()
    a.bus.terminate()
    a.bus.wait()
    a.monitor.wait()
    task = create(a, "no session")
    assert a.run("sync")[0] in (DONE, ATTENTION)
    b.until_shown(task, "subject", "no session")
    a.agent.terminate()
    assert a.agent.wait(PATIENCE) == 0
    assert a.run("sync")[0] in (DONE, ATTENTION)
    a.start_bus()
    a.listen()
    a.start_agent()
    a.rest()


def main():
    missing = [program for program in ("dbus-daemon", "gdbus") if shutil.which(program) is None]
    if missing:
        return tap.skip("not installed: " + ", ".join(missing))
    rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2], "agent": sys.argv[3]})
    a = b = None
    try:
        proxy = Proxy(rig.port, SEED)
        a = Desktop(rig, "a", "seller1", proxy.port)
        a.proxy = proxy
        b = Desktop(rig, "b", "seller2")
        for desktop in (a, b):
            desktop.must("scope", "add", "task", "subject is not empty")
            desktop.rest()
        failed = tap.run(tap.tests_of(globals()), call=lambda test: test(rig, a, b, random.Random(SEED)),
                         mend=proxy.set_faults, seed=SEED)
        rig.run_server("check", "--data", rig.data)
        return failed
    finally:
        for desktop in (a, b):
            if desktop is not None:
                desktop.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
