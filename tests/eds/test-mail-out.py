#!/usr/bin/python3
# Mail out by the desktop's mail accounts, with the real evolution-data-server and a mail server of our own that refuses, stalls and hangs up. TAP.
# Usage: test-mail-out.py SATCHEL-SERVER SATCHELCTL [TEST…]
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import signal
import subprocess
import sys
import urllib.parse

from desk import Desk, Rig, missing, tap

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
import mail_account  # noqa: E402
from smtp_sink import Sink  # noqa: E402

USER = "backoffice"


def add_account(desk, *account):
    mail_account.add(desk.environment["XDG_CONFIG_HOME"], *account)


def remove_account(desk, id):
    mail_account.remove(desk.environment["XDG_CONFIG_HOME"], id)
    desk.kill_eds()


def create(desk, kind, **fields):
    return json.loads(desk.must("create", kind, *["%s=%s" % (name.rstrip("_"), value) for name, value in fields.items()]))["id"]


def contact(desk, last, address, **fields):
    fields.setdefault("first_name", "Ana")
    return create(desk, "contact", last_name=last, **({"email": address} if address else {}), **fields)


def show(desk, entity, id):
    return json.loads(desk.must("show", entity, id))


def marketing_list(desk, people, name="List"):
    one = create(desk, "marketing_list", name=name)
    for person in people:
        create(desk, "list_member", list=one, member="contact:" + person)
    return one


def fails(desk, status, words, *arguments):
    code, out, err = desk.run(*arguments)
    assert code == status, (arguments, code, out, err)
    assert words in err, err
    return out


def report(desk, *arguments, status=0):
    code, out, err = desk.run("mailing", *arguments)
    assert code == status, (code, out, err)
    return json.loads(out)


def counts(told):
    return {state: len(told[state]) for state in told if told[state]}


# ---- single messages ----

def test_accounts(desk, sink):
    accounts = [json.loads(line) for line in desk.must("accounts").splitlines()]
    assert [account["address"] for account in accounts if account["id"] == "one-identity"] == ["one@example.com"], accounts
    assert sum(account["default"] for account in accounts) == 1, accounts


def test_draft(desk, sink):
    person = contact(desk, "Draft", "draft@customer.example")
    told = json.loads(desk.must("write", "contact", person, "--subject", "Hello"))
    assert told["state"] == "draft" and not sink.taken
    email = show(desk, "email", told["id"])
    assert email["status"] == "open" and email["direction"] == "outgoing" and email["regarding"]["id"] == person, email
    fails(desk, 1, "--subject", "write", "contact", person)
    fails(desk, 1, "no address", "write", "contact", contact(desk, "Nowhere", None), "--subject", "x")
    fails(desk, 2, "", "write", "contact", person, "--subject", "x", "--send", "--draft")


def test_send(desk, sink):
    """What is sent is what stands in the record, with its attachment, and is tracked once."""
    person = contact(desk, "Țăran", "send@customer.example")
    path = os.path.join(desk.folder, "ofertă Țară 报价.pdf")
    with open(path, "wb") as file:
        file.write(b"%PDF" + bytes(range(256)) * 40)
    text = os.path.join(desk.folder, "text")
    with open(text, "w") as file:
        file.write("Bună,\n.\n" + "ă long line " * 200 + "\n")
    id = json.loads(desk.must("write", "contact", person, "--subject", "Ofertă Țară 报价 " + "lungă " * 20, "--text", text, "--attach", path,
                              "--account", "one@example.com", "--send"))["id"]
    sink.wait(1)
    sender, recipients, _ = sink.taken[0]
    message = sink.messages()[0]
    assert sender == "one@example.com" and recipients == ["send@customer.example"], (sender, recipients)
    assert message["subject"] == ("Ofertă Țară 报价 " + "lungă " * 20).strip(), message["subject"]
    assert str(message["from"]) == "Séller Öne <one@example.com>" and "Țăran" in str(message["to"]), message["to"]
    assert message.get_body(("plain",)).get_content().replace("\r\n", "\n") == open(text).read()
    attachment = list(message.iter_attachments())[0]
    assert attachment.get_filename() == "ofertă Țară 报价.pdf" and attachment.get_content() == open(path, "rb").read(), attachment.items()
    email = show(desk, "email", id)
    assert email["status"] == "completed" and email["message_id"] == message["message-id"].strip("<>"), email
    assert email["sent_at"] and email["regarding"]["id"] == person and email["tracked_by"], email
    assert len(desk.rows("note", "--where", "email = " + id)) == 1
    # Whoever tracks the copy that arrived has the same record.
    copy = os.path.join(desk.folder, "copy.eml")
    with open(copy, "wb") as file:
        file.write(sink.taken[0][2])
    again = json.loads(desk.must("track", copy))
    assert again["joined"] and again["id"] == id, again
    assert not desk.rows("email", "--where", 'status = open and subject starts with "Ofertă"')


