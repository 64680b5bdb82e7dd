#!/usr/bin/python3
# The way of somebody who opens the application for the first time: a wrong password, the right one, a choice, the first records.
#   headless.py test-first-run.py SATCHEL SATCHEL-SERVER
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import subprocess
import sys
import tempfile
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import App, wait_for  # noqa: E402
from names import unnamed  # noqa: E402
from rig import Rig  # noqa: E402

SOME = r"· [1-9]\d* records"
NONE = r"· 0 records"
PATIENCE_S = 5


def check_names(app, what):
    lines = unnamed(app)
    for line in lines:
        print("# unnamed in %s: %s" % (what, line))
    assert not lines, "everything has a name"


def sign_in(app, rig, user):
    app.click("push button", "Sign In")
    app.find_text("Which server?")
    app.fill("Server Address", "127.0.0.1:1")
    app.fill("User Name", user)
    app.fill("Password", "x")
    app.click("push button", "Sign In")
    app.find_text("no server runs there")
    app.fill("Server Address", "127.0.0.1:%d" % rig.port)
    wait_for(lambda: not app.walk(lambda one: "no server runs there" in one.name), "words that are gone")
    app.fill("User Name", user)
    app.fill("Password", "not it")
    app.click("push button", "Sign In")
    app.find_text("The user name or the password is not right.")
    app.screenshot("wrong")
    app.fill("Password", rig.passwords[user])
    app.click("push button", "Sign In")
    app.find_text("What to Take Along")


def find_list(app, count):
    subprocess.run([app.process.args[0], "satchel://list/account"], check=True)  # to the window that is there
    wait_for(lambda: app.walk(lambda one: re.search(count, one.name)), "list that says “%s”" % count)


def test_first_run(app, rig):
    app.find_text("Welcome to Satchel")
    app.screenshot("welcome")

    def types():  # the cursor is there; before the window has the keyboard, letters are lost
        app.fill("Server Address", "")
        app.type("crm")
        return wait_for(lambda: app.read("Server Address") == "crm", "address that is typed", PATIENCE_S)
    wait_for(types, "cursor in the address")
    app.fill("Server Address", "")
    check_names(app, "the sign-in")
    sign_in(app, rig, "seller1")
    app.find_text("Everything: your own")
    app.screenshot("carry")
    check_names(app, "the choice")
    app.press("Return")  # what is offered will do
    app.find_text("Up to date")
    find_list(app, SOME)
    app.screenshot("records")


def test_without_the_role(app, rig):
    """What the role would bring is switched off before anything has come, and on again later."""
    app.find_text("Welcome to Satchel")
    sign_in(app, rig, "seller2")
    app.find_text("Everything: your own")
    wait_for(lambda: app.walk(lambda one: re.match(r"[1-9]\d* records, ", one.name)), "sum")
    app.flip("Everything: your own")
    app.find_text("Less than ")
    app.screenshot("without")
    app.click("push button", "Start")
    app.find_text("Up to date")
    find_list(app, NONE)
    app.press("Control+,")
    app.await_windows(2)
    app.act(wait_for(lambda: app.walk(lambda one: one.role in ("toggle button", "radio button", "page tab")
                                      and "Carried Records" in one.name), "page “Carried Records”"))
    app.find_text("switched off")
    app.screenshot("switched-off")
    app.flip("Carry “Everything: your own”")
    wait_for(lambda: not app.walk(lambda one: "switched off" in one.name), "filter that is on")
    app.press("Escape")
    app.await_windows(1)
    find_list(app, SOME)


def main():
    satchel, server = sys.argv[1:]
    rig = Rig({"server": server})
    tests = (test_first_run, test_without_the_role)
    failed = False
    print("1..%d" % len(tests), flush=True)
    try:
        for n, test in enumerate(tests, 1):
            with tempfile.TemporaryDirectory() as home:
                os.environ["XDG_DATA_HOME"] = home
                app = None
                try:
                    app = App(satchel)
                    test(app, rig)
                    print("ok", n, test.__name__, flush=True)
                except Exception:
                    failed = True
                    traceback.print_exc()
                    if app:
                        app.screenshot("failed-%d" % n)
                        app.dump()
                    print("not ok", n, test.__name__, flush=True)
                finally:
                    if app:
                        app.close()
    finally:
        rig.close()
    return failed


if __name__ == "__main__":
    sys.exit(main())
