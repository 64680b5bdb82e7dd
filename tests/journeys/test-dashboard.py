#!/usr/bin/python3
# A number of a chart leads to the records that it counts.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402


def steps(journey):
    journey.device("seller1")
    app = journey.open("dashboard")
    bar = wait_for(lambda: app.walk(lambda one: one.role == "push button" and
                                    re.match(r"Qualification: .*\([1-9]", one.name)), "bar with records")
    count = int(re.search(r"\((\d+) record", bar.name).group(1))
    app.screenshot("dashboard")
    app.act(bar)
    app.find_text(" · %d record" % count)
    app.find_text("Opportunities")
    assert len(app.rows()) == count, app.rows()
    app.screenshot("behind")


run("dashboard", steps)
