#!/usr/bin/python3
# A server that answers after ten seconds holds nothing up: the window's main loop answers all the while, during sign-in, sync, work and
# while the server is asked for more.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402
from pulse import Pulse  # noqa: E402
from proxy import Fault, Proxy  # noqa: E402

SLOW_S = 10
LIMIT_MS = 250


class Certain(random.Random):
    """Each answer takes all of the delay."""

    def random(self):
        return 1.0


def check(pulse, what):
    """Where many programs want the processors, each has its share of them only. Quick work is over before ten answers are there."""
    wait_for(lambda: len(pulse.times) >= 10, "answers of the window")
    slowest, other, count = pulse.take()
    limit = LIMIT_MS * max(1, os.getloadavg()[0] / os.cpu_count()) + other
    print("# %s: slowest of %d answers %.0f ms of %.0f; the bus itself %.0f ms" % (what, count, slowest, limit, other))
    assert slowest < limit, "the window was blocked for %.0f ms" % slowest


def sign_in(journey, proxy):
    proxy.set_faults(down=Fault(delay=SLOW_S))
    os.environ["XDG_DATA_HOME"] = os.path.join(journey.rig.directory, "fresh")
    app = journey.open()
    app.find_text("Welcome to Satchel")
    app.fill("Server Address", "127.0.0.1:%d" % proxy.port)
    app.fill("User Name", "seller1")
    app.fill("Password", journey.rig.passwords["seller1"])
    with Pulse(app) as pulse:
        app.click("push button", "Sign In")
        asked = time.monotonic()
        app.find_text("Everything: your own", patience=4 * SLOW_S)
        assert time.monotonic() - asked > SLOW_S / 2, "the server was not slow"
        check(pulse, "sign-in")
    app.close()


def work(journey, proxy):
    proxy.set_faults()
    journey.device("seller1", proxy.port)
    proxy.set_faults(down=Fault(delay=SLOW_S))
    app = journey.open()
    app.find_text("Today")
    with Pulse(app) as pulse:
        app.go("list/account")
        app.find_text(" records")
        check(pulse, "list during sync")
        app.press("Control+f")
        app.await_focus("Quick Find")
        app.press("Down")
        app.press("Return")
        app.find_text("Timeline")
        check(pulse, "record during sync")
        app.fill("Phone", "+40 264 555 100")
        app.find_text("Account · waits to be sent")
        check(pulse, "writing during sync")
        app.go("list/contact")
        app.find_text(" records")
        app.fill("Quick Find", "ö")
        app.click("push button", "Ask the Server")
        asked = time.monotonic()
        app.find_text("at the server", patience=4 * SLOW_S)
        assert time.monotonic() - asked > SLOW_S / 2, "the server was not slow"
        app.screenshot("beyond")
        check(pulse, "asking the server")


def steps(journey):
    proxy = Proxy(journey.rig.port)
    proxy.chance = Certain()
    sign_in(journey, proxy)
    work(journey, proxy)
    proxy.close()


run("slow server", steps)
