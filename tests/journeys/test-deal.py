#!/usr/bin/python3
# A deal from its lead to the order, all of it by clicking: qualified, merged, shared, won, quoted, ordered; the server knows in the end.
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from journey import run, wait_for  # noqa: E402


def create(device, entity, *fields):
    return json.loads(device.must("create", entity, *fields))["id"]


def await_row(device, entity, where):
    """What another program finds in the profile."""
    return wait_for(lambda: device.rows(entity, "--where", where), "%s where %s" % (entity, where))[0]


def do(app, action):
    """The button of the dialog, which closes when it is done."""
    app.click("push button", action)
    app.await_windows(1)


def choose(app, place, title, action):
    app.go(place)
    wait_for(lambda: title in app.title(), "page of %s" % title)
    app.choose("Actions", action)


def act(app, place, title, action):
    """What asks for something first."""
    choose(app, place, title, action + "…")
    app.await_windows(2)
    app.find("push button", action)


def qualify(app, device):
    lead = create(device, "lead", "topic=Three excavators", "last_name=Ionescu", "company=Cariera Turda")
    act(app, "lead/" + lead, "Three excavators", "Qualify")
    app.screenshot("qualify")
    do(app, "Qualify")
    app.find_text("Undo")
    assert await_row(device, "lead", 'topic = "Three excavators" and status = qualified')["id"] == lead
    account = await_row(device, "account", 'name = "Cariera Turda"')
    await_row(device, "contact", 'last_name = "Ionescu"')
    return account["id"], await_row(device, "opportunity", 'account = %s' % account["id"])["id"]


def merge(app, device, account):
    twin = create(device, "account", "name=Cariera Turda SRL", "city=Turda")
    act(app, "account/" + account, "Cariera Turda", "Merge")
    app.fill("Merge With", "Cariera Turda S")
    app.find_text("Cariera Turda SRL")
    app.press("Down")
    app.press("Return")
    app.find_text("Turda")
    app.screenshot("merge")
    do(app, "Merge")
    assert await_row(device, "account", "merged_into = " + account)["id"] == twin


def share(app, account):
    act(app, "account/" + account, "Cariera Turda", "Share")
    app.fill("Shared With", "mures")
    app.find_text("Ioana Mureșan")
    app.press("Down")
    app.press("Return")
    app.screenshot("share")
    do(app, "Share")
    choose(app, "account/" + account, "Cariera Turda", "Stop Sharing…")
    app.await_windows(2)
    app.press("Escape")


def win(app, device, account, opportunity):
    act(app, "opportunity/" + opportunity, "Three excavators", "Win")
    app.screenshot("win")
    do(app, "Win")
    await_row(device, "opportunity", "account = %s and status = won" % account)


def order(app, device, account):
    quote = create(device, "quote", "name=Excavators", "account=" + account)
    choose(app, "quote/" + quote, "Excavators", "Activate")
    await_row(device, "quote", "account = %s and status = active" % account)
    choose(app, "quote/" + quote, "Excavators", "Win")
    await_row(device, "order", "account = " + account)
    app.screenshot("order")


def steps(journey):
    device = journey.device("seller1")
    app = journey.open("workplace")
    account, opportunity = qualify(app, device)
    merge(app, device, account)
    win(app, device, account, opportunity)
    order(app, device, account)
    share(app, account)


run("deal", steps)
