#!/usr/bin/python3
# What is due is told by a notification; its buttons open the record, and complete it.
# SPDX-License-Identifier: GPL-3.0-or-later
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402
from notifications import Notifications  # noqa: E402


def steps(journey):
    desktop = Notifications()
    try:
        device = journey.device("seller1")
        today = datetime.date.today().isoformat()
        device.must("create", "task", "subject=Call the harbour", "due=%s" % today)
        app = journey.open("calendar")
        app.find_text("Calendar")
        notice = desktop.next()
        while notice["title"] != "Call the harbour":
            notice = desktop.next()
        assert notice["body"] == "Task, due today", notice
        desktop.press(notice, notice["buttons"]["Open"])
        wait_for(lambda: "Call the harbour" in app.title(), "page of the task")
        desktop.press(notice, notice["buttons"]["Complete"])
        app.find_text("This is closed. Only its actions change it.")
        assert device.rows("task", "--where", 'subject = "Call the harbour" and status = completed')
    finally:
        desktop.close()


run("notices", steps)
