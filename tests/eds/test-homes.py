#!/usr/bin/python3
# What is tracked of a calendar of her own stays in that calendar, once, and linked: with the real evolution-data-server.
#   test-homes.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT PEEK
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import re
import subprocess
import sys

from desk import AGENT, Desk, Rig, missing, tap

EVENT = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261207T090000Z\r\n"
         "DTEND:20261207T100000Z\r\nSUMMARY:%s\r\nCATEGORIES:Travel\r\nX-ROOM:7\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
TODO = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:%s\r\nEND:VTODO\r\nEND:VCALENDAR\r\n")


def track(desk, text):
    done = subprocess.run(["gdbus", "call", "--session", "--dest", AGENT, "--object-path", "/org/satchelcrm/Satchel/Agent", "--method",
                           "org.satchelcrm.Satchel.Mail1.TrackItem", "", text, "@a{sv} {}"], env=desk.environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return re.findall("'([^']*)'", done.stdout)[1]


def show(desk, entity, record):
    code, out, _ = desk.run("show", entity, record)
    return json.loads(out) if code == 0 else None


def text_of(desk, source, uid):
    return (desk.item(source, uid) or "").replace("\r\n ", "")


def settle(desk):
    """All that was before this has come to pass in the mirror: what is made last is there."""
    for entity, more in (("appointment", ["start=2026-12-01T09:00:00Z", "end=2026-12-01T10:00:00Z"]), ("task", [])):
        marker = json.loads(desk.must("create", entity, "subject=Marker", *more))["id"]
        desk.until(desk.item, entity, marker)
        desk.must("delete", entity, marker)
        desk.until(lambda: desk.item(entity, marker) is None)


def edit(desk, source, uid, old, new):
    text = desk.item(source, uid)
    assert old in text, text
    desk.peek(source, "modify", texts=[text.replace(old, new)])


def test_tracked_stays(rig, desk):
    """It is in her calendar, says so there, and is not in ours."""
    for kind, entity, text in (("appointments", "appointment", EVENT), ("tasks", "task", TODO)):
        desk.peek("own-" + kind, "make", kind)
        uid = "visit-%s@example.com" % entity
        desk.peek("own-" + kind, "add", texts=[text % (uid, "Visit the mill")])
        desk.homes[entity] = ("own-" + kind, uid, track(desk, text % (uid, "Visit the mill")))
        desk.until(lambda: "In CRM" in text_of(desk, "own-" + kind, uid))
    settle(desk)
    for entity, (source, uid, record) in desk.homes.items():
        assert desk.item(entity, uid) is None and desk.item(entity, record) is None
        assert len(desk.rows(entity, "--where", 'calendar_id = "%s"' % uid)) == 1
    text = text_of(desk, "own-appointments", desk.homes["appointment"][1])
    assert "Travel" in text and "X-ROOM:7" in text, text
    tags = show(desk, "appointment", desk.homes["appointment"][2])["tags"]
    assert "In CRM" not in json.dumps(tags), tags


def test_linked(rig, desk):
    for entity, (source, uid, record) in desk.homes.items():
        desk.must("set", entity, record, "subject=Visit the bakery")
        desk.until(lambda: "SUMMARY:Visit the bakery" in text_of(desk, source, uid))
        edit(desk, source, uid, "SUMMARY:Visit the bakery", "SUMMARY:Visit the brewery")
        desk.until(lambda: show(desk, entity, record)["subject"] == "Visit the brewery")
        # Different fields on both sides, while nobody looks.
        desk.stop_agent()
        desk.must("set", entity, record, "subject=Visit the vineyard")
        edit(desk, source, uid, "SUMMARY:", "DESCRIPTION:Bring glasses\r\nSUMMARY:")
        desk.start_agent()
        desk.until(lambda: "Bring glasses" in (show(desk, entity, record)["description"] or ""))
        desk.until(lambda: "SUMMARY:Visit the vineyard" in text_of(desk, source, uid))
    settle(desk)
    for entity, (source, uid, record) in desk.homes.items():
        assert desk.item(entity, uid) is None and "In CRM" in text_of(desk, source, uid)


def test_calendar_away(rig, desk):
    """A calendar that is deleted takes nothing with it: its items come into ours."""
    source, uid, record = desk.homes.pop("task")
    desk.peek(source, "drop")
    desk.until(lambda: "Visit the vineyard" in text_of(desk, "task", uid))
    assert show(desk, "task", record)


def test_deletes(rig, desk):
    """The record's end leaves her item; the item's end is the record's."""
    source, uid, record = desk.homes["appointment"]
    desk.must("delete", "appointment", record)
    settle(desk)
    assert "Visit the vineyard" in text_of(desk, source, uid)
    uid = "second@example.com"
    desk.peek(source, "add", texts=[EVENT % (uid, "Second")])
    record = track(desk, EVENT % (uid, "Second"))
    desk.until(lambda: "In CRM" in text_of(desk, source, uid))
    desk.peek(source, "remove", uid)
    desk.until(lambda: show(desk, "appointment", record) is None)


def test_moved(rig, desk):
    """Moved into ours, as programs do that (made there, then taken away here), it goes on as the same record."""
    source, uid = "own-appointments", "moved@example.com"
    desk.peek(source, "add", texts=[EVENT % (uid, "Moved")])
    record = track(desk, EVENT % (uid, "Moved"))
    desk.until(lambda: "In CRM" in text_of(desk, source, uid))
    desk.peek("appointment", "add", texts=[desk.item(source, uid)])
    desk.peek(source, "remove", uid)
    settle(desk)
    assert show(desk, "appointment", record), desk.items("appointment")
    desk.must("set", "appointment", record, "location=Mill")
    desk.until(lambda: "Mill" in text_of(desk, "appointment", uid))
    assert len(desk.rows("appointment", "--where", 'subject = "Moved"')) == 1
    assert show(desk, "appointment", record)["tags"] == ["Travel"]


def test_moved_unseen(rig, desk):
    """The same while nobody looks, a step at a time."""
    source, uid = "own-appointments", "slowly@example.com"
    desk.peek(source, "add", texts=[EVENT % (uid, "Slowly")])
    record = track(desk, EVENT % (uid, "Slowly"))
    desk.until(lambda: "In CRM" in text_of(desk, source, uid))
    settle(desk)
    desk.stop_agent()
    desk.peek("appointment", "add", texts=[desk.item(source, uid)])
    desk.start_agent()
    settle(desk)
    assert desk.item("appointment", uid) and desk.item(source, uid)
    assert show(desk, "appointment", record)["tags"] == ["Travel"]
    desk.stop_agent()
    edit(desk, "appointment", uid, "SUMMARY:Slowly", "SUMMARY:Very slowly")
    desk.peek(source, "remove", uid)
    desk.start_agent()
    desk.until(lambda: show(desk, "appointment", record)["subject"] == "Very slowly")
    desk.must("set", "appointment", record, "location=Mill")
    desk.until(lambda: "Mill" in text_of(desk, "appointment", uid))
    assert len(desk.rows("appointment", "--where", 'calendar_id = "%s"' % uid)) == 1
    assert show(desk, "appointment", record)["tags"] == ["Travel"]


def test_off(rig, desk):
    """Without a mirror her own calendars are hers."""
    before = desk.items("own-appointments")
    desk.must("mirror", "off")
    desk.until(lambda: not desk.traces())
    assert desk.items("own-appointments") == before


def main():
    lacking = missing()
    if lacking:
        return tap.skip("not installed: " + lacking)
    rig = Rig(dict(zip(("server", "ctl", "agent", "peek"), sys.argv[1:])))
    desk = None
    try:
        desk = Desk(rig, "desk", "seller1")
        desk.homes = {}
        desk.must("sync")
        desk.start_agent()
        desk.until(desk.running)
        return tap.run(tap.tests_of(globals()), call=lambda test: test(rig, desk), mend=desk.revive)
    finally:
        if desk is not None:
            desk.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
