#!/usr/bin/python3
# Colleagues who accept the same invitation in their Satchel calendars have one record of it, wherever the server may know that they do; what each
# put there stays hers. Two desktops with the real evolution-data-server.
#   test-invitation.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT PEEK
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import re
import sys

from desk import Desk, Rig, missing, tap

WORDS = "We go through the offer line by line, and then to the mill to see the old machine at work."
EVENT = ("BEGIN:VEVENT\r\nUID:%(uid)s\r\nDTSTAMP:20260101T000000Z\r\n%(time)sSUMMARY:%(subject)s\r\n%(text)s%(people)sX-ROOM:%(room)s\r\n"
         "END:VEVENT\r\n")
WEEKLY = "DTSTART:20261207T090000Z\r\nDTEND:20261207T100000Z\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\n"
MOVED = "RECURRENCE-ID:20261214T090000Z\r\nDTSTART:20261214T150000Z\r\nDTEND:20261214T160000Z\r\n"
ONCE = "DTSTART:20261207T090000Z\r\nDTEND:20261207T100000Z\r\n"


def people(desks, accepted):
    return "ORGANIZER:mailto:boss@customer.example\r\n" + "".join(
        "ATTENDEE;PARTSTAT=%s:mailto:%s\r\n" % ("ACCEPTED" if desk is accepted else "NEEDS-ACTION", desk.email) for desk in desks)


def calendar(*events):
    return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n%sEND:VCALENDAR\r\n" % "".join(events)


def event(desk, uid, time, who, text=WORDS):
    return EVENT % {"uid": uid, "time": time, "subject": "Visit of the mill", "people": who, "room": desk.name,
                    "text": "DESCRIPTION:%s\r\n" % text if text else ""}


def ids(desk, uid):
    return sorted(row["id"] for row in desk.rows("appointment", "--where", 'calendar_id = "%s"' % uid))


def accept(desks, uid, text):
    """Each without knowing of the other; then they do."""
    for desk in desks:
        desk.must("offline", "on")
        desk.peek("appointment", "add", texts=[text(desk)])
        desk.until(ids, desk, uid)
    for desk in desks:
        desk.must("offline", "off")
    for desk in (*desks, *desks):
        desk.must("sync")
    for desk in desks:
        settle(desk)


def settle(desk):
    """All that was before this has come to pass in the mirror."""
    marker = json.loads(desk.must("create", "appointment", "subject=Marker", "start=2026-12-01T09:00:00Z", "end=2026-12-01T10:00:00Z"))["id"]
    desk.until(desk.item, "appointment", marker)
    desk.must("delete", "appointment", marker)
    desk.until(lambda: desk.item("appointment", marker) is None)


def assert_item(desk, uid, record):
    """She has one item of it, hers with what the CRM has no field for."""
    items = {name: text for name, text in desk.items("appointment").items() if "Visit of the mill" in text}
    mine = [name for name in items if name in (uid, record)]
    assert mine == [uid], (mine, record)
    assert "X-ROOM:" + desk.name in items[uid].replace("\r\n ", ""), items[uid]


def answers(text):
    text = text.replace("\r\n ", "").replace("\n ", "")
    return sorted(re.findall("PARTSTAT=ACCEPTED[^:\n]*:mailto:([^\r\n]+)", text))


def assert_one(desks, uid, text):
    accept(desks, uid, lambda desk: calendar(event(desk, uid, ONCE, people(desks, desk), text)))
    first, second = (ids(desk, uid) for desk in desks)
    assert first == second and len(first) == 1, (first, second)
    for desk in desks:
        assert_item(desk, uid, first[0])
        desk.until(lambda: answers(desk.item("appointment", uid)) == sorted(one.email for one in desks))


def test_one(first, near, far):
    """Who may read the other's, and who shows by its words that she was invited."""
    assert_one([first, near], "near@customer.example", None)
    assert_one([first, far], "far@customer.example", WORDS)


def test_series(first, near, far):
    """With what stands in place of an occurrence."""
    desks, uid = [first, far], "series@customer.example"
    accept(desks, uid, lambda desk: calendar(event(desk, uid, WEEKLY, people(desks, desk)), event(desk, uid, MOVED, people(desks, desk))))
    here, there = (ids(desk, uid) for desk in desks)
    assert here == there and len(here) == 2, (here, there)
    for desk in desks:
        assert desk.item("appointment", uid).count("BEGIN:VEVENT") == 2, desk.item("appointment", uid)
        assert "X-ROOM:" + desk.name in desk.item("appointment", uid)


def test_nothing_shown(first, near, far):
    """Who may not read the other's and has no words that only the invited know has a record of her own, and her item is of that."""
    desks, uid = [first, far], "bare@customer.example"
    accept(desks, uid, lambda desk: calendar(event(desk, uid, WEEKLY, people(desks, desk), None), event(desk, uid, MOVED, people(desks, desk), None)))
    for desk in desks:
        whole, = desk.rows("appointment", "--where", 'calendar_id = "%s" and original_start is empty' % uid)
        assert_item(desk, uid, whole["id"])
        assert desk.item("appointment", uid).count("BEGIN:VEVENT") == 2, desk.item("appointment", uid)
        desk.must("set", "appointment", whole["id"], "location=Hall of " + desk.name)
        desk.until(lambda: "Hall of " + desk.name in desk.item("appointment", uid))
    assert not set(ids(first, uid)) & set(ids(far, uid))


def test_not_in_it(first, near, far):
    """What invites nobody is hers, whoever has it too."""
    desks, uid = [first, near], "fair@customer.example"
    accept(desks, uid, lambda desk: calendar(event(desk, uid, ONCE, "")))
    for desk in desks:
        assert_item(desk, uid, None)
        assert len([row for row in desk.rows("appointment", "--where", 'calendar_id = "%s" and owner = me' % uid)]) == 1


def main():
    lacking = missing()
    if lacking:
        return tap.skip("not installed: " + lacking)
    rig = Rig(dict(zip(("server", "ctl", "agent", "peek"), sys.argv[1:])))
    desks = []
    try:
        for name in ("seller1", "seller2", "seller3"):  # two of one unit, and one of another
            desk = Desk(rig, "desk-" + name, name)
            desks.append(desk)
            desk.must("sync")
            desk.name = name
            desk.email, = (row["email"] for row in desk.rows("user", "--where", 'login = "%s"' % name))
            desk.start_agent()
            desk.until(desk.running)
        return tap.run(tap.tests_of(globals()), call=lambda test: test(*desks))
    finally:
        for desk in desks:
            desk.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