def test_attachments(desk, sink):
    """Several files with commas between, and commas in their names."""
    person = contact(desk, "Comma", "commas@customer.example")
    paths = [os.path.join(desk.folder, name) for name in ("plain.txt", "Pop, Ana.txt", "a\\b,c,.txt")]
    for path in paths:
        with open(path, "w") as file:
            file.write(os.path.basename(path))

    def sent(attach):
        desk.must("write", "contact", person, "--subject", "Files", "--attach", attach, "--send")
        return [part.get_filename() for part in sink.messages()[-1].iter_attachments()]

    for path in paths:  # one that is there is one, whatever it is called
        assert sent(path) == [os.path.basename(path)], path
    names = sent(",".join(path.replace(",", "\\,") for path in paths))
    assert sorted(names) == sorted(os.path.basename(path) for path in paths), names
    fails(desk, 1, "", "write", "contact", person, "--subject", "x", "--attach", paths[0] + "," + paths[1], "--send")
    fails(desk, 1, "", "write", "contact", person, "--subject", "x", "--attach", paths[0] + ",", "--send")


def test_template(desk, sink):
    account = create(desk, "account", name="Acme & Söhne")
    person = contact(desk, "Pop", "template@customer.example", first_name="<b>Ana\u2028Bcc: x@y</b>", account=account)
    template = create(desk, "mail_template", name="Welcome", subject="For {{first_name}}", body_text="Dear {{last_name|you}} at {{account.name}}",
                      body_html="<p title=\"{{first_name}}\">{{account.name}}</p>")
    desk.must("write", "contact", person, "--template", "Welcome", "--send")
    message = sink.messages()[0]
    assert message["subject"] == "For <b>Ana Bcc: x@y</b>" and message["bcc"] is None, message["subject"]
    assert message.get_body(("plain",)).get_content().strip() == "Dear Pop at Acme & Söhne"
    assert message.get_body(("html",)).get_content().strip() == "<p title=\"&lt;b&gt;Ana Bcc: x@y&lt;/b&gt;\">Acme &amp; Söhne</p>"
    bad = create(desk, "mail_template", name="Bad", subject="x", body_text="Dear\n{{frist_name}}")
    fails(desk, 1, "Text, line 2, column 1", "write", "contact", person, "--template", bad)
    wrong = create(desk, "mail_template", name="Wrong", entity="lead", subject="x")
    fails(desk, 1, "lead", "write", "contact", person, "--template", wrong)
    assert template and len(sink.taken) == 1


def test_refused(desk, sink):
    person = contact(desk, "Refuse", "refuse@customer.example")
    told = json.loads(fails(desk, 1, "RCPT", "write", "contact", person, "--subject", "No", "--send"))
    assert told["state"] == "refused" and show(desk, "email", told["id"])["status"] == "open", told
    drafts = desk.rows("email", "--where", 'subject = "No"')
    assert len(drafts) == 1 and drafts[0]["status"] == "open", drafts
    desk.must("set", "email", drafts[0]["id"], "subject=Yes")
    fails(desk, 1, "RCPT", "write", "email", drafts[0]["id"], "--send")  # tried again, for it was refused
    assert not sink.taken


def test_uncertain(desk, sink):
    """The server had all of it and did not answer: not sent again but when told to, and then under its name."""
    person = contact(desk, "Drop", "drop@customer.example")
    fails(desk, 3, "", "write", "contact", person, "--subject", "Dropped", "--send")
    draft = desk.rows("email", "--where", 'subject = "Dropped"')[0]
    told = json.loads(fails(desk, 1, "--again", "write", "email", draft["id"], "--send"))
    assert told == {"entity": "email", "id": draft["id"], "state": "uncertain"}, told
    assert len(sink.taken) == 1
    fails(desk, 3, "", "write", "email", draft["id"], "--send", "--again")
    first, second = sink.messages()
    assert first["message-id"] == second["message-id"]
    # The copy that arrived was tracked: it is known then that it went out.
    copy = os.path.join(desk.folder, "dropped.eml")
    with open(copy, "wb") as file:
        file.write(sink.taken[0][2])
    id = json.loads(desk.must("track", copy))["id"]
    assert json.loads(desk.must("write", "email", draft["id"], "--send"))["id"] == id
    assert len(sink.taken) == 2 and len(desk.rows("email", "--where", 'subject = "Dropped"')) == 1


