#!/usr/bin/python3
# Messages are tracked from inside a real Evolution; the agent is one that records what it is asked.
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import program  # noqa: E402
from program import Evolution, Fake, Sink, run  # noqa: E402

ANA = "Ana Pop <ana@contoso.example>"
PLAN = {
    "people": [{"entity": "contact", "id": "0201", "title": "Ana Pop", "link": "satchel://contact/0201", "address": ANA,
                "account": "Contoso", "account-id": "0202", "account-link": "satchel://account/0202", "job-title": "Buyer",
                "phone": "+40 264 000 000"}],
    "opportunities": [{"entity": "opportunity", "id": "0203", "title": "20 licences", "link": "satchel://opportunity/0203",
                       "account": "Contoso", "contact": "Ana Pop", "stage": "Proposal", "amount": "€12,000.00", "close": "2026-12-01"}],
    "activities": [{"entity": "phone_call", "id": "0204", "title": "Asked for a quote", "link": "satchel://phone_call/0204",
                    "kind": "Phone Call", "when": 1700000000000, "owner": "Mia Pop", "status": "Completed", "open": False,
                    "regarding": "20 licences"}],
    "suggestions": [["opportunity", "0203", "20 licences", "Open opportunity of Ana Pop"], ["account", "0202", "Contoso", "Account of Ana Pop"],
                    ["case", "0205", "Printer on fire", "Open case"]],
}


def the_pane_shows_the_sender(evolution, fake):
    evolution.start()
    evolution.find("push button", "Track in CRM")
    evolution.find_text("This message is not tracked")
    for words in ("Ana Pop", "Contoso", "20 licences", "Asked for a quote"):
        evolution.find_text(words)
    evolution.screenshot("pane")


def tracking_stores_the_message(evolution, fake):
    evolution.click("push button", "Track in CRM")
    text, options = fake.await_call("Track")[1:]
    assert "Message-ID: <m2@example.com>" in text and "Please send a quote." in text, text
    assert options == {}, options
    evolution.find_text("1 message is tracked")
    evolution.find_text("Tracked in the CRM")
    evolution.find("push button", "Track in CRM", sensitive=False)
    evolution.screenshot("tracked")


def undo_takes_it_back(evolution, fake):
    evolution.click("push button", "Undo")
    fake.await_call("Undo")
    evolution.find_text("This message is not tracked")
    evolution.find("push button", "Track in CRM", sensitive=True)


def what_it_is_about_is_searched(evolution, fake):
    evolution.click("push button", "Set Regarding…")
    evolution.find_text("Open opportunity of Ana Pop")
    assert fake.calls("Suggest")[-1][1:] == [[ANA], ""], fake.calls("Suggest")
    evolution.screenshot("regarding")
    evolution.type_into("Search records", "print")
    program.wait_for(lambda: fake.calls("Suggest")[-1][2] == "print", "search for what was typed")
    evolution.find_text("Printer on fire, Case")
    evolution.click("push button", "Set Regarding")
    assert fake.await_call("Track", 2)[2] == {"regarding": ["case", "0205"]}
    evolution.find_text("1 message is tracked, regarding Printer on fire")
    evolution.find("push button", "Record 0205")


def of_a_tracked_message_only_that_changes(evolution, fake):
    evolution.click("push button", "Set Regarding…")
    evolution.click("push button", "About Nothing")
    assert fake.await_call("SetRegarding", 2)[1:] == ["m2@example.com", "", ""]
    assert len(fake.calls("Track")) == 2
    program.wait_for(lambda: not evolution.has("push button", "Record 0205"), "message about nothing")


def a_message_becomes_an_opportunity(evolution, fake):
    evolution.choose("Opportunity")
    assert fake.await_call("Convert")[1:] == ["m2@example.com", "opportunity"]
    evolution.find_text("New record: Opportunity")
    evolution.click("push button", "Open")
    program.wait_for(lambda: "satchel://opportunity/0191" in evolution.opened(), "link that is opened")


def untracking_gives_it_up(evolution, fake):
    evolution.choose("Untrack")
    assert fake.await_call("Untrack")[1:] == ["m2@example.com"]
    evolution.find_text("This message is not tracked")


