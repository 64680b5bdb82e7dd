#!/usr/bin/python3
# The mirror with the real evolution-data-server: both directions, merges, deletes, private items; everybody killed; nothing left behind.
#   test-mirror.py SATCHEL-SERVER SATCHELCTL SATCHEL-AGENT PEEK
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import re
import shutil
import signal
import subprocess
import sys

from desk import Desk, Rig, missing, tap

CARD = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;%s;;;\r\n%sEND:VCARD"


def create(desk, entity, **fields):
    return json.loads(desk.must("create", entity, *["%s=%s" % field for field in fields.items()]))["id"]


def show(desk, entity, record):
    code, out, _ = desk.run("show", entity, record)
    return json.loads(out) if code == 0 else None


def records(desk, entity, where):
    return desk.rows(entity, "--where", where)


def has(desk, source, uid, text):
    return text in (desk.item(source, uid) or "").replace("\r\n ", "")


def replace(text, name, value):
    return re.sub(r"(?m)^%s[:;][^\r\n]*" % name, name + ":" + value, text)


def told(desk, source):
    """The status, once it tells of all that is there: it is told when the work is done, a moment after the last item is written."""
    def whole():
        status = desk.status()
        return status["state"] == "running" and status[source + "s"] == len(desk.items(source)) and status
    return desk.until(whole)


# ---- contacts ----

def test_fill(rig, desk):
    """All active contacts that are carried are there."""
    desk.until(desk.running)
    carried = {row["id"] for row in records(desk, "contact", "status = active")}
    assert carried and set(desk.items("contact")) == carried
    assert desk.status()["contacts"] == len(carried)


def test_contact_out(rig, desk):
    record = create(desk, "contact", first_name="Ana", last_name="Pop", email="ana@example.org")
    desk.until(has, desk, "contact", record, "ana@example.org")
    desk.must("set", "contact", record, "mobile=+40 700 000 001")
    desk.until(has, desk, "contact", record, "700 000 001")
    desk.must("delete", "contact", record)
    desk.until(lambda: desk.item("contact", record) is None)


def test_contact_in(rig, desk):
    """A new card becomes one record; what the CRM has no field for stays in it."""
    desk.peek("contact", "add", texts=[CARD % ("card-1", "Ion Rus", "Rus", "Ion", "EMAIL:ion@example.org\r\nX-HOBBY:chess\r\n")])
    desk.until(records, desk, "contact", 'email = "ion@example.org"')
    found = records(desk, "contact", 'email = "ion@example.org"')
    assert len(found) == 1 and found[0]["last_name"] == "Rus"
    desk.must("set", "contact", found[0]["id"], "job_title=Miller")
    desk.until(has, desk, "contact", "card-1", "TITLE:Miller")
    assert has(desk, "contact", "card-1", "X-HOBBY:chess")
    text = desk.item("contact", "card-1")
    desk.peek("contact", "modify", texts=[replace(text, "TITLE", "Baker")])
    desk.until(lambda: show(desk, "contact", found[0]["id"])["job_title"] == "Baker")


def test_contact_meanwhile(rig, desk):
    """What was changed in the CRM alone while the agent was away is written when it comes."""
    record = create(desk, "contact", first_name="While", last_name="Away", phone="+39 06 1234567", email="while@example.org")
    desk.until(has, desk, "contact", record, "while@example.org")
    desk.stop_agent()
    desk.must("set", "contact", record, "job_title=Meanwhile")
    desk.start_agent()
    desk.until(has, desk, "contact", record, "Meanwhile")


