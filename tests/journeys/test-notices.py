#!/usr/bin/python3
# What is due is told by a notification; its buttons open the record, and complete it.
# SPDX-License-Identifier: GPL-3.0-or-later
import datetime
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402
from notifications import Notifications  # noqa: E402


# Nobody is told at night what is due: it is noon here, whenever this runs.
HOURS = datetime.datetime.now(datetime.timezone.utc).hour - 12  # west of Greenwich
os.environ["TZ"] = "Etc/GMT%+d" % HOURS


def steps(journey):
    desktop = Notifications()
    try:
        device = journey.device("seller1")
        for task in device.rows("task", "--where", "due = today and status = open"):  # many are told at once, without their titles
            device.must("do", "complete", "task", task["id"])
        today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=-HOURS))).date().isoformat()
        device.must("create", "task", "subject=Call the harbour", "due=%s" % today)
        app = journey.open("calendar")
        app.find_text("Calendar")
        notice = desktop.next()
        assert notice["title"] == "Call the harbour" and notice["body"] == "Task, due today", notice
        desktop.press(notice, notice["buttons"]["Open"])
        wait_for(lambda: "Call the harbour" in app.title(), "page of the task")
        desktop.press(notice, notice["buttons"]["Complete"])
        app.find_text("Only actions change it now.")
        assert device.rows("task", "--where", 'subject = "Call the harbour" and status = completed')
    finally:
        desktop.close()


run("notices", steps)
