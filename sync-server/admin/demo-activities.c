/* What the demo's people did and plan: calls, visits, appointments, emails; cases, machines at customers;
 * campaigns.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-world.h"

#define HOUR_MS (DAY_MS / 24)

/* ---- activities ---- */

static const struct {
  const char *entity;
  guint share;    /* of a hundred */
  const char *at; /* the field that says when */
} KINDS[] = {
  { "phone_call", 40, "due" },
  { "visit", 25, "start" },
  { "appointment", 20, "start" },
  { "email", 15, "sent_at" },
};

/* Most are done; some are to come, a few are late. Returns when. */
static gint64
schedule (SatchelDemoWorld *world, const SatchelDemoSubject *subject, SatchelRecord *record,
          const char *field)
{
  const guint fate = satchel_chance_below (world->random, 100);
  gint64 at_ms;

  if (fate < 70) {
    at_ms = satchel_chance_moment (world->random, subject->created_at_ms, world->now_ms);
    satchel_demo_set (record, "status", fate < 66 ? "completed" : "cancelled");
    if (fate < 66)
      satchel_demo_set_instant (record, "completed_at", at_ms);
  } else if (fate < 93) {
    at_ms = satchel_chance_moment (world->random, world->now_ms, world->now_ms + 21 * DAY_MS);
  } else {
    at_ms = satchel_chance_moment (world->random, MAX (subject->created_at_ms, world->now_ms - 20 * DAY_MS),
                                   world->now_ms);
  }
  satchel_demo_set_instant (record, field, at_ms);
  return at_ms;
}

static void
fill_activity (SatchelDemoWorld *world, const SatchelDemoAccount *account, guint kind, SatchelRecord *record,
               gint64 at_ms)
{
  static const char *const OUTCOMES[] = { "positive", "neutral", "negative", "not_met", NULL };
  const gboolean done = satchel_record_get_by_name (record, "completed_at") != NULL;

  if (g_str_equal (KINDS[kind].at, "start"))
    satchel_demo_set_instant (record, "end",
                              at_ms + (gint64)satchel_chance_between (world->random, 1, 3) * HOUR_MS);
  if (g_str_equal (KINDS[kind].entity, "visit")) {
    satchel_demo_set (record, "city", account->city->name);
    satchel_demo_set (record, "country", account->language->country);
    satchel_demo_set (record, "outcome", done ? satchel_chance_pick (world->random, OUTCOMES) : NULL);
  }
  if (g_str_equal (KINDS[kind].entity, "appointment"))
    satchel_demo_set (record, "location", account->city->name);
  if (done && satchel_chance_percent (world->random, 50)) {
    g_autofree char *feedback = satchel_demo_prose (world, account->language, 3);

    satchel_demo_set (record, "feedback", feedback);
  }
}

void
satchel_demo_make_activities (SatchelDemoWorld *world, guint n)
{
  guint shares[G_N_ELEMENTS (KINDS)];

  for (guint i = 0; i < G_N_ELEMENTS (KINDS); i++)
    shares[i] = KINDS[i].share;
  for (guint i = 0; i < n; i++) {
    const SatchelDemoAccount *account = satchel_demo_pick_account (world);
    const SatchelDemoSubject *subject = satchel_demo_pick_subject (world, account);
    const guint kind = satchel_chance_share (world->random, shares, G_N_ELEMENTS (KINDS));
    SatchelDemoRecord *entry =
        satchel_demo_add_entry (world, KINDS[kind].entity, RANK_TASK, account->owner, i);
    g_autofree char *title = satchel_demo_replace (
        satchel_chance_pick (world->random, account->language->tasks), "{a}", account->name);
    gint64 at_ms;

    satchel_demo_set (entry->record, "subject", title);
    satchel_demo_set_lookup (entry->record, "account", "account", account->id);
    satchel_demo_set_lookup (entry->record, "regarding", subject->entity, subject->id);
    at_ms = schedule (world, subject, entry->record, KINDS[kind].at);
    fill_activity (world, account, kind, entry->record, at_ms);
    entry->created_at_ms = MAX (subject->created_at_ms, MIN (at_ms, world->now_ms) - 3 * DAY_MS);
  }
}

/* ---- service ---- */

static const char *
make_machine (SatchelDemoWorld *world, SatchelDemoAccount *account, guint index, gint64 created_at_ms)
{
  const gboolean ours = satchel_chance_percent (world->random, 65);
  const guint product = satchel_demo_pick_product (world, TRUE);
  SatchelRecord *record =
      satchel_demo_add (world, "equipment", RANK_EQUIPMENT, account->owner, created_at_ms, index);
  g_autofree char *serial = satchel_chance_digits (world->random, "SN-########");

  satchel_demo_set (record, "name", ours ? SATCHEL_DEMO_PRODUCTS[product].name : "Machine of another make");
  satchel_demo_set (record, "make", ours ? "ours" : "competitor");
  satchel_demo_set (record, "serial", serial);
  satchel_demo_set_lookup (record, "account", "account", account->id);
  satchel_demo_set_number (record, "year", satchel_chance_between (world->random, 2004, 2024));
  satchel_demo_set_number (record, "hours", satchel_chance_between (world->random, 50, 14000));
  satchel_demo_set_date (record, "next_service",
                         world->now_ms + ((gint64)satchel_chance_below (world->random, 240) - 20) * DAY_MS);
  if (ours)
    satchel_demo_set_lookup (record, "product", "product", world->products->pdata[product]);
  else
    satchel_demo_set_lookup (
        record, "competitor", "competitor",
        world->competitors->pdata[satchel_chance_below (world->random, world->competitors->len)]);
  return record->id;
}