def test_contact_both(rig, desk):
    """Two fields, changed on two sides while the agent was away, are both kept; the same field: what was written at EDS, as an edit of what
    was seen there."""
    record = create(desk, "contact", first_name="Both", last_name="Sides", email="both@example.org")
    desk.until(has, desk, "contact", record, "both@example.org")
    desk.stop_agent()
    desk.must("set", "contact", record, "phone=111", "job_title=Here")
    text = desk.item("contact", record)
    desk.peek("contact", "modify", texts=[text.replace("END:VCARD", "TITLE:There\r\nNICKNAME:Bo\r\nEND:VCARD")])
    desk.start_agent()
    desk.until(lambda: show(desk, "contact", record)["nickname"] == "Bo")
    desk.until(has, desk, "contact", record, "111")
    shown = show(desk, "contact", record)
    assert (shown["phone"], shown["job_title"]) == ("111", "There"), shown


def test_contact_delete(rig, desk):
    record = create(desk, "contact", first_name="Gone", last_name="Soon")
    desk.until(has, desk, "contact", record, "Soon")
    desk.peek("contact", "remove", record)
    desk.until(lambda: show(desk, "contact", record) is None)
    # She may not delete that of another, and what has just changed here stays.
    record = create(desk, "contact", first_name="Stays", last_name="Here")
    desk.until(has, desk, "contact", record, "Here")
    desk.stop_agent()
    desk.must("set", "contact", record, "phone=222")
    desk.peek("contact", "remove", record)
    desk.start_agent()
    desk.until(has, desk, "contact", record, "222")
    assert show(desk, "contact", record)


def test_undo(rig, desk):
    """All that was deleted together comes back, of whatever kind, and however it was told of."""
    bell = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bell.py")
    with subprocess.Popen(["/usr/bin/python3", bell], env=desk.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as bell:
        assert bell.stdout.readline() == "ready\n"
        contacts = [create(desk, "contact", first_name="Undone", last_name="N%d" % n) for n in range(4)]
        task = create(desk, "task", subject="Undone")
        desk.until(lambda: set(contacts) <= set(desk.items("contact")))
        desk.until(has, desk, "task", task, "Undone")
        for record in contacts:
            desk.peek("contact", "remove", record)
            desk.until(lambda: show(desk, "contact", record) is None)
        desk.peek("task", "remove", task)
        desk.until(lambda: show(desk, "task", task) is None)

        def undone():
            bell.stdin.write("undo\n")
            bell.stdin.flush()
            return show(desk, "task", task) and all(show(desk, "contact", record) for record in contacts)

        desk.until(undone)
        desk.until(lambda: set(contacts) <= set(desk.items("contact")))
        desk.until(has, desk, "task", task, "Undone")
        bell.stdin.close()


def test_refused(rig, desk):
    """A closed task is not changed any more: what was written there is set back."""
    record = create(desk, "task", subject="Closed soon")
    desk.until(has, desk, "task", record, "Closed soon")
    desk.must("set", "task", record, "status=completed")
    desk.until(has, desk, "task", record, "STATUS:COMPLETED")
    desk.peek("task", "modify", texts=[desk.item("task", record).replace("Closed soon", "Open again")])
    desk.until(has, desk, "task", record, "SUMMARY:Closed soon")
    assert show(desk, "task", record)["subject"] == "Closed soon"


def test_private(rig, desk):
    desk.peek("contact", "add", texts=[CARD % ("secret-1", "My Doctor", "Doctor", "My", "CLASS:PRIVATE\r\nEMAIL:doc@example.org\r\n")])
    desk.until(has, desk, "contact", "secret-1", "Not in CRM")
    assert not records(desk, "contact", 'email = "doc@example.org"')
    text = desk.item("contact", "secret-1").replace("CLASS:PRIVATE", "CLASS:PUBLIC")
    desk.peek("contact", "modify", texts=[text])
    desk.until(records, desk, "contact", 'email = "doc@example.org"')
    desk.until(lambda: not has(desk, "contact", "secret-1", "Not in CRM"))


def test_echo(rig, desk):
    """One change is one write on each side, and nothing comes after it."""
    record = create(desk, "contact", first_name="Echo", last_name="One")
    desk.until(has, desk, "contact", record, "One")
    before = told(desk, "contact")
    desk.must("set", "contact", record, "phone=333")
    desk.until(has, desk, "contact", record, "333")
    desk.peek("contact", "modify", texts=[desk.item("contact", record).replace("END:VCARD", "NICKNAME:Ec\r\nEND:VCARD")])
    desk.until(lambda: show(desk, "contact", record)["nickname"] == "Ec")
    marker = create(desk, "contact", first_name="Echo", last_name="Marker")
    desk.until(has, desk, "contact", marker, "Marker")
    desk.must("sync")
    after = told(desk, "contact")
    assert after["written_there"] - before["written_there"] == 2, (before, after)
    assert after["written_here"] - before["written_here"] == 1, (before, after)


# ---- calendar ----

EVENT = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Rome:20261207T090000\r\n"
         "DTEND;TZID=Europe/Rome:20261207T100000\r\nSUMMARY:%s\r\n%sEND:VEVENT\r\n%sEND:VCALENDAR\r\n")