def give_up(process):
    """Ctrl+C, as the application does it: the status, and what is told."""
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return process.returncode, json.loads(out) if out else None, err


def test_given_up(desk, sink):
    """While the server has the message and has not answered nobody knows; while nothing of it was said it is unsent, and goes out later."""
    person = contact(desk, "Stall", "stall@customer.example")
    draft = json.loads(desk.must("write", "contact", person, "--subject", "Stalled"))["id"]
    process = desk.start("write", "email", draft, "--send")
    assert sink.stalled.wait(60)
    code, told, err = give_up(process)
    assert code and told["state"] == "uncertain" and told["id"] == draft, (code, told, err)
    sink.release.set()
    fails(desk, 1, "--again", "write", "email", draft, "--send")
    assert len(sink.taken) == 1

    person = contact(desk, "Mute", "mute@customer.example")
    draft = json.loads(desk.must("write", "contact", person, "--subject", "Mute"))["id"]
    sink.greets.clear()
    sink.called.clear()
    process = desk.start("write", "email", draft, "--send")
    assert sink.called.wait(60)
    code, told, err = give_up(process)
    sink.greets.set()
    assert code and told["state"] == "draft" and show(desk, "email", draft)["status"] == "open", (code, told, err)
    assert len(sink.taken) == 1
    desk.must("write", "email", draft, "--send")
    assert len(sink.taken) == 2


def test_thread(desk, sink):
    """The place in the thread goes along; what else stands in these fields becomes neither a header nor an addressee."""
    person = contact(desk, "Thread", "thread@customer.example")
    draft = json.loads(desk.must("write", "contact", person, "--subject", "Re: A"))["id"]
    desk.must("set", "email", draft, "in_reply_to=<b@x.example>", "references=<a@x.example> >\nBcc: <evil@x.example>\nnaïve@x.example b@x.example")
    desk.must("write", "email", draft, "--send")
    message, (_, recipients, data) = sink.messages()[0], sink.taken[0]
    assert message["In-Reply-To"] == "<b@x.example>", data
    assert message["References"].split() == ["<a@x.example>", "<Bcc:>", "<evil@x.example>", "<b@x.example>"], data
    assert recipients == ["thread@customer.example"] and message["Bcc"] is None, (recipients, data)


def test_password(desk, sink):
    """Taken from where the mail program put it; nobody is asked."""
    guarded = Sink(password="geheim")
    person = contact(desk, "Guarded", "guarded@customer.example")
    try:
        add_account(desk, "guarded", "Guarded", guarded.port, "PLAIN", "one")
        desk.kill_eds()
        fails(desk, 3, "", "write", "contact", person, "--subject", "Guarded", "--account", "guarded@example.com", "--send")
        assert not guarded.taken
    finally:
        guarded.stop()
        remove_account(desk, "guarded")


def test_composer(desk, sink):
    folder = os.path.join(desk.environment["XDG_DATA_HOME"], "applications")
    os.makedirs(folder, exist_ok=True)
    out = os.path.join(desk.folder, "composed")
    script = os.path.join(desk.folder, "compose")
    with open(script, "w") as file:
        file.write("#!/bin/sh\nprintf '%s' \"$1\" > " + out + ".tmp && mv " + out + ".tmp " + out + "\n")
    os.chmod(script, 0o700)
    with open(os.path.join(folder, "composer.desktop"), "w") as file:
        file.write("[Desktop Entry]\nType=Application\nName=Composer\nExec=%s %%u\nMimeType=x-scheme-handler/mailto;\n" % script)
    with open(os.path.join(folder, "mimeapps.list"), "w") as file:
        file.write("[Default Applications]\nx-scheme-handler/mailto=composer.desktop\n")
    person = contact(desk, "Composer", "composer@customer.example")
    desk.must("write", "contact", person, "--subject", "A & B? #1\nBcc: x", "--composer", status=(0, 1))
    desk.must("write", "contact", person, "--subject", "A & B? #1 ä", "--composer")
    desk.until(os.path.exists, out)
    uri = urllib.parse.urlsplit(open(out).read())
    assert uri.scheme == "mailto" and uri.path == "composer@customer.example", uri
    assert urllib.parse.parse_qs(uri.query) == {"subject": ["A & B? #1 ä"]}, uri
    assert not sink.taken


