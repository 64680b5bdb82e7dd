#!/usr/bin/python3
# Two people write one field; one of them decides by a click, takes it back, and decides otherwise; the server has what she chose.
#   headless.py test-conflict.py SATCHEL SATCHEL-SERVER SATCHELCTL
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import App  # noqa: E402
from rig import Rig  # noqa: E402


def make_conflict(mine, theirs):
    """Both know the account, and neither what the other writes into it."""
    mine.must("sync")
    id = json.loads(mine.must("create", "account", "name=Ștefănescu & Söhne", "revenue=100"))["id"]
    mine.must("sync")
    theirs.must("scope", "add", "account", "")
    theirs.must("sync")
    theirs.must("set", "account", id, "revenue=200")
    mine.must("set", "account", id, "revenue=300")
    theirs.must("sync")
    mine.must("sync", status=(4,))
    return id


def revenue(device, id):
    device.must("sync", status=(0, 4))
    return json.loads(device.must("show", "account", id))["revenue"]


def main():
    satchel, server, ctl = sys.argv[1:]
    rig = Rig({"server": server, "ctl": ctl})
    app = None
    print("1..1")
    try:
        mine, theirs = rig.device("mine", "seller1"), rig.device("theirs", "manager")
        id = make_conflict(mine, theirs)
        # Offline, so that what is decided waits: the undo has something to take back.
        mine.must("offline", "on")
        os.environ["XDG_DATA_HOME"] = mine.home
        app = App(satchel, "satchel://conflicts")
        app.find_text("Ștefănescu & Söhne")
        app.find_text("You · ")
        app.screenshot("open")
        app.click("push button", "Use “100.00” (Before)")
        app.find_text("Decided; the next sync tells the server")
        app.click("push button", "Undo")
        app.find_text("1 to decide")
        app.click("push button", "Use “300.00” (You)")
        app.find_text("Decided; the next sync tells the server")
        app.screenshot("decided")
        app.close()
        app = None
        mine.must("offline", "off")
        mine.must("sync", status=(0, 4))
        assert revenue(theirs, id) == "300", revenue(theirs, id)
        assert json.loads(mine.must("conflicts")) == []
        print("ok 1 conflict")
    except Exception:
        if app:
            app.screenshot("failed")
            app.dump()
        print("not ok 1 conflict")
        raise
    finally:
        if app:
            app.close()
        rig.close()


if __name__ == "__main__":
    main()