MOVED = ("BEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Rome:20261221T090000\r\n"
         "DTSTART;TZID=Europe/Rome:20261221T150000\r\nDTEND;TZID=Europe/Rome:20261221T160000\r\nSUMMARY:%s\r\nEND:VEVENT\r\n")


def test_appointment(rig, desk):
    record = create(desk, "appointment", subject="Visit the mill", start="2026-12-01T09:00:00Z", end="2026-12-01T10:00:00Z", zone="Europe/Rome")
    desk.until(has, desk, "appointment", record, "Visit the mill")
    text = desk.item("appointment", record)
    assert "DTSTART;TZID=" in text and "20261201T100000" in text, text
    desk.peek("appointment", "modify", texts=[replace(text, "SUMMARY", "Visit the bakery")])
    desk.until(lambda: show(desk, "appointment", record)["subject"] == "Visit the bakery")
    desk.peek("appointment", "remove", record)
    desk.until(lambda: show(desk, "appointment", record) is None)


def test_series(rig, desk):
    """A series with one occurrence moved is two records and one item, in both directions."""
    uid = "series-1"
    desk.peek("appointment", "add", texts=[EVENT % (uid, "Weekly", "RRULE:FREQ=WEEKLY;COUNT=6\r\nX-ROOM:7\r\n", MOVED % (uid, "Weekly, late"))])
    desk.until(records, desk, "appointment", 'subject = "Weekly, late"')
    master, = records(desk, "appointment", 'subject = "Weekly"')
    moved, = records(desk, "appointment", 'subject = "Weekly, late"')
    assert moved["series"]["id"] == master["id"] and moved["start"] == "2026-12-21T14:00:00Z", moved
    desk.must("sync")
    before = told(desk, "appointment")
    desk.must("set", "appointment", moved["id"], "location=Room 9")
    desk.until(has, desk, "appointment", uid, "Room 9")
    marker = create(desk, "appointment", subject="After", start="2026-12-02T09:00:00Z", end="2026-12-02T10:00:00Z")
    desk.until(has, desk, "appointment", marker, "After")
    desk.must("sync")
    after = told(desk, "appointment")
    assert after["written_there"] - before["written_there"] == 2, (before, after)  # that one, and the marker
    text = desk.item("appointment", uid)
    assert text.count("BEGIN:VEVENT") == 2 and "X-ROOM:7" in text
    # The occurrence goes back to its series, from here, and is not left out of it; another one is moved there.
    assert "EXDATE" not in show(desk, "appointment", master["id"])["recurrence"]
    desk.must("delete", "appointment", moved["id"])
    text = desk.until(lambda: (lambda text: text and text.count("BEGIN:VEVENT") == 1 and text)(desk.item("appointment", uid)))
    assert "EXDATE" not in text, text
    desk.peek("appointment", "modify", texts=[text.replace("END:VCALENDAR", MOVED % (uid, "Another") + "END:VCALENDAR")])
    desk.until(records, desk, "appointment", 'subject = "Another"')
    desk.peek("appointment", "remove", uid)
    desk.until(lambda: show(desk, "appointment", master["id"]) is None)
    desk.until(lambda: not records(desk, "appointment", 'subject = "Another"'))


