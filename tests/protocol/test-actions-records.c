/* Activities, cases, shares and merges: what each plans, and what is refused.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protocol/rules/validate.h"
#include "tests/protocol/action-world.h"

enum { MAIL = 60, CASE = 61, OTHER = 62, NORTH = 63 };

/* ---- activities ---- */

/* What people call that state of the entity. */
static const char *
state_label (const SatchelRecord *record, const char *key)
{
  return satchel_field_find_choice (record->entity->state_field, key)->label;
}

static void
test_activity (gconstpointer entity)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  SatchelRecord *record = add (store, entity, TASK, ANA);
  set_text (record, "subject", "Call back");
  satchel_rules_apply_defaults (record, store->user, NOW_MS);
  const char *open_label = state_label (record, "open"), *done_label = state_label (record, "completed");
  g_autofree char *is_open = g_strdup_printf ("“Status” is “%s” already", open_label);
  g_autofree char *is_done = g_strdup_printf ("“Status” is “%s” already", done_label);
  g_autofree char *no_way =
      g_strdup_printf ("“Status” cannot go from “%s” to “%s”", done_label, state_label (record, "cancelled"));
  assert_refused (store, make_intent (entity, TASK, "reopen", NULL), SATCHEL_ERROR_STATE, is_open);

  g_autoptr (GPtrArray) done =
      plan_well (store, make_intent (entity, TASK, "complete", "feedback=Fine", NULL));
  assert_text (only_effect (done), "status", "completed");
  assert_text (only_effect (done), "feedback", "Fine");
  assert_text (only_effect (done), "completed_at", "2025-11-22T09:00:00Z");
  assert_valid (done, "complete");
  g_autoptr (GPtrArray) told =
      plan_well (store, make_intent (entity, TASK, "complete", "completed_at=2025-11-20T08:00:00Z", NULL));
  assert_text (only_effect (told), "completed_at", "2025-11-20T08:00:00Z");

  carry_out (store, done);
  assert_refused (store, make_intent (entity, TASK, "complete", NULL), SATCHEL_ERROR_STATE, is_done);
  assert_refused (store, make_intent (entity, TASK, "cancel", NULL), SATCHEL_ERROR_STATE, no_way);
  g_autoptr (GPtrArray) open = plan_well (store, make_intent (entity, TASK, "reopen", NULL));
  assert_text (only_effect (open), "status", "open");
  assert_text (only_effect (open), "completed_at", "");
  assert_text (only_effect (open), "feedback", "Fine");
  carry_out (store, open);
  g_autoptr (GPtrArray) off = plan_well (store, make_intent (entity, TASK, "cancel", "reason=Ill", NULL));
  assert_text (only_effect (off), "status", "cancelled");
  assert_valid (off, "cancel");
}

/* ---- cases ---- */

static SatchelRecord *
add_case (Store *store, guint number, const char *status)
{
  SatchelRecord *record = add (store, "case", number, ANA);
  set_text (record, "subject", "Leaking pump");
  satchel_rules_apply_defaults (record, store->user, NOW_MS);
  set_text (record, "status", status);
  return record;
}