def an_untracked_message_is_tracked_and_converted(evolution, fake):
    evolution.choose("Case")
    fake.await_call("Convert", 3)
    assert [call[0] for call in fake.calls() if call[0] in ("Convert", "Track")][-3:] == ["Convert", "Track", "Convert"]
    evolution.click("push button", "Undo")
    evolution.find_text("This message is not tracked")


def a_stranger_gets_a_record(evolution, fake):
    evolution.choose("Previous Message")
    evolution.find_text("Not in the CRM")
    evolution.screenshot("stranger")
    evolution.click("push button", "New Contact")
    assert fake.await_call("CreateFor")[1:] == ["contact", "Carl", "carl@northwind.example"]
    evolution.find_text("A record was created")
    evolution.choose("Next Message")
    evolution.find_text("20 licences")


def refusals_are_told(evolution, fake):
    fake.plan(**PLAN, error={"Track": "Forbidden"})
    evolution.click("push button", "Track in CRM")
    evolution.find_text("The reason for Forbidden")
    fake.plan(**PLAN)


def arriving_mail_is_tracked_by_the_rule(evolution, fake):
    before = len(fake.calls("Track"))
    fake.plan(**PLAN, rule="known")
    one = evolution.inbox.add("Re: Quote", ANA, "Thank you.", new=True, In_Reply_To="<m2@example.com>", References="<m0@x> <m2@example.com>")
    evolution.click("push button", "Send / Receive")
    call = program.wait_for(lambda: [call for call in fake.calls("Wanted") if call[1] == one], "question whether it is wanted")[0]
    assert call[2:5] == ["<m2@example.com>", ["m0@x", "m2@example.com"], [ANA, "Mia Pop <mia@example.com>"]], call
    assert call[5] == "folder://test-account/INBOX" or call[5].startswith("folder://test-account/"), call
    assert "Thank you." in fake.await_call("Track", before + 1)[1]
    fake.plan(**PLAN)


def a_message_in_its_own_window_is_tracked_there(evolution, fake):
    before = len(fake.calls("Track"))
    evolution.choose("Open in New Window")
    window = program.wait_for(lambda: evolution.window("Quote for 20 licences"), "window of the message")
    evolution.find("label", "This message is not tracked", window)
    evolution.screenshot("window")
    evolution.click("push button", "Track in CRM", window)
    assert "Please send a quote." in fake.await_call("Track", before + 1)[1]
    evolution.find("label", "1 message is tracked", window)
    program.wait_for(lambda: not evolution.find_now("The reason for Forbidden"), "end of what is true no more in the main window")
    evolution.choose("Close", window)
    program.wait_for(lambda: not evolution.window("Quote for 20 licences"), "end of that window")
    evolution.find_text("Tracked in the CRM")


def what_is_written_leaves_and_is_tracked(evolution, fake):
    before = len(fake.calls("Track"))
    subprocess.run(["evolution", "mailto:ana@contoso.example?subject=Our%20offer&body=Dear%20Ana"], check=True, stdin=subprocess.DEVNULL)
    window = program.wait_for(lambda: evolution.window("Our offer"), "window to write in")
    evolution.click("push button", "Set Regarding…", window)
    evolution.find_text("20 licences, Opportunity")
    assert fake.calls("Suggest")[-1][1] == ["ana@contoso.example"]
    evolution.click("push button", "Set Regarding")
    evolution.find("label", "Regarding: 20 licences", window)
    assert evolution.find("check box", "Track in CRM", window).is_("checked")
    evolution.screenshot("composer")
    evolution.click("push button", "Send and Track", window)
    text, options = fake.await_call("Track", before + 1)[1:]
    assert "Subject: Our offer" in text and "Message-ID: <" in text and "Dear Ana" in text, text
    assert options == {"regarding": ["opportunity", "0203"], "direction": "outgoing"}, options
    program.wait_for(lambda: evolution.sink.messages, "message at the server")
    sent = evolution.sink.messages[0]
    assert "Subject: Our offer" in sent and "0203" not in sent and "atchel" not in sent, sent