def test_becomes_private(rig, desk):
    """What she marks as private is hers from then on, and one occurrence makes its series so; until she takes it back. Nothing is lost there."""
    uid = "series-2"
    desk.peek("appointment", "add", texts=[EVENT % (uid, "Swimming", "RRULE:FREQ=WEEKLY;COUNT=6\r\n", "")])
    desk.until(records, desk, "appointment", 'subject = "Swimming"')
    record, = records(desk, "appointment", 'subject = "Swimming"')
    desk.until(lambda: desk.status()["appointments"] == len(desk.items("appointment")))
    surgery = (MOVED % (uid, "Surgery")).replace("SUMMARY", "CLASS:PRIVATE\r\nSUMMARY")
    desk.peek("appointment", "modify", texts=[desk.item("appointment", uid).replace("END:VCALENDAR", surgery + "END:VCALENDAR")])
    desk.until(has, desk, "appointment", uid, "Not in CRM")
    desk.must("set", "appointment", record["id"], "location=Pool")
    marker = create(desk, "appointment", subject="Later", start="2026-12-02T09:00:00Z", end="2026-12-02T10:00:00Z")
    desk.until(has, desk, "appointment", marker, "Later")
    assert has(desk, "appointment", uid, "Surgery") and not has(desk, "appointment", uid, "Pool")
    assert not records(desk, "appointment", 'subject = "Surgery"')
    desk.peek("appointment", "modify", texts=[re.sub(r"CLASS:PRIVATE\r?\n", "", desk.item("appointment", uid)).replace("Surgery", "Diving")])
    desk.until(records, desk, "appointment", 'subject = "Diving"')
    desk.until(has, desk, "appointment", uid, "Pool")
    desk.until(lambda: not has(desk, "appointment", uid, "Not in CRM"))
    assert not show(desk, "appointment", record["id"])["tags"], show(desk, "appointment", record["id"])
    # What she wrote with it does not leave either.
    record = create(desk, "contact", first_name="Open", last_name="Card")
    desk.until(has, desk, "contact", record, "Card")
    desk.peek("contact", "modify", texts=[desk.item("contact", record).replace("END:VCARD", "CLASS:PRIVATE\r\nNICKNAME:Pst\r\nEND:VCARD")])
    desk.until(has, desk, "contact", record, "Not in CRM")
    assert has(desk, "contact", record, "Pst") and show(desk, "contact", record)["nickname"] is None


def test_task(rig, desk):
    record = create(desk, "task", subject="Call the mill", due="2026-12-03")
    desk.until(has, desk, "task", record, "Call the mill")
    text = desk.item("task", record).replace("STATUS:NEEDS-ACTION", "STATUS:COMPLETED\r\nPERCENT-COMPLETE:100\r\nCOMPLETED:20261122T101500Z")
    desk.peek("task", "modify", texts=[text])
    desk.until(lambda: show(desk, "task", record)["status"] == "completed")
    assert show(desk, "task", record)["completed_at"] == "2026-11-22T10:15:00Z"
    # Opening it again is an action of the CRM.
    text = re.sub(r"(STATUS:COMPLETED|PERCENT-COMPLETE:100|COMPLETED:\w+)\r?\n", "", desk.item("task", record))
    desk.peek("task", "modify", texts=[text.replace("END:VTODO", "STATUS:NEEDS-ACTION\r\nEND:VTODO")])
    desk.until(lambda: show(desk, "task", record)["status"] == "open")


# ---- everything dies ----

