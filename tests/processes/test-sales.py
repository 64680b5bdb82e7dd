#!/usr/bin/python3
# A sale without a network: quote, order, invoice, activities and the outcome on a laptop, replayed later. TAP.
# Usage: test-sales.py SATCHEL-SERVER SATCHELCTL
#
# SPDX-License-Identifier: GPL-3.0-or-later
import json
import sys

from rig import Rig, equal, tap

rig = Rig({"server": sys.argv[1], "ctl": sys.argv[2]})
office, seller, colleague = (rig.device(user, user) for user in ("backoffice", "seller1", "seller2"))
made = {}
# Sellers carry what is theirs; the colleague wants all that the two share.
for entity in ("account", "contact", "opportunity", "opportunity_close", "quote", "quote_line", "order", "order_line",
               "invoice", "invoice_line", "phone_call", "case"):
    colleague.must("scope", "add", entity, "created_at is not empty")


def create(device, entity, *fields):
    return json.loads(device.must("create", entity, *fields))["id"]


def do(device, action, entity, record, *arguments):
    return json.loads(device.must("do", action, entity, record, *arguments))


def show(device, entity, record):
    return json.loads(device.must("show", entity, record))


def sync(*devices):
    for device in devices:
        device.must("sync")


def refused(device, *words):
    code, out, err = device.run(*words)
    assert code == 1 and out == "", "%s: exit %d: %s%s" % (" ".join(words), code, out, err)
    return err


def figures(record):
    return {name: record[name] for name in ("subtotal", "discount", "tax", "total", "base_total")}


def test_prices():
    """the back office keeps a price list; a quote without a network has its prices and totals at once"""
    sync(office)
    euro = create(office, "currency", "name=Leu", "code=RON", "rate=0.2", "digits=2")
    prices = create(office, "price_list", "name=Spring", "currency=" + euro)
    steps = create(office, "discount_list", "name=Fleet")
    create(office, "discount_tier", "discount_list=" + steps, "from_quantity=3", "percent=10")
    product = create(office, "product", "name=Test roller", "price=1")
    item = create(office, "price_list_item", "price_list=" + prices, "product=" + product, "price=99.99",
                  "discount_list=" + steps)
    sync(office, seller, colleague)
    account = create(seller, "account", "name=Offline SRL")
    sync(seller, colleague)
    seller.must("offline", "on")
    quote = create(seller, "quote", "name=Rollers", "account=" + account, "price_list=" + prices, "currency=" + euro)
    line = create(seller, "quote_line", "quote=" + quote, "product=" + product, "quantity=3", "tax_percent=19")
    create(seller, "quote_line", "quote=" + quote, "name=Delivery", "price=100")
    equal(show(seller, "quote_line", line)["list_price"], "99.99")
    equal(show(seller, "quote_line", line)["name"], "Test roller")
    seller.must("set", "quote", quote, "discount_percent=5", "freight=20")
    # 299.97 - 30.00 = 269.97, tax 51.29; subtotal 369.97, of it 5 %: 18.50; 351.47 + 51.29 + 20
    equal(figures(show(seller, "quote", quote)),
          {"subtotal": "369.97", "discount": "18.5", "tax": "51.29", "total": "422.76", "base_total": "84.55"})
    made.update(quote=quote, line=line, account=account, item=item, product=product, prices=prices)


