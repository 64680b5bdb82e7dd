#!/usr/bin/python3
# Appointments and tasks are tracked from inside a real Evolution; the agent is one that records what it is asked.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import program  # noqa: E402
from program import Evolution, Fake, run  # noqa: E402

SOON = 10  # seconds, for what follows at once where it was done at all; what was only late must not be done twice
TODAY = time.strftime("%Y%m%d")
EVENT = """BEGIN:VEVENT
UID:visit@example.com
DTSTAMP:20240101T000000Z
DTSTART;TZID=/freeassociation.sourceforge.net/Europe/Bucharest:%sT140000
DTEND;TZID=/freeassociation.sourceforge.net/Europe/Bucharest:%sT150000
SUMMARY:Visit to Contoso
ORGANIZER;CN=Mia Pop:mailto:mia@example.com
ATTENDEE;CN=Ana Pop:mailto:ana@contoso.example
CATEGORIES:Travel
END:VEVENT""" % (TODAY, TODAY)
PLAN_EVENT = """BEGIN:VEVENT
UID:plan@example.com
DTSTAMP:20240101T000000Z
DTSTART:%sT134500Z
DTEND:%sT144500Z
SUMMARY:Plan the week
END:VEVENT""" % (TODAY, TODAY)
TASK = """BEGIN:VTODO
UID:call@example.com
DTSTAMP:20240101T000000Z
SUMMARY:Call Ana
END:VTODO"""
PLAN = {"suggestions": [["opportunity", "0203", "20 licences", "Open opportunity of Ana Pop"]]}


def stored(evolution, kind, name):
    """The text of the user's own calendar or task list."""
    with open(os.path.join(evolution.data, "evolution", kind, "system", name)) as file:
        return file.read().replace("\n ", "")


def track_event(evolution, fake):
    before = len(fake.calls("TrackItem"))

    def track():
        if len(fake.calls("TrackItem")) == before:
            evolution.click("push button", "Track in CRM", patience=1)
            program.wait_for(lambda: len(fake.calls("TrackItem")) > before, "call", SOON)
    evolution.press_event("Visit to Contoso", track)


def an_appointment_is_tracked_whole(evolution, fake):
    evolution.start("-c", "calendar")
    evolution.find("push button", "Track in CRM", sensitive=False)
    track_event(evolution, fake)
    text, options = fake.await_call("TrackItem")[1:]
    assert "UID:visit@example.com" in text and "BEGIN:VTIMEZONE" in text and "SUMMARY:Visit to Contoso" in text, text
    assert options == {}, options
    evolution.find_text("1 item is tracked")
    program.wait_for(lambda: "In CRM" in stored(evolution, "calendar", "calendar.ics"), "category of the item")
    assert "Travel" in stored(evolution, "calendar", "calendar.ics")
    evolution.screenshot("calendar")


def undo_takes_its_mark_away(evolution, fake):
    evolution.click("push button", "Undo")
    fake.await_call("Undo")
    program.wait_for(lambda: "In CRM" not in stored(evolution, "calendar", "calendar.ics"), "end of the category")
    assert "Travel" in stored(evolution, "calendar", "calendar.ics")


def what_it_is_about_is_asked(evolution, fake):
    def ask():
        evolution.click("push button", "Set Regarding…", patience=1)
        return evolution.find_text("20 licences, Opportunity", SOON)
    evolution.press_event("Visit to Contoso", ask)
    assert fake.calls("Suggest")[0][1] == ["Mia Pop <mia@example.com>", "Ana Pop <ana@contoso.example>"], fake.calls("Suggest")
    evolution.click("push button", "Set Regarding")
    assert fake.await_call("TrackItem", 2)[2] == {"regarding": ["opportunity", "0203"]}
    evolution.find_text("1 item is tracked, regarding 20 licences")
    program.wait_for(lambda: "In CRM" in stored(evolution, "calendar", "calendar.ics"), "category of the item")


def private_items_are_refused_in_words(evolution, fake):
    fake.plan(**PLAN, error={"TrackItem": "Forbidden"})
    track_event(evolution, fake)
    evolution.find_text("The item is private, or may not be tracked")
    fake.plan(**PLAN)


def in_the_editor_it_waits_until_that_is_saved(evolution, fake):
    before = len(fake.calls("TrackItem"))

    def open_it():
        evolution.choose("Open Appointment")
        return program.wait_for(lambda: evolution.window("Appointment — Plan the week"), "editor", SOON)
    evolution.press_event("Plan the week", open_it)
    window = evolution.window("Appointment — Plan the week")
    evolution.write_summary(window, "Plan the month")
    evolution.click("push button", "Track in CRM", window)
    evolution.find("label", "It is tracked when it is saved", window)
    evolution.screenshot("editor")
    assert len(fake.calls("TrackItem")) == before
    evolution.choose("Save", window)
    assert "SUMMARY:Plan the month" in fake.await_call("TrackItem", before + 1)[1]
    evolution.find("label", "1 item is tracked", window)
    program.wait_for(lambda: stored(evolution, "calendar", "calendar.ics").count("In CRM") == 2, "category of the item")
    # What was tracked there goes on being tracked, and a window that closes takes nothing with it.
    evolution.write_summary(window, "Plan the year")
    evolution.choose("Save and Close", window)
    assert "SUMMARY:Plan the year" in fake.await_call("TrackItem", before + 2)[1]
    program.wait_for(lambda: "SUMMARY:Plan the year" in stored(evolution, "calendar", "calendar.ics") and
                     stored(evolution, "calendar", "calendar.ics").count("In CRM") == 2, "category of what was saved")


def a_task_is_tracked(evolution, fake):
    before = len(fake.calls("TrackItem"))
    evolution.close()
    evolution.start("-c", "tasks")
    evolution.press_task("Call Ana", lambda: evolution.click("push button", "Track in CRM", patience=1))
    text = fake.await_call("TrackItem", before + 1)[1]
    assert "BEGIN:VTODO" in text and "UID:call@example.com" in text, text
    program.wait_for(lambda: "In CRM" in stored(evolution, "tasks", "tasks.ics"), "category of the task")
    evolution.screenshot("tasks")


if __name__ == "__main__":
    program.skip_without()
    evolution = Evolution(sys.argv[1])
    evolution.add_calendar("calendar", "calendar.ics", EVENT + "\n" + PLAN_EVENT)
    evolution.add_calendar("tasks", "tasks.ics", TASK)
    fake = Fake(os.path.join(os.environ["XDG_DATA_HOME"], "fake"), **PLAN)
    fake.start()
    run([an_appointment_is_tracked_whole, undo_takes_its_mark_away, what_it_is_about_is_asked, private_items_are_refused_in_words,
         in_the_editor_it_waits_until_that_is_saved, a_task_is_tracked], evolution, fake)