def test_eds_killed(rig, desk):
    record = create(desk, "contact", first_name="Before", last_name="Death")
    desk.until(has, desk, "contact", record, "Death")
    assert desk.kill_eds() > 0
    desk.must("set", "contact", record, "phone=444")
    later = create(desk, "task", subject="After death")
    desk.until(has, desk, "contact", record, "444")
    desk.until(has, desk, "task", later, "After death")
    assert len(records(desk, "contact", 'last_name = "Death"')) == 1


def test_agent_killed(rig, desk):
    """At whatever moment: each record has one item, each item one record, and nothing is lost."""
    for turn in range(8):
        mine = [create(desk, "contact", first_name="K%d" % turn, last_name="Here%d" % n) for n in range(3)]
        desk.peek("contact", "add", texts=[CARD % ("k-%d-%d" % (turn, n), "K%d There%d" % (turn, n), "There%d" % n, "K%d" % turn, "")
                                           for n in range(3)])
        for _ in range(turn):  # a little later each time
            desk.items("task")
        desk.stop_agent(signal.SIGKILL)
        desk.start_agent()
    for turn in range(8):
        desk.until(lambda: len(records(desk, "contact", 'first_name = "K%d"' % turn)) >= 6)
    desk.until(desk.running)

    def settled():
        items = desk.items("contact")
        return sum(re.search(r"FN:K\d (Here|There)", text) is not None for text in items.values()) == 48

    desk.until(settled)
    found = [row["full_name"] for row in records(desk, "contact", 'first_name starts with "K" and (last_name starts with "Here" or last_name starts with "There")')]
    assert len(found) == 48 and len(set(found)) == 48, len(found)


def test_source_deleted(rig, desk):
    """Made again and filled, with what only EDS held; nothing is deleted here."""
    record = create(desk, "contact", first_name="Source", last_name="Lost")
    desk.until(has, desk, "contact", record, "Lost")
    desk.peek("contact", "modify", texts=[desk.item("contact", record).replace("END:VCARD", "X-SHOE-SIZE:42\r\nEND:VCARD")])
    desk.until(lambda: desk.status()["state"] == "running")
    carried = {row["id"] for row in records(desk, "contact", "status = active")}
    desk.peek("contact", "drop")
    desk.until(lambda: "satchel-contacts-default" in desk.peek("-", "sources").split())
    desk.until(has, desk, "contact", record, "Lost")
    desk.until(lambda: len(desk.items("contact")) >= len(carried))
    assert {row["id"] for row in records(desk, "contact", "status = active")} == carried


def test_import(rig, desk):
    """Any address book of hers, by its id; a second time nothing is new."""
    desk.peek("hers", "make", "contacts")
    desk.peek("hers", "add", texts=[CARD % ("h-%d" % n, "Hers %d" % n, "Hers%d" % n, "Of", "EMAIL:hers%d@example.org\r\n" % n)
                                    for n in range(3)])
    listed = {row["id"]: row["entity"] for row in json.loads(desk.must("mirror", "sources"))}
    assert listed["hers"] == "contact" and not [uid for uid in listed if uid.startswith("satchel-")], listed
    assert json.loads(desk.must("import", "eds:hers", "--entity", "contact"))["created"] == 3
    again = json.loads(desk.must("import", "eds:hers", "--entity", "contact"))
    assert again["created"] == 0 and again["rejected"] == 0, again
    assert desk.run("import", "eds:nobody", "--entity", "contact")[0] == 1