def an_answer_to_what_is_tracked_is_tracked(evolution, fake):
    fake.plan(**PLAN, rule="replies")
    before, asked = len(fake.calls("Track")), len(fake.calls("Wanted"))
    evolution.click("push button", "Reply")
    window = program.wait_for(lambda: evolution.window("Re: Quote for 20 licences"), "window to answer in")
    assert fake.await_call("Wanted", asked + 1)[2] == "<m2@example.com>"
    program.wait_for(lambda: evolution.find("check box", "Track in CRM", window).is_("checked"),
                     "check that is set")
    evolution.click("push button", "Send", window)
    assert "In-Reply-To: <m2@example.com>" in fake.await_call("Track", before + 1)[1]
    fake.plan(**PLAN)


def without_the_agent_it_says_so(evolution, fake):
    fake.kill()
    evolution.find_text("The Satchel agent is not running")
    evolution.screenshot("away")
    evolution.choose("Untrack")
    evolution.find_text("The message is still tracked")
    evolution.find("push button", "Start It and Try Again")


def it_starts_the_agent_and_goes_on(evolution, fake):
    before = len(fake.calls("Untrack"))
    fake.may_be_started()
    evolution.click("push button", "Start It and Try Again")
    fake.await_call("Untrack", before + 1)
    evolution.find_text("This message is not tracked")


def an_agent_that_ends_while_it_is_asked_loses_nothing(evolution, fake):
    before = len(fake.calls("Track"))
    fake.plan(**PLAN, die="Track")
    evolution.click("push button", "Track in CRM")
    evolution.find_text("The message is not tracked")
    assert len(fake.calls("Track")) == before + 1
    fake.plan(**PLAN)
    evolution.click("push button", "Start It and Try Again")
    again = fake.await_call("Track", before + 2)
    assert again == fake.calls("Track")[before]
    evolution.find_text("Tracked in the CRM")


def an_agent_that_does_not_answer_holds_nothing_up(evolution, fake):
    before = len(fake.calls("Untrack"))
    fake.plan(**PLAN, silent=True)
    evolution.click("push button", "Untrack")
    fake.await_call("Untrack", before + 1)
    for _ in range(3):
        started = time.monotonic()
        evolution.choose("Previous Message")
        evolution.choose("Next Message")
        assert time.monotonic() - started < 10
    fake.plan(**PLAN)


def beside_a_narrow_message_the_pane_is_behind_a_button(evolution, fake):
    evolution.close()
    evolution.start("-g", "760x640", "-c", "mail")
    evolution.click("toggle button", "CRM")
    evolution.find_text("Tracked in the CRM")
    evolution.find_text("Ana Pop")
    evolution.screenshot("narrow")


if __name__ == "__main__":
    program.skip_without()
    sink = Sink()
    evolution = Evolution(sys.argv[1], sink.port)
    evolution.sink = sink
    fake = Fake(os.path.join(os.environ["XDG_DATA_HOME"], "fake"), **PLAN)
    evolution.inbox.add("Lunch?", "Carl <carl@northwind.example>", "Pizza.")
    evolution.inbox.add("Quote for 20 licences", ANA, "Please send a quote.")
    fake.start()
    run([the_pane_shows_the_sender, tracking_stores_the_message, undo_takes_it_back, what_it_is_about_is_searched,
         of_a_tracked_message_only_that_changes, a_message_becomes_an_opportunity, untracking_gives_it_up,
         an_untracked_message_is_tracked_and_converted, a_stranger_gets_a_record, refusals_are_told,
         a_message_in_its_own_window_is_tracked_there, what_is_written_leaves_and_is_tracked,
         an_answer_to_what_is_tracked_is_tracked, without_the_agent_it_says_so, it_starts_the_agent_and_goes_on,
         an_agent_that_ends_while_it_is_asked_loses_nothing, an_agent_that_does_not_answer_holds_nothing_up,
         arriving_mail_is_tracked_by_the_rule, beside_a_narrow_message_the_pane_is_behind_a_button], evolution, fake)
