#!/usr/bin/python3
# The way of somebody who opens the application for the first time: a wrong password, the right one, a choice, the first records.
#   headless.py test-first-run.py SATCHEL SATCHEL-SERVER
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import App, wait_for  # noqa: E402
from rig import Rig  # noqa: E402


def main():
    satchel, server = sys.argv[1:]
    rig = Rig({"server": server})
    app = None
    print("1..1")
    try:
        app = App(satchel)
        app.find_text("Welcome to Satchel")
        app.screenshot("welcome")
        app.click("push button", "Sign In")
        app.find_text("Which server?")
        app.fill("Server Address", "127.0.0.1:%d" % rig.port)
        app.fill("User Name", "seller1")
        app.fill("Password", "not it")
        app.click("push button", "Sign In")
        app.find_text("The user name or the password is not right.")
        app.screenshot("wrong")
        app.fill("Password", rig.passwords["seller1"])
        app.click("push button", "Sign In")
        app.find_text("What to Take Along")
        app.find_text("Everything: your own")
        app.screenshot("carry")
        app.click("push button", "Start")
        app.find_text("Up to date")
        subprocess.run([satchel, "satchel://list/account"], check=True)  # to the window that is there
        wait_for(lambda: app.walk(lambda one: re.search(r"· [1-9]\d* records", one.name)), "list with records")
        app.screenshot("records")
        print("ok 1 first run")
    except Exception:
        if app:
            app.screenshot("failed")
            app.dump()
        print("not ok 1 first run")
        raise
    finally:
        if app:
            app.close()
        rig.close()


if __name__ == "__main__":
    main()