def test_damaged(rig, desk):
    """A calendar that EDS cannot open stands still alone, and is told by name; mended, it goes on."""
    desk.until(desk.running)
    folder = desk.environment["XDG_DATA_HOME"] + "/evolution/calendar/satchel-appointments-default"
    kept = create(desk, "appointment", subject="Before damage", start="2026-12-04T09:00:00Z", end="2026-12-04T10:00:00Z")
    desk.until(has, desk, "appointment", kept, "Before damage")
    desk.stop_agent()
    desk.kill_eds()
    shutil.rmtree(folder)
    os.makedirs(folder + "/calendar.ics")  # a folder is no calendar
    desk.start_agent()
    desk.until(lambda: "Satchel Calendar: " in desk.status()["message"])
    assert desk.status()["state"] == "running" and "Satchel Tasks: " not in desk.status()["message"], desk.status()
    record = create(desk, "contact", first_name="Not", last_name="Held Up")
    task = create(desk, "task", subject="Not held up")
    desk.until(has, desk, "contact", record, "Held Up")
    desk.until(has, desk, "task", task, "Not held up")
    desk.must("set", "contact", record, "phone=555")
    desk.until(has, desk, "contact", record, "555")
    os.rmdir(folder + "/calendar.ics")
    desk.until(lambda: "Satchel Calendar" not in desk.status()["message"])
    desk.until(has, desk, "appointment", kept, "Before damage")
    assert show(desk, "appointment", kept)


# ---- private items are nowhere else ----

PRIVATE = "CLASS:PRIVATE\r\n"
TODO = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:%s\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:%s\r\n%sEND:VTODO\r\nEND:VCALENDAR\r\n"
OWN = {"contact": "system-address-book", "appointment": "system-calendar", "task": "system-task-list"}


def add_private(desk, prefix):
    desk.until(desk.running)
    desk.peek("contact", "add", texts=[CARD % (prefix + "-c", "My Nurse", "Nurse", "My", PRIVATE)])
    desk.peek("appointment", "add", texts=[EVENT % (prefix + "-a", "My Surgery", PRIVATE, "")])
    desk.peek("task", "add", texts=[TODO % (prefix + "-t", "My Pills", PRIVATE)])
    for entity in OWN:
        desk.until(has, desk, entity, prefix + "-" + entity[0], "Not in CRM")


def assert_rescued(desk, prefix):
    for entity, own in OWN.items():
        text = desk.item(own, prefix + "-" + entity[0])
        assert text and "CLASS:PRIVATE" in text and "Not in CRM" not in text, (entity, text)


def test_private_off(rig, desk):
    """They go to her own calendar, task list and address book; what is private in the CRM does not."""
    desk.until(desk.running)
    theirs = create(desk, "appointment", subject="Of the CRM", start="2026-12-05T09:00:00Z", end="2026-12-05T10:00:00Z", private="true")
    desk.until(has, desk, "appointment", theirs, "CLASS:PRIVATE")
    add_private(desk, "off")
    told = json.loads(desk.must("mirror", "off"))["private"]
    assert "private items" in told, told
    desk.until(lambda: not desk.traces())
    assert_rescued(desk, "off")
    assert not desk.item("system-calendar", theirs)
    assert desk.status()["private"] == told
    assert not os.path.exists(profile_file(desk, "private-items.ics"))
    desk.must("mirror", "on")
    desk.until(desk.running)


def profile_file(desk, name):
    return os.path.join(desk.environment["XDG_DATA_HOME"], "satchel/default", name)


def test_private_sign_out(rig, desk):
    """What her own address book does not take, because something else has its uid there, is in a file for her eyes."""
    add_private(desk, "out")
    desk.peek(OWN["contact"], "add", texts=[CARD % ("out-c", "Another", "Other", "An", "")])
    desk.must("logout")
    desk.until(lambda: not desk.traces())
    desk.until(lambda: os.path.exists(profile_file(desk, "private-items.vcf")))
    with open(profile_file(desk, "private-items.vcf"), encoding="utf-8") as file:
        text = file.read()
    assert "My Nurse" in text and text.count("BEGIN:VCARD") == 1, text
    assert os.stat(profile_file(desk, "private-items.vcf")).st_mode & 0o777 == 0o600
    assert "My Surgery" in desk.item(OWN["appointment"], "out-a") and "My Pills" in desk.item(OWN["task"], "out-t")
    assert "Another" in desk.item(OWN["contact"], "out-c")
    assert desk.until(lambda: desk.status().get("private")).count("private-items") == 1
    desk.must("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller1", "--password-file", desk.password_file("seller1"))
    desk.until(desk.running)