# ---- mailings ----

TEMPLATE = dict(name="News", subject="News for {{first_name}}", body_text="Dear {{last_name}}")


def test_mailing(desk, sink):
    people = [contact(desk, "M%d" % i, "m%d@customer.example" % i) for i in range(5)]
    people += [contact(desk, "Twice", "M3@customer.example"), contact(desk, "No", "no@customer.example", do_not_email="yes"),
               contact(desk, "Gone", "gone@customer.example", status="inactive"), contact(desk, "None", None),
               contact(desk, "Umlaut", "ümlaut@customer.example"), contact(desk, "Refuse", "refuse@customer.example"),
               contact(desk, "Data", "refuse-data@customer.example"), contact(desk, "Drop", "drop@customer.example")]
    one = marketing_list(desk, people)
    campaign = create(desk, "campaign", name="Spring")
    create(desk, "campaign_list", campaign=campaign, list=one)
    template = create(desk, "mail_template", **TEMPLATE)
    told = report(desk, one, "--template", template)
    assert counts(told) == {"waiting": 8, "skipped": 5} and not sink.taken, counts(told)
    assert sorted(skipped["reason"] for skipped in told["skipped"]) == ["bad-address", "do-not-email", "inactive", "no-address", "twice"], told
    told = report(desk, one, "--template", template, "--send", "--per-minute", "6000", status=4)
    assert counts(told) == {"sent": 5, "refused": 2, "uncertain": 1, "skipped": 5}, counts(told)
    assert {refused["address"]: bool(refused["words"]) for refused in told["refused"]} == {
        "refuse@customer.example": True, "refuse-data@customer.example": True}, told["refused"]
    assert sorted(sink.addresses()) == ["drop@customer.example"] + ["m%d@customer.example" % i for i in range(5)], sink.addresses()
    emails = desk.rows("email", "--where", "subject starts with \"News for\"")
    assert len(emails) == 5 and all(email["regarding"]["id"] == campaign for email in emails), emails
    # Again: nobody has it twice.
    told = report(desk, one, "--template", template, "--send", "--per-minute", "6000", status=4)
    assert counts(told) == {"sent": 5, "refused": 2, "uncertain": 1, "skipped": 5} and len(sink.taken) == 6, counts(told)
    # Told to: the uncertain one, under the same name; and who was refused.
    report(desk, one, "--template", template, "--send", "--again", "uncertain", status=4)
    assert sink.addresses()[-1] == "drop@customer.example" and len(sink.taken) == 7
    assert len({message["message-id"] for message in sink.messages()}) == 6
    report(desk, one, "--template", template, "--send", "--again", "refused", status=4)
    assert len(sink.taken) == 7
    code, out, err = desk.run("mailing", one, "--template", "nonsense")
    assert code == 1 and "nonsense" in err
    desk.must("sync")
    assert json.loads(desk.must("status"))["parked"] == 0, desk.must("outbox")


def test_paused(desk, sink):
    """Ctrl+C ends a mailing between two messages: nothing is uncertain, and the same command goes on."""
    people = [contact(desk, "P%d" % i, "p%d@customer.example" % i) for i in range(6)]
    one = marketing_list(desk, people)
    template = create(desk, "mail_template", **TEMPLATE)
    process = desk.start("mailing", one, "--template", template, "--send", "--per-minute", "60")
    sink.wait(2)
    code, told, err = give_up(process)
    sent = len(sink.taken)
    assert counts(told) == {"sent": sent, "waiting": 6 - sent} and 2 <= sent < 6, (code, counts(told), err)
    told = report(desk, one, "--template", template, "--send", "--per-minute", "6000")
    assert counts(told) == {"sent": 6} and len(set(sink.addresses())) == len(sink.taken) == 6, counts(told)