def test_documents():
    """quote, order and invoice follow each other offline; the server comes to the same figures"""
    quote = made["quote"]
    before = figures(show(seller, "quote", quote))
    do(seller, "activate", "quote", quote)
    refused(seller, "set", "quote", quote, "freight=1")
    refused(seller, "set", "quote_line", made["line"], "quantity=1")
    refused(seller, "delete", "quote_line", made["line"])
    do(seller, "win", "quote", quote)
    order = seller.rows("order", "--where", "quote = " + quote)[0]["id"]
    equal(figures(show(seller, "order", order)), before)
    do(seller, "fulfil", "order", order, "due_on=2031-01-31")
    invoice = seller.rows("invoice", "--where", "order = " + order)[0]["id"]
    equal(figures(show(seller, "invoice", invoice)), before)
    seller.must("offline", "off")
    sync(seller, colleague)
    equal(json.loads(seller.must("outbox")), [])
    for entity, record, status in (("quote", quote, "won"), ("order", order, "fulfilled"), ("invoice", invoice, "open")):
        for device in (seller, colleague):
            equal(show(device, entity, record)["status"], status)
            equal(figures(show(device, entity, record)), before)
    equal(len(colleague.rows("invoice_line", "--where", "invoice = " + invoice)), 2)


def test_revalidated():
    """a list price that changed meanwhile is the server's at replay, and the laptop shows it afterwards"""
    seller.must("offline", "on")
    quote = create(seller, "quote", "name=Late", "account=" + made["account"], "price_list=" + made["prices"])
    create(seller, "quote_line", "quote=" + quote, "product=" + made["product"], "quantity=1")
    won = create(seller, "quote", "name=Won", "account=" + made["account"], "price_list=" + made["prices"])
    create(seller, "quote_line", "quote=" + won, "product=" + made["product"], "quantity=1")
    do(seller, "win", "quote", won)
    order = seller.rows("order", "--where", "quote = " + won)[0]["id"]
    equal([show(seller, "quote", quote)["total"], show(seller, "order", order)["total"]], ["99.99", "99.99"])
    office.must("set", "price_list_item", made["item"], "price=200")
    sync(office)
    seller.must("offline", "off")
    sync(seller)
    for entity, record in (("quote", quote), ("quote", won), ("order", order)):
        equal(show(seller, entity, record)["total"], "200")
    made["late"] = quote


def test_two_lines():
    """two people add lines to one quote offline: the total is that of both"""
    sync(colleague)
    for device in (seller, colleague):
        device.must("offline", "on")
        create(device, "quote_line", "quote=" + made["late"], "name=Extra", "price=10")
        equal(show(device, "quote", made["late"])["total"], "210")
        device.must("offline", "off")
    sync(seller, colleague, seller)
    for device in (seller, colleague):
        equal(show(device, "quote", made["late"])["total"], "220")
        equal(json.loads(device.must("conflicts")), [])


def test_opportunity():
    """stages by their criteria; won offline with a close activity; reopened"""
    deal = create(seller, "opportunity", "name=Ten rollers", "account=" + made["account"], "amount=5000")
    assert "In the market" in refused(seller, "do", "promote", "opportunity", deal)
    do(seller, "promote", "opportunity", deal, "criteria=suits_us, in_market, receives_us, reason_to_buy")
    equal(show(seller, "opportunity", deal)["stage"], "qualification")
    seller.must("set", "opportunity", deal, "stage=proposal")
    do(seller, "demote", "opportunity", deal)
    equal(show(seller, "opportunity", deal)["stage"], "development")
    assert "win" in refused(seller, "set", "opportunity", deal, "stage=won")
    refused(seller, "do", "lose", "opportunity", deal)
    seller.must("offline", "on")
    do(seller, "win", "opportunity", deal, "actual_revenue=4800.50", "actual_close=2026-01-31")
    seller.must("offline", "off")
    sync(seller, colleague)
    record = show(colleague, "opportunity", deal)
    equal([record[name] for name in ("stage", "status", "actual_revenue", "actual_close", "probability")],
          ["won", "won", "4800.5", "2026-01-31", 100])
    close, = colleague.rows("opportunity_close", "--where", "opportunity = " + deal)
    equal(show(colleague, "opportunity_close", close["id"])["actual_revenue"], "4800.5")
    do(colleague, "reopen", "opportunity", deal, "stage=development")
    sync(colleague, seller)
    equal(show(seller, "opportunity", deal)["stage"], "development")
    equal(show(seller, "opportunity_close", close["id"])["status"], "cancelled")