static void
make_case (SatchelDemoWorld *world, SatchelDemoAccount *account, const char *equipment, guint index,
           gint64 earliest_ms)
{
  static const char *const TYPES[] = { "question", "problem", "complaint", "request", "warranty", NULL };
  static const char *const SUBJECTS[] = { "Oil leak at the boom cylinder", "Spare part is late",
                                          "Engine does not start",         "Question about the invoice",
                                          "Warranty for the track motor",  NULL };
  static const char *const CONTENT[] = { "very_satisfied", "satisfied", "neutral", "dissatisfied", NULL };
  const gint64 created_at_ms = satchel_chance_moment (world->random, earliest_ms, world->now_ms);
  SatchelRecord *record = satchel_demo_add (world, "case", RANK_TASK, account->owner, created_at_ms, index);
  g_autofree char *number = g_strdup_printf ("C-D-%06u", index + 1);
  g_autofree char *description = satchel_demo_prose (world, account->language, 3);

  satchel_demo_set (record, "subject", satchel_chance_pick (world->random, SUBJECTS));
  satchel_demo_set (record, "number", number);
  satchel_demo_set (record, "description", description);
  satchel_demo_set (record, "type", satchel_chance_pick (world->random, TYPES));
  satchel_demo_set (record, "urgency", satchel_chance_percent (world->random, 15) ? "urgent" : "normal");
  satchel_demo_set_lookup (record, "account", "account", account->id);
  satchel_demo_set_lookup (record, "equipment", "equipment", equipment);
  if (satchel_chance_percent (world->random, 70)) {
    satchel_demo_set (record, "status", "resolved");
    satchel_demo_set_instant (record, "resolved_at",
                              satchel_chance_moment (world->random, created_at_ms, world->now_ms));
    satchel_demo_set_number (record, "time_spent",
                             (gint64)satchel_chance_between (world->random, 1, 40) * 900);
    satchel_demo_set (record, "satisfaction", satchel_chance_pick (world->random, CONTENT));
  }
}

void
satchel_demo_make_service (SatchelDemoWorld *world, guint n)
{
  for (guint i = 0; i + 1 < n; i += 2) {
    SatchelDemoAccount *account = satchel_demo_pick_account (world);
    const gint64 created_at_ms = satchel_chance_moment (world->random, account->created_at_ms, world->now_ms);
    const char *equipment = make_machine (world, account, i, created_at_ms);

    make_case (world, account, equipment, i, created_at_ms);
  }
}

/* ---- marketing ---- */

void
satchel_demo_make_marketing (SatchelDemoWorld *world, guint n)
{
  static const char *const NAMES[] = { "Spring exhibition", "Operator club evening",
                                       "Call-in: winter service", "Second-hand weeks", NULL };
  static const char *const TYPES[] = { "exhibition", "operator_club", "call_in", "advertisement", NULL };
  static const char *const STATES[] = { "completed", "completed", "active", "planned", NULL };
  static const char *const RESPONSES[] = { "interested", "interested", "not_interested", NULL };
  const char *campaigns[G_N_ELEMENTS (NAMES) - 1];
  const guint n_campaigns = MIN (G_N_ELEMENTS (campaigns), n);

  for (guint i = 0; i < n_campaigns; i++) {
    const gint64 start_ms = world->now_ms + ((gint64)i * 90 - 240) * DAY_MS;
    /* Entered before all customers, so that it is written before whatever names it. */
    SatchelRecord *record = satchel_demo_add (world, "campaign", RANK_PRODUCT, i % world->n_owners,
                                              world->now_ms - (OLDEST_DAYS + 28) * DAY_MS, i);

    satchel_demo_set (record, "name", NAMES[i]);
    satchel_demo_set (record, "type", TYPES[i]);
    satchel_demo_set (record, "status", STATES[i]);
    satchel_demo_set_date (record, "start_on", start_ms);
    satchel_demo_set_date (record, "end_on", start_ms + 14 * DAY_MS);
    satchel_demo_set_number (record, "budget", (gint64)satchel_chance_between (world->random, 5, 60) * 1000);
    campaigns[i] = record->id;
  }
  for (guint i = n_campaigns; i < n; i++) {
    const SatchelDemoAccount *account = satchel_demo_pick_account (world);
    const gint64 at_ms = satchel_chance_moment (world->random, account->created_at_ms, world->now_ms);
    SatchelRecord *record =
        satchel_demo_add (world, "campaign_response", RANK_TASK, account->owner, at_ms, i);
    g_autofree char *subject = g_strdup_printf ("Answer of %s", account->name);

    satchel_demo_set (record, "subject", subject);
    satchel_demo_set_lookup (record, "campaign", "campaign",
                             campaigns[satchel_chance_below (world->random, n_campaigns)]);
    satchel_demo_set_lookup (record, "customer", "account", account->id);
    satchel_demo_set (record, "response", satchel_chance_pick (world->random, RESPONSES));
    satchel_demo_set_date (record, "received_on", at_ms);
  }
}