def test_killed(desk, sink):
    """kill -9 while the server has the message and has not answered: that one is uncertain, those before are sent, the others wait."""
    people = [contact(desk, "K%d" % i, ("stall@k.example" if i == 3 else "k%d@customer.example" % i)) for i in range(6)]
    one = marketing_list(desk, people)
    template = create(desk, "mail_template", **TEMPLATE)
    process = desk.start("mailing", one, "--template", template, "--send", "--per-minute", "6000")
    assert sink.stalled.wait(60)
    fails(desk, 1, "another program", "mailing", one, "--template", template, "--send")
    process.kill()
    process.communicate()
    before = len(sink.taken)
    sink.release.set()
    told = report(desk, one, "--template", template, "--send", "--per-minute", "6000", status=4)
    assert counts(told) == {"sent": 5, "uncertain": 1}, counts(told)
    assert told["uncertain"][0]["address"] == "stall@k.example" and told["uncertain"][0]["words"], told
    assert len(sink.taken) == 6 and len(set(sink.addresses())) == 6 and before >= 1, sink.addresses()
    assert len(desk.rows("email", "--where", "subject starts with \"News for\" and sent_at is not empty")) >= 5


def test_killed_anywhere(desk, sink):
    """Killed at many moments: whoever has it has it once, but for those told as uncertain, and nobody is lost."""
    people = [contact(desk, "A%d" % i, "a%d@customer.example" % i) for i in range(24)]
    one = marketing_list(desk, people)
    template = create(desk, "mail_template", **TEMPLATE)
    kills = 0
    for moment in range(2, 22, 3):
        process = desk.start("mailing", one, "--template", template, "--send", "--per-minute", "6000")
        with sink.arrived:
            sink.arrived.wait_for(lambda: len(sink.taken) >= moment, 30)
        process.kill()
        process.communicate()
        kills += 1
    told = json.loads(desk.must("mailing", one, "--template", template, "--send", "--per-minute", "6000", status=(0, 4)))
    assert len(told["sent"]) + len(told["uncertain"]) == 24, counts(told)
    assert len(sink.addresses()) == len(set(sink.addresses())), sorted(sink.addresses())
    missed = {row["address"] for row in told["sent"]} - set(sink.addresses())
    assert not missed, missed
    assert len(told["uncertain"]) <= kills, counts(told)


def test_network(desk, sink):
    """The server is gone in the middle: status 3, what waits waits, and goes out later."""
    people = [contact(desk, "N%d" % i, "n%d@customer.example" % i) for i in range(6)]
    one = marketing_list(desk, people)
    template = create(desk, "mail_template", **TEMPLATE)
    process = desk.start("mailing", one, "--template", template, "--send", "--per-minute", "300")
    sink.wait(2)
    sink.stop()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3 and err, (process.returncode, out, err)
    told = json.loads(out)
    assert told["waiting"] and len(told["sent"]) + len(told["waiting"]) + len(told["uncertain"]) == 6, counts(told)
    sink.start()
    told = json.loads(desk.must("mailing", one, "--template", template, "--send", "--per-minute", "6000", status=(0, 4)))
    assert not told["waiting"] and len(sink.addresses()) == len(set(sink.addresses())), sink.addresses()
    fails(desk, 0, "", "mailing", one, "--template", template, "--send")


def test_other_device(desk, sink):
    """Another device of hers that has the records sends nothing again."""
    people = [contact(desk, "D%d" % i, "d%d@customer.example" % i) for i in range(3)]
    one = marketing_list(desk, people)
    template = create(desk, "mail_template", **TEMPLATE)
    report(desk, one, "--template", template, "--send", "--per-minute", "6000")
    desk.must("sync")
    environment = dict(desk.environment, XDG_DATA_HOME=os.path.join(desk.folder, "other"))
    run = [desk.rig.programs["ctl"], "--json"]
    for words in (["login", "http://127.0.0.1:%d" % desk.rig.port, "--user", USER, "--password-file", desk.password_file(USER)],
                  ["scope", "add", "*", "owner = me", "--related"], ["sync"]):
        subprocess.run(run + words, env=environment, check=True, stdout=subprocess.DEVNULL)
    out = subprocess.run(run + ["mailing", one, "--template", template, "--send"], env=environment, capture_output=True, text=True)
    assert out.returncode == 0, out.stderr
    out = out.stdout
    assert counts(json.loads(out)) == {"sent": 3} and len(sink.taken) == 3, (out, sink.addresses())


def main():
    lacking = missing()
    if lacking:
        return tap.skip("not installed: " + lacking)
    rig = Rig(dict(zip(("server", "ctl"), sys.argv[1:])))
    desk, sink = None, Sink()

    def call(test):
        sink.forget()
        return test(desk, sink)

    try:
        desk = Desk(rig, "desk", USER)
        add_account(desk, "one", "Work", sink.port)
        desk.must("sync")
        return tap.run(tap.tests_of(globals()), sys.argv[3:], call=call)
    finally:
        if desk is not None:
            desk.close()
        sink.stop()
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