def test_closed():
    """a closed activity is changed neither here nor there"""
    call = create(seller, "phone_call", "subject=Ring", "regarding=account:" + made["account"])
    sync(seller, colleague)
    do(seller, "complete", "phone_call", call, "feedback=Wants two more")
    refused(seller, "set", "phone_call", call, "subject=Other")
    # The colleague has not heard of it: her edit is parked with what she wrote.
    sync(seller)
    colleague.must("offline", "on")
    colleague.must("set", "phone_call", call, "subject=Ring again")
    colleague.must("offline", "off")
    colleague.must("sync", status=(4,))
    parked, = json.loads(colleague.must("outbox"))
    equal((parked["state"], parked["code"], parked["values"]["subject"]), ("parked", "state", "Ring again"))
    colleague.must("outbox", "discard", parked["id"])


def test_case():
    """a case is solved with the time that it took"""
    case = create(seller, "case", "subject=Oil", "account=" + made["account"])
    do(seller, "resolve", "case", case, "resolution=New seal", "time_spent=1h30m")
    refused(seller, "set", "case", case, "subject=Water")
    sync(seller, colleague)
    equal(show(colleague, "case", case)["time_spent"], 5400)
    do(colleague, "reactivate", "case", case)
    equal(show(colleague, "case", case)["status"], "open")


def test_merge():
    """two accounts become one, offline, with all that belonged to the other"""
    other = create(seller, "account", "name=Offline S.R.L.", "phone=+40 1", "city=Cluj")
    contact = create(seller, "contact", "last_name=Pop", "account=" + other)
    seller.must("offline", "on")
    do(seller, "merge", "account", made["account"], "other=" + other)
    equal(show(seller, "contact", contact)["account"]["id"], made["account"])
    seller.must("offline", "off")
    sync(seller, colleague)
    equal(show(colleague, "account", made["account"])["phone"], "+40 1")
    equal(show(colleague, "contact", contact)["account"]["id"], made["account"])
    gone = show(colleague, "account", other)
    equal((gone["status"], gone["merged_into"]["id"]), ("inactive", made["account"]))
    refused(seller, "do", "merge", "account", made["account"], "other=" + other)


def test_unmerge():
    """two leads become one, and two again: a colleague takes it back, offline"""
    kept = create(seller, "lead", "topic=Excavators", "company=Digwell")
    gone = create(seller, "lead", "topic=Excavator", "phone=+40 2")
    for entity, predicate in (("lead", "topic is not empty"), ("email", "subject is not empty")):
        colleague.must("scope", "add", entity, predicate)
    receivers = [{"role": "to", "entity": "lead", "id": gone}]
    mail = create(seller, "email", "subject=Offer", "to=" + json.dumps(receivers))
    sync(seller, colleague)
    do(seller, "merge", "lead", kept, "other=" + gone)
    equal([party["id"] for party in show(seller, "email", mail)["to"]], [kept])
    sync(seller, colleague)
    equal((show(colleague, "lead", gone)["status"], show(colleague, "lead", kept)["phone"]), ("disqualified", "+40 2"))
    colleague.must("offline", "on")
    do(colleague, "restore", "lead", gone)
    colleague.must("offline", "off")
    sync(colleague, seller)
    for device in seller, colleague:
        lead = show(device, "lead", gone)
        equal((lead["status"], lead["disqualify_reason"], lead["merged_into"]), ("open", None, None))
        equal(show(device, "lead", kept)["phone"], None)
        equal([party["id"] for party in show(device, "email", mail)["to"]], [gone])
    refused(seller, "do", "restore", "lead", gone)


def main():
    try:
        return tap.run(tap.tests_of(globals()))
    finally:
        rig.close()


if __name__ == "__main__":
    sys.exit(main())
