#!/usr/bin/python3
# A letter to a customer by a template, sent through the desktop's mail account; its answer; one that the server refuses; one that is half written when the
# program dies; a mailing to all of a list.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mail_account  # noqa: E402
from journey import await_kept, run, wait_for  # noqa: E402
from smtp_sink import Sink  # noqa: E402


def create(device, kind, **fields):
    return json.loads(device.must("create", kind, *["%s=%s" % field for field in fields.items()]))["id"]


def emails(device, condition):
    return device.rows("email", "--where", condition)


def send(app):
    wait_for(lambda: app.walk(lambda one: one.role == "push button" and one.name.split()[:1] == ["Send"] and one.is_("sensitive")),
             "Send that can be pressed")
    app.click("push button", "Send")


def no_account(app, device, ana):
    app.go("contact/" + ana)
    app.choose("Actions", "Write Email…")
    app.find_text("No mail account that sends is set up on this desktop.")
    app.screenshot("letter-no-account")


def by_template(app, device, sink, ana):
    app.go("contact/" + ana)
    app.find("push button", "Actions")
    app.choose("Actions", "Write Email…")
    app.find_text("one@example.com")
    app.choose("Use a Template", "Welcome")
    wait_for(lambda: app.read("Subject") == "Hello Ana", "subject of the template")
    app.screenshot("letter-template")
    send(app)
    app.find("push button", "Reply")
    app.screenshot("letter-sent")
    assert [recipients for _, recipients, _ in sink.taken] == [["ana@customer.example"]], sink.taken
    sent = emails(device, 'subject = "Hello Ana"')
    assert len(sent) == 1 and sent[0]["status"] == "completed", sent
    return sent[0]


def reply(app, device, sink, ana, sent):
    """Hers, tracked as it would arrive."""
    path = os.path.join(device.home, "answer.eml")
    with open(path, "w") as file:
        file.write("From: Ana Pop <ana@customer.example>\nTo: one@example.com\nCc: other@customer.example\nSubject: Re: Hello Ana\n"
                   "Date: Mon, 2 Nov 2026 10:00:00 +0000\nMessage-ID: <answer@customer.example>\nIn-Reply-To: <%s>\n"
                   "Content-Type: text/html; charset=utf-8\n\n"
                   "<p>Good <b>idea</b>.</p><img src='http://127.0.0.1:1/spy'><script>alert(1)</script>\n" % sent["message_id"])
    id = json.loads(device.must("track", path))["id"]
    app.go("email/" + id)
    app.find_text("Ana Pop <ana@customer.example>")
    app.screenshot("letter-reader")
    app.click("push button", "Reply All")
    wait_for(lambda: app.read("Subject") == "Re: Hello Ana", "subject of the answer")
    assert "> Good idea." in app.read("Text") and "alert" not in app.read("Text"), app.read("Text")
    app.screenshot("letter-reply")
    before = len(sink.taken)
    send(app)
    app.find("push button", "Forward")
    message = sink.messages()[before]
    assert message["In-Reply-To"] == "<answer@customer.example>", message
    assert message["References"].split() == ["<%s>" % sent["message_id"], "<answer@customer.example>"], message["References"]
    assert sorted(sink.taken[before][1]) == ["ana@customer.example", "other@customer.example"], sink.taken[before]


def refused(app, device, sink):
    """Told in words, kept, and sent once the reason is gone."""
    who = create(device, "contact", last_name="Refuse", email="refuse@customer.example")
    app.go("contact/" + who)
    app.choose("Actions", "Write Email…")
    app.find_text("one@example.com")
    app.fill("Subject", "No way")
    send(app)
    app.find_text("Not sent, but kept")
    app.screenshot("letter-refused")
    assert [draft["status"] for draft in emails(device, 'subject = "No way"')] == ["open"]


def offline(app, device, sink):
    """No mail server: certainly not sent, and it goes out when there is one again."""
    who = create(device, "contact", last_name="Later", email="later@customer.example")
    app.go("contact/" + who)
    app.choose("Actions", "Write Email…")
    app.find_text("one@example.com")
    app.fill("Subject", "Sooner or later")
    before = len(sink.taken)
    sink.stop()
    send(app)
    app.find_text("Not sent, but kept")
    sink.start()
    app.click("push button", "Try Again")
    app.find("push button", "Forward")
    assert len(sink.taken) == before + 1


def killed(app, journey, device):
    app.go("new/email")
    app.find_text("New Email")
    app.fill("Text", "Half a sentence that")
    await_kept(device, "Half a sentence that")
    app.kill()
    app = journey.open()
    app.find_text("You had not finished: new Email")
    app.click("push button", "Go On")
    wait_for(lambda: app.read("Text") == "Half a sentence that", "the half sentence")
    app.choose("Actions", "Discard")
    app.click("push button", "Undo")
    wait_for(lambda: app.read("Text") == "Half a sentence that", "the half sentence")


def mailing(app, device, sink):
    people = [create(device, "contact", last_name="M%d" % i, email="m%d@customer.example" % i) for i in range(3)]
    people.append(create(device, "contact", last_name="Nobody", email="no@customer.example", do_not_email="yes"))
    one = create(device, "marketing_list", name="Newsletter")
    for person in people:
        create(device, "list_member", list=one, member="contact:" + person)
    app.go("marketing_list/" + one)
    app.choose("Actions", "Send Mailing…")
    app.find_text("Will not get it")
    app.screenshot("letter-mailing")
    before = len(sink.taken)
    app.click("push button", "Send to 3")
    sink.wait(before + 3)
    app.find_text("Have got it")
    app.screenshot("letter-mailed")


def steps(journey):
    device = journey.device("manager")  # carries what is hers: what others made for everybody comes and goes
    sink = Sink()
    os.environ["PATH"] = os.path.dirname(os.path.abspath(sys.argv[3])) + ":" + os.environ["PATH"]
    ana = create(device, "contact", first_name="Ana", last_name="Pop", email="ana@customer.example")
    create(device, "mail_template", name="Welcome", entity="contact", subject="Hello {{first_name}}",
           body_text="Dear {{last_name}}, welcome.")
    app = journey.open("contact/" + ana)
    no_account(app, device, ana)
    mail_account.add(os.environ["XDG_CONFIG_HOME"], "one", "Work", sink.port)
    wait_for(lambda: "one@example.com" in subprocess.run([sys.argv[3], "accounts"], capture_output=True, text=True).stdout,
             "account that evolution-data-server has noticed")
    sent = by_template(app, device, sink, ana)
    reply(app, device, sink, ana, sent)
    refused(app, device, sink)
    offline(app, device, sink)
    mailing(app, device, sink)
    killed(app, journey, device)
    sink.stop()
    device.must("sync")
    assert json.loads(device.must("status"))["parked"] == 0, device.must("outbox")


run("letters", steps)