static void
test_case (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  add_case (store, CASE, "waiting");
  assert_refused (store, make_intent ("case", CASE, "resolve", NULL), SATCHEL_ERROR_INVALID,
                  "the action “resolve” needs the argument “resolution”");
  g_autoptr (GPtrArray) solved =
      plan_well (store, make_intent ("case", CASE, "resolve", "resolution=New seal", "time_spent=1h30m",
                                     "satisfaction=satisfied", NULL));
  assert_text (only_effect (solved), "status", "resolved");
  assert_text (only_effect (solved), "resolution", "New seal");
  assert_text (only_effect (solved), "satisfaction", "satisfied");
  assert_text (only_effect (solved), "resolved_at", "2025-11-22T09:00:00Z");
  assert_valid (solved, "resolve");
  assert_refused (store, make_intent ("case", CASE, "resolve", "resolution=x", "satisfaction=ecstatic", NULL),
                  SATCHEL_ERROR_RULE, "“Satisfaction” has no choice “ecstatic”");

  carry_out (store, solved);
  assert_refused (store, make_intent ("case", CASE, "resolve", "resolution=Again", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Resolved” already");
  assert_refused (store, make_intent ("case", CASE, "cancel", NULL), SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Resolved” to “Cancelled”");
  g_autoptr (GPtrArray) open = plan_well (store, make_intent ("case", CASE, "reactivate", NULL));
  assert_text (only_effect (open), "status", "open");
  assert_text (only_effect (open), "resolved_at", "");
  assert_text (only_effect (open), "resolution", "New seal");
  assert_valid (open, "reactivate");
}

/* ---- shares ---- */

static const SatchelEffect *
find_share (GPtrArray *effects, guint record, guint principal)
{
  g_autofree char *of = id_of (record), *with = id_of (principal);
  g_autofree char *id = satchel_action_share_id (of, with);
  for (guint i = 0; i < effects->len; i++) {
    const SatchelEffect *effect = g_ptr_array_index (effects, i);
    if (g_str_equal ((effect->after ? effect->after : effect->before)->id, id))
      return effect;
  }
  return NULL;
}

/* One share for each record and principal, with reading in it, for what hangs on the record too. */
static void
test_share (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  set_text (add (store, "team", NORTH, 0), "name", "North");
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_lookup (add (store, "case", CASE, ANA), "account", "account", ACME);
  set_lookup (add (store, "case", OTHER, BEN), "account", "account", ACME);

  g_autoptr (GPtrArray) shared =
      plan_well (store, make_intent ("account", ACME, "share", "with=#2", "rights=write", NULL));
  assert_text (find_share (shared, ACME, BEN)->after, "rights", "read, write");
  assert_lookup (find_share (shared, ACME, BEN)->after, "principal", BEN);
  assert_lookup (find_share (shared, ACME, BEN)->after, "shared_by", ANA);
  g_assert_nonnull (find_share (shared, CASE, BEN));
  g_assert_null (find_share (shared, OTHER, BEN)); /* of another owner */
  g_assert_cmpuint (shared->len, ==, 2);

  carry_out (store, shared);
  g_autoptr (GPtrArray) same =
      plan_well (store, make_intent ("account", ACME, "share", "with=#2", "rights=write", NULL));
  g_assert_cmpuint (same->len, ==, 0);
  g_autoptr (GPtrArray) less = plan_well (store, make_intent ("account", ACME, "share", "with=#2", NULL));
  assert_text (find_share (less, ACME, BEN)->after, "rights", "read");
  g_assert_nonnull (find_share (less, ACME, BEN)->before);
  g_autoptr (GPtrArray) team = plan_well (store, make_intent ("account", ACME, "share", "with=#63", NULL));
  g_assert_cmpstr (satchel_value_get_entity (
                       satchel_record_get_by_name (find_share (team, ACME, NORTH)->after, "principal")),
                   ==, "team");
  g_autoptr (GPtrArray) back = plan_well (store, make_intent ("account", ACME, "unshare", "with=#2", NULL));
  g_assert_cmpuint (back->len, ==, 2);
  g_assert_null (find_share (back, ACME, BEN)->after);
}

static void
test_share_refused (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  assert_refused (store, make_intent ("account", ACME, "share", "with=#3", NULL), SATCHEL_ERROR_RULE,
                  "Gus is not active any more and cannot own records");
  assert_refused (store, make_intent ("account", ACME, "share", "with=#77", NULL), SATCHEL_ERROR_REFERENCE,
                  "the user or team to share with is not there");
  assert_refused (store, make_intent ("account", ACME, "share", "with=#10", NULL), SATCHEL_ERROR_REFERENCE,
                  "the user or team to share with is not there");
  assert_refused (store, make_intent ("account", ACME, "share", "with=#2", "rights=everything", NULL),
                  SATCHEL_ERROR_RULE, "“Rights” has no choice “everything”");
  assert_refused (store, make_intent ("account", ACME, "unshare", "with=#2", NULL), SATCHEL_ERROR_STATE,
                  "it is not shared with Ben");
}

/* ---- merging ---- */

static void
add_party (GArray *parties, const char *role, const char *entity, const char *id, const char *address)
{
  const SatchelParty party = { role, entity, id, address, NULL };
  g_array_append_val (parties, party);
}

/* From the other, to both and to a stranger. */
static void
add_mail (Store *store)
{
  g_autofree char *master = id_of (ZOE), *other = id_of (OTHERS);
  SatchelRecord *mail = add (store, "email", MAIL, ANA);
  g_autoptr (GArray) to = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  g_autoptr (GArray) from = g_array_new (FALSE, FALSE, sizeof (SatchelParty));
  set_text (mail, "subject", "Offer");
  satchel_rules_apply_defaults (mail, store->user, NOW_MS);
  add_party (from, "from", "contact", other, "old@example.com");
  add_party (to, "to", "contact", other, "old@example.com");
  add_party (to, "to", "contact", master, "zoe@example.com");
  add_party (to, "to", NULL, NULL, "stranger@example.com");
  g_autoptr (SatchelValue) sender = satchel_value_new_parties ((SatchelParty *)from->data, from->len);
  g_autoptr (SatchelValue) receivers = satchel_value_new_parties ((SatchelParty *)to->data, to->len);
  satchel_record_set_by_name (mail, "from", sender);
  satchel_record_set_by_name (mail, "to", receivers);
  set_text (mail, "status", "completed"); /* closed ones are repointed, too */
}

static guint
count_parties (const SatchelRecord *record, const char *field, guint number)
{
  guint n, found = 0;
  g_autofree char *id = id_of (number);
  const SatchelParty *parties = satchel_value_get_parties (satchel_record_get_by_name (record, field), &n);
  for (guint i = 0; i < n; i++)
    found += g_strcmp0 (parties[i].id, id) == 0;
  return found;
}

static void
test_merge_contacts (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  SatchelRecord *master = add (store, "contact", ZOE, ANA), *other = add (store, "contact", OTHERS, BEN);
  set_text (master, "last_name", "Zoe");
  set_text (master, "city", "Cluj");
  set_text (other, "last_name", "Zo");
  set_text (other, "phone", "1");
  set_text (other, "street", "Main 1"); /* half an address is nobody's */
  set_text (other, "job_title", "Buyer");
  set_text (master, "job_title", "Clerk");
  set_lookup (other, "referrer", "contact", ZOE);
  satchel_rules_compute (master);
  set_lookup (add (store, "account", DEAL, ANA), "primary_contact", "contact", OTHERS);
  SatchelRecord *task = add (store, "task", TASK, ANA);
  set_text (task, "subject", "Call");
  set_lookup (task, "regarding", "contact", OTHERS);
  add_mail (store);

  g_autoptr (GPtrArray) effects =
      plan_well (store, make_intent ("contact", ZOE, "merge", "other=#15", "fields=job_title", NULL));
  const SatchelRecord *kept = find_effect (effects, "contact", ZOE)->after;
  assert_text (kept, "last_name", "Zoe");
  assert_text (kept, "phone", "1");
  assert_text (kept, "street", "");
  assert_text (kept, "job_title", "Buyer");
  assert_lookup (kept, "owner", ANA);
  g_assert_null (satchel_record_get_by_name (kept, "referrer")); /* nobody refers to herself */
  assert_lookup (find_effect (effects, "account", DEAL)->after, "primary_contact", ZOE);
  assert_lookup (find_effect (effects, "task", TASK)->after, "regarding", ZOE);
  const SatchelRecord *mail = find_effect (effects, "email", MAIL)->after;
  g_assert_cmpuint (count_parties (mail, "from", ZOE), ==, 1);
  g_assert_cmpuint (count_parties (mail, "to", ZOE), ==, 1);
  g_assert_cmpuint (count_parties (mail, "from", OTHERS) + count_parties (mail, "to", OTHERS), ==, 0);
  const SatchelRecord *gone = find_effect (effects, "contact", OTHERS)->after;
  assert_text (gone, "status", "inactive");
  assert_text (gone, "status_reason", "Merged into Zoe");
  assert_lookup (gone, "merged_into", ZOE);
  assert_text (gone, "phone", "1");
  g_assert_cmpuint (effects->len, ==, 5);
  assert_valid (effects, "merge");

  carry_out (store, effects);
  assert_refused (store, make_intent ("contact", ZOE, "merge", "other=#15", NULL), SATCHEL_ERROR_STATE,
                  "one of the two was merged before");
  assert_refused (store, make_intent ("contact", OTHERS, "merge", "other=#11", NULL), SATCHEL_ERROR_STATE,
                  "one of the two was merged before");
}

/* Entities with states have a step of their own; what is closed takes nothing in. */
static void
test_merge_cases (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  SatchelRecord *master = add_case (store, CASE, "open"), *other = add_case (store, OTHER, "waiting");
  set_text (other, "description", "It drips");
  set_lookup (add (store, "note", NOTE, ANA), "regarding", "case", OTHER);
  g_autoptr (GPtrArray) effects = plan_well (store, make_intent ("case", CASE, "merge", "other=#62", NULL));
  assert_text (find_effect (effects, "case", CASE)->after, "status", "open");
  assert_text (find_effect (effects, "case", CASE)->after, "description", "It drips");
  assert_text (find_effect (effects, "case", OTHER)->after, "status", "cancelled");
  assert_lookup (find_effect (effects, "case", OTHER)->after, "merged_into", CASE);
  assert_lookup (find_effect (effects, "note", NOTE)->after, "regarding", CASE);
  assert_valid (effects, "merge");

  assert_refused (store, make_intent ("case", CASE, "merge", "other=#62", "fields=status", NULL),
                  SATCHEL_ERROR_INVALID, "“status” is no field that could be taken over");
  set_text (other, "status", "resolved");
  assert_refused (store, make_intent ("case", CASE, "merge", "other=#62", NULL), SATCHEL_ERROR_STATE,
                  "“Status” cannot go from “Resolved” to “Cancelled”");
  set_text (other, "status", "cancelled");
  g_autoptr (GPtrArray) cancelled = plan_well (store, make_intent ("case", CASE, "merge", "other=#62", NULL));
  assert_lookup (find_effect (cancelled, "case", OTHER)->after, "merged_into", CASE);
  set_text (master, "status", "resolved");
  assert_refused (store, make_intent ("case", CASE, "merge", "other=#62", NULL), SATCHEL_ERROR_STATE,
                  "“Status” is “Resolved”: nothing can be merged into the Case");
}

static void
test_merge_leads (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  const guint leads[] = { LEAD, FRESH };
  for (guint i = 0; i < G_N_ELEMENTS (leads); i++) {
    SatchelRecord *lead = add (store, "lead", leads[i], ANA);
    set_text (lead, "topic", "Excavators");
    satchel_rules_apply_defaults (lead, store->user, NOW_MS);
  }
  g_autoptr (GPtrArray) effects = plan_well (store, make_intent ("lead", LEAD, "merge", "other=#30", NULL));
  g_assert_cmpuint (effects->len, ==, 1);
  assert_text (find_effect (effects, "lead", FRESH)->after, "status", "disqualified");
  assert_text (find_effect (effects, "lead", FRESH)->after, "disqualify_reason", "duplicate");
  assert_lookup (find_effect (effects, "lead", FRESH)->after, "merged_into", LEAD);
  assert_valid (effects, "merge");
}

static void
test_merge_refused (void)
{
  g_autoptr (Store) store = store_new ();
  add_people (store);
  set_text (add (store, "account", ACME, ANA), "name", "Acme");
  set_text (add (store, "contact", ZOE, ANA), "last_name", "Zoe");
  static const char *const others[] = { "other=#10", "other=#11", "other=#77" };
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    assert_refused (store, make_intent ("account", ACME, "merge", others[i], NULL), SATCHEL_ERROR_REFERENCE,
                    "there is no other account of that id");
  static const char *const fields[][2] = { { "fields=owner", "owner" },
                                           { "fields=merged_into", "merged_into" },
                                           { "fields=unit", "unit" },
                                           { "fields=name, nmae", "nmae" } };
  set_text (add (store, "account", OTHER, ANA), "name", "Acme Ltd");
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *message = g_strdup_printf ("“%s” is no field that could be taken over", fields[i][1]);
    assert_refused (store, make_intent ("account", ACME, "merge", "other=#62", fields[i][0], NULL),
                    SATCHEL_ERROR_INVALID, message);
  }
}

int
main (int argc, char **argv)
{
  static const char *const activities[] = { "task",  "phone_call", "appointment", "email",
                                            "visit", "letter",     "fax" };
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (activities); i++) {
    g_autofree char *path = g_strconcat ("/protocol/actions/activity/", activities[i], NULL);
    g_test_add_data_func (path, activities[i], test_activity);
  }
  g_test_add_func ("/protocol/actions/case", test_case);
  g_test_add_func ("/protocol/actions/share/plans", test_share);
  g_test_add_func ("/protocol/actions/share/refused", test_share_refused);
  g_test_add_func ("/protocol/actions/merge/contacts", test_merge_contacts);
  g_test_add_func ("/protocol/actions/merge/cases", test_merge_cases);
  g_test_add_func ("/protocol/actions/merge/leads", test_merge_leads);
  g_test_add_func ("/protocol/actions/merge/refused", test_merge_refused);
  return g_test_run ();
}
