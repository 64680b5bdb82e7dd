#!/usr/bin/python3
# What is done in a real Evolution becomes records, by the real agent; a server is not needed for it.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "processes"))
import program  # noqa: E402
from accessible import press  # noqa: E402
from program import Evolution, Real, Sink, run, wait_for  # noqa: E402
from rig import Rig  # noqa: E402

ANA = "Ana Pop <ana@contoso.example>"


def tracking_makes_a_record(evolution, real):
    evolution.start()
    evolution.find_text("This message is not tracked")
    evolution.find_text("Not in the CRM")
    evolution.click("push button", "Track in CRM")
    evolution.find_text("Tracked in the CRM")
    assert len(real.find("Quote for 20 licences")) == 1, real.emails()
    evolution.screenshot("real")


def a_stranger_becomes_a_contact(evolution, real):
    evolution.click("push button", "New Contact")
    evolution.find_text("A record was created")
    wait_for(lambda: not evolution.has("push button", "New Contact"), "person who is known")
    rows = real.device.rows("contact", "--where", 'email = "ana@contoso.example"')
    assert len(rows) == 1, rows


def what_it_is_about_is_kept(evolution, real):
    evolution.click("push button", "Set Regarding…")
    evolution.type_into("Search records", real.account["name"])
    evolution.find_text(real.account["name"] + ", Account")
    evolution.click("push button", "Set Regarding")
    evolution.find_text("1 message is tracked, regarding " + real.account["name"])
    evolution.find("push button", real.account["name"])


def a_case_comes_of_it(evolution, real):
    evolution.choose("Case")
    evolution.find_text("New record: Case")
    rows = real.device.rows("case", "--where", 'subject = "Quote for 20 licences"')
    assert len(rows) == 1, rows


def an_agent_that_was_killed_is_started_and_goes_on(evolution, real):
    real.kill()
    evolution.find_text("The Satchel agent is not running")
    real.start()
    evolution.find_text("Tracked in the CRM")
    assert len(real.find("Quote for 20 licences")) == 1


def untracking_takes_the_record_away(evolution, real):
    evolution.choose("Untrack")
    evolution.find_text("You stopped tracking this message")
    wait_for(lambda: not real.find("Quote for 20 licences"), "end of the record")
    evolution.click("push button", "Undo")
    evolution.find_text("Tracked in the CRM")
    assert len(real.find("Quote for 20 licences")) == 1


def contacts_complete_what_is_typed(evolution, real):
    """Into a new message, by the mirror alone: the agent has gone."""
    real.device.must("create", "contact", "first_name=Zoltan", "last_name=Varga", "email=zv@far.example")
    book = os.path.join(evolution.data, "evolution/addressbook/satchel-contacts-default")
    wait_for(lambda: any(b"zv@far.example" in content(os.path.join(book, name)) for name in os.listdir(book)), "contact in the address book")
    real.kill()
    subprocess.run(["evolution", "mailto:?subject=Offer&body=Dear%20Zoltan"], check=True, stdin=subprocess.DEVNULL)
    window = wait_for(lambda: evolution.window("Offer"), "window to write in")
    field = evolution.find("text", "To:", window)

    def complete():
        field.write("")
        field.do("Component", "GrabFocus")
        field.press()
        for key in "varg":
            press(key)
        return wait_for(lambda: evolution.walk(lambda one: "zv@far.example" in one.name), "address that is offered", 5)
    wait_for(complete, "contact that is completed")
    evolution.screenshot("completed")
    for key in ("Down", "Return"):
        press(key)
    wait_for(lambda: field.text().startswith("Zoltan Varga"), "person who is taken")
    evolution.click("push button", "Send", window)
    wait_for(lambda: evolution.sink.messages, "message at the server")
    assert "To: Zoltan Varga <zv@far.example>" in evolution.sink.messages[0], evolution.sink.messages[0]


def content(path):
    with open(path, "rb") as file:
        return file.read()


if __name__ == "__main__":
    program.skip_without()
    module, server, ctl, agent = map(os.path.abspath, sys.argv[1:5])
    rig = Rig({"server": server, "ctl": ctl})
    try:
        device = rig.device("device", "seller1")
        device.must("sync")
        real = Real(agent, device)
        real.account = device.rows("account")[0]
        sink = Sink()
        evolution = Evolution(module, sink.port)
        evolution.sink = sink
        evolution.inbox.add("Quote for 20 licences", ANA, "Please send a quote.")
        real.start()
        run([tracking_makes_a_record, a_stranger_becomes_a_contact, what_it_is_about_is_kept, a_case_comes_of_it,
             an_agent_that_was_killed_is_started_and_goes_on, untracking_takes_the_record_away, contacts_complete_what_is_typed], evolution, real)
    finally:
        rig.close()