def test_private_damaged(rig, desk):
    """Nothing of EDS runs that could be asked: its files are."""
    add_private(desk, "file")
    desk.stop_agent()
    desk.kill_eds()
    services = os.path.join(desk.folder, "services")
    os.rename(services, services + ".away")
    subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/", "--method",
                    "org.freedesktop.DBus.ReloadConfig"], env=desk.environment, check=True, capture_output=True)
    desk.must("mirror", "off")
    desk.start_agent()
    desk.until(lambda: not desk.traces())
    os.rename(services + ".away", services)
    subprocess.run(["gdbus", "call", "--session", "--dest", "org.freedesktop.DBus", "--object-path", "/", "--method",
                    "org.freedesktop.DBus.ReloadConfig"], env=desk.environment, check=True, capture_output=True)
    with open(profile_file(desk, "private-items.vcf"), encoding="utf-8") as cards, \
            open(profile_file(desk, "private-items.ics"), encoding="utf-8") as items:
        items = items.read()
        assert "file-c" in cards.read() and "My Surgery" in items and "My Pills" in items and "Of the CRM" not in items, items
    desk.must("mirror", "on")
    desk.until(desk.running)


# ---- leaving nothing ----

def customers(desk):
    """Ids and addresses that stand in EDS's files now and are nowhere but in what is mirrored."""
    words = list(desk.items("contact")) + list(desk.items("appointment")) + list(desk.items("task"))
    words += [row["email"] for row in records(desk, "contact", "status = active") if row.get("email")]
    others = {*OWN.values(), "hers"} & set(desk.peek("-", "sources").split())
    hers = "".join(text for other in others for text in desk.items(other).values())
    words = [word for word in words if word not in hers]
    assert len(desk.tells(words)) >= len(words) > 100, len(words)
    return words


def assert_nothing_told(desk, words):
    desk.until(lambda: not desk.traces())
    assert not desk.tells(words), desk.tells(words)[:5]


def test_off(rig, desk):
    words = customers(desk)
    assert desk.traces()
    desk.must("mirror", "off")
    assert_nothing_told(desk, words)
    assert not [uid for uid in desk.peek("-", "sources").split() if uid.startswith("satchel-")]
    assert desk.status()["message"] == "switched off"
    desk.must("mirror", "on")
    desk.until(desk.running)
    desk.until(lambda: len(desk.items("contact")) == len(records(desk, "contact", "status = active")))


def test_sign_out(rig, desk):
    words = customers(desk)
    desk.must("logout")
    assert_nothing_told(desk, words)
    desk.must("login", "http://127.0.0.1:%d" % rig.port, "--user", "seller1", "--password-file", desk.password_file("seller1"))
    desk.until(desk.running)


def test_erased(rig, desk):
    """The profile was erased while no agent ran: with what was private."""
    add_private(desk, "wipe")
    words = customers(desk)
    desk.stop_agent()
    assert desk.traces()
    shutil.rmtree(desk.environment["XDG_DATA_HOME"] + "/satchel/default")
    desk.start_agent()
    assert_nothing_told(desk, words)
    assert not [uid for own in OWN.values() for uid in desk.items(own) if uid.startswith("wipe")]


def main():
    lacking = missing()
    if lacking:
        return tap.skip("not installed: " + lacking)
    rig = Rig(dict(zip(("server", "ctl", "agent", "peek"), sys.argv[1:])))
    desk = None
    try:
        desk = Desk(rig, "desk", "seller1")
        desk.must("sync")
        desk.start_agent()
        return tap.run(tap.tests_of(globals()), sys.argv[5:], call=lambda test: test(rig, desk), mend=desk.revive)
    finally:
        if desk is not None:
            desk.close()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
