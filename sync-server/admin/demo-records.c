/* A few customers are large and have most of everything; many are small. All children of an account belong to
 * its owner.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-records.h"

#include <string.h>

#include "protocol/id.h"
#include "sync-server/admin/demo-world.h"

#define RECENT_DAYS 14
#define SPAN_DAYS   28

/* Shares of the records, of a hundred; notes are the rest. */
enum {
  ACCOUNTS = 20,
  CONTACTS = 25,
  OPPORTUNITIES = 11,
  LEADS = 7,
  TASKS = 12,
  ACTIVITIES = 8,
  SALES = 6,
  SERVICE = 4,
  MARKETING = 1
};

/* Languages of a region's accounts, of a hundred: en, de, ro, zh. */
static const guint LANGUAGES[][4] = { { 48, 32, 11, 9 }, { 18, 12, 34, 36 } };

char *
satchel_demo_id (guint64 seed, const char *name)
{
  g_autofree char *text = g_strdup_printf ("demo:%" G_GUINT64_FORMAT ":%s", seed, name);

  return satchel_id_for_name (text);
}

/* ---- products ---- */

static void
make_products (SatchelDemoWorld *world)
{
  for (guint i = 0; SATCHEL_DEMO_PRODUCTS[i].name != NULL; i++) {
    const SatchelDemoProduct *product = &SATCHEL_DEMO_PRODUCTS[i];
    SatchelRecord *record = satchel_demo_add (world, "product", RANK_PRODUCT, world->n_owners,
                                              world->now_ms - (OLDEST_DAYS + SPAN_DAYS) * DAY_MS, i);

    satchel_demo_set (record, "name", product->name);
    satchel_demo_set (record, "number", product->number);
    satchel_demo_set (record, "series", product->series);
    satchel_demo_set (record, "sales_unit", product->sales_unit);
    satchel_demo_set_number (record, "price", product->price);
    g_ptr_array_add (world->products, record->id);
  }
}

static void
make_competitors (SatchelDemoWorld *world)
{
  static const char *const NAMES[] = { "Ironclad Machinery", "Gelbwerk Baumaschinen", "东方重工",
                                       "Utilserv Trading" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    SatchelRecord *record = satchel_demo_add (world, "competitor", RANK_PRODUCT, world->n_owners,
                                              world->now_ms - (OLDEST_DAYS + SPAN_DAYS) * DAY_MS, i);

    satchel_demo_set (record, "name", NAMES[i]);
    g_ptr_array_add (world->competitors, record->id);
  }
}

/* ---- accounts ---- */

static void
free_account (gpointer data)
{
  SatchelDemoAccount *account = data;

  g_free (account->name);
  g_free (account->domain);
  g_array_unref (account->subjects);
  g_free (account);
}

/* A name that no other account has, and a web address that sounds like it. */
static void
name_account (SatchelDemoWorld *world, SatchelDemoAccount *account)
{
  const SatchelDemoLanguage *language = account->language;
  const SatchelDemoWord *stem = satchel_chance_word (world->random, language->stems),
                        *family = satchel_chance_word (world->random, language->family);
  const SatchelDemoWord *other = satchel_chance_word (world->random, language->family);
  GString *name = g_string_new (satchel_chance_pick (world->random, language->companies));
  gboolean by_stem = strstr (name->str, "{s}") != NULL;
  g_autofree char *base = NULL;

  g_string_replace (name, "{f}", family->text, 0);
  g_string_replace (name, "{g}", other->text, 0);
  g_string_replace (name, "{c}", account->city->name, 0);
  g_string_replace (name, "{s}", stem->text, 0);
  base = g_string_free (name, FALSE);
  account->name = g_strdup (base);
  for (guint i = 2; g_hash_table_contains (world->taken, account->name); i++) {
    g_free (account->name);
    account->name = i == 2 ? g_strdup_printf ("%s (%s)", base, account->city->name)
                           : g_strdup_printf ("%s (%s %u)", base, account->city->name, i - 1);
  }
  g_hash_table_add (world->taken, account->name);
  account->domain = g_strdup_printf ("%s-%s%u.%s.example", by_stem ? stem->latin : family->latin,
                                     account->city->latin, world->accounts->len % 97, language->domain);
}

static void
fill_account (SatchelDemoWorld *world, const SatchelDemoAccount *account, SatchelRecord *record, guint index,
              guint n_accounts)
{
  static const char *const SECTORS[] = { "Road construction",
                                         "Quarrying",
                                         "Mining",
                                         "Building construction",
                                         "Demolition and recycling",
                                         "Plant hire",
                                         "Landscaping",
                                         "Municipal services",
                                         NULL };
  static const char *const TYPES[] = { "customer", "prospect", "partner", "supplier", "competitor" };
  static const guint TYPE_SHARES[] = { 56, 36, 4, 2, 2 };
  static const char *const TAGS[] = { "club",        "fair",        "rental", "public tender",
                                      "second-hand", "key project", NULL };
  const SatchelDemoCity *city = account->city;
  /* Revenue falls with the rank as it does in life: a hundredth has as much as half of the rest. */
  guint64 revenue = G_GUINT64_CONSTANT (240000000) / (2 + (guint64)index * 600 / n_accounts) *
                    satchel_chance_between (world->random, 60, 140) / 100;
  g_autofree char *number = g_strdup_printf ("K-%05u", 10000 + index);
  g_autofree char *email = g_strconcat ("info@", account->domain, NULL);
  g_autofree char *website = g_strconcat ("https://www.", account->domain, NULL);
  g_autofree char *phone = satchel_chance_digits (world->random, city->phone),
                  *postal_code = satchel_chance_digits (world->random, city->postal_code);
  g_autofree char *house = g_strdup_printf ("%u", satchel_chance_between (world->random, 1, 180));
  g_autofree char *numbered =
      satchel_demo_replace (satchel_chance_pick (world->random, account->language->streets), "{n}", house);
  g_autofree char *street = satchel_demo_replace (
      numbered, "{f}", satchel_chance_word (world->random, account->language->family)->text);
  g_autofree char *description =
      satchel_chance_percent (world->random, 60) ? satchel_demo_prose (world, account->language, 4) : NULL;

  satchel_demo_set (record, "name", account->name);
  satchel_demo_set (record, "type",
                    TYPES[satchel_chance_share (world->random, TYPE_SHARES, G_N_ELEMENTS (TYPES))]);
  satchel_demo_set (record, "number", number);
  satchel_demo_set (record, "email", email);
  satchel_demo_set (record, "phone", phone);
  satchel_demo_set (record, "website", satchel_chance_percent (world->random, 80) ? website : NULL);
  satchel_demo_set (record, "street", street);
  satchel_demo_set (record, "city", city->name);
  satchel_demo_set (record, "postal_code", postal_code);
  satchel_demo_set (record, "state", city->state);
  satchel_demo_set (record, "country", account->language->country);
  satchel_demo_set (record, "sector", satchel_chance_pick (world->random, SECTORS));
  satchel_demo_set_number (record, "revenue", (gint64)(revenue - revenue % 1000));
  satchel_demo_set_number (record, "employees", (gint64)(1 + revenue / 190000));
  satchel_demo_set_number (record, "year_established", satchel_chance_between (world->random, 1921, 2023));
  satchel_demo_set (record, "description", description);
  satchel_demo_set (record, "rating", index < n_accounts / 20 ? "a" : index < n_accounts / 3 ? "b" : "c");
  satchel_demo_set (record, "tags",
                    satchel_chance_percent (world->random, 25) ? satchel_chance_pick (world->random, TAGS)
                                                               : NULL);
  if (satchel_chance_percent (world->random, 1))
    satchel_demo_set (record, "blacklisted", "yes");
  if (satchel_chance_percent (world->random, 4)) {
    satchel_demo_set (record, "status", "inactive");
    satchel_demo_set (record, "status_reason", "Business closed");
  }
  if (satchel_chance_percent (world->random, 70))
    satchel_demo_set_instant (record, "last_contacted_at",
                              satchel_chance_moment (world->random, account->created_at_ms, world->now_ms));
}

/* Some belong to a larger one of the same owner. */
static void
set_parent (SatchelDemoWorld *world, const SatchelDemoAccount *account, SatchelRecord *record, guint index)
{
  const SatchelDemoAccount *parent =
      index > 0 ? world->accounts->pdata[satchel_chance_skewed (world->random, index)] : NULL;

  if (parent != NULL && satchel_chance_percent (world->random, 12) && parent->owner == account->owner &&
      parent->created_at_ms < account->created_at_ms)
    satchel_demo_set_lookup (record, "parent", "account", parent->id);
}

static void
make_accounts (SatchelDemoWorld *world, guint n)
{
  g_autofree guint *shares = g_new (guint, world->n_owners);

  for (guint i = 0; i < world->n_owners; i++)
    shares[i] = world->owners[i].share;
  for (guint i = 0; i < n; i++) {
    SatchelDemoAccount *account = g_new0 (SatchelDemoAccount, 1);
    SatchelRecord *record;

    /* The first ones go round, so that however few there are every owner has some. */
    account->owner = i < world->n_owners ? i : satchel_chance_share (world->random, shares, world->n_owners);
    account->language = &SATCHEL_DEMO_LANGUAGES[satchel_chance_share (
        world->random, LANGUAGES[world->owners[account->owner].languages], SATCHEL_DEMO_N_LANGUAGES)];
    account->city = satchel_chance_city (world->random, account->language->cities);
    account->created_at_ms = satchel_chance_moment (world->random, world->now_ms - OLDEST_DAYS * DAY_MS,
                                                    world->now_ms - 3 * DAY_MS);
    account->subjects = g_array_new (FALSE, FALSE, sizeof (SatchelDemoSubject));
    name_account (world, account);
    record = satchel_demo_add (world, "account", RANK_ACCOUNT, account->owner, account->created_at_ms, i);
    account->id = record->id;
    fill_account (world, account, record, i, n);
    set_parent (world, account, record, i);
    satchel_demo_add_subject (account, "account", record->id, account->created_at_ms);
    g_ptr_array_add (world->accounts, account);
  }
}

/* One for each account first, then the large ones more. */
static SatchelDemoAccount *
pick_account (SatchelDemoWorld *world, guint index)
{
  return world->accounts
      ->pdata[index < world->accounts->len ? index
                                           : satchel_chance_skewed (world->random, world->accounts->len)];
}

/* ---- people ---- */

static void
make_contacts (SatchelDemoWorld *world, guint n)
{
  for (guint i = 0; i < n; i++) {
    SatchelDemoAccount *account = pick_account (world, i);
    const SatchelDemoLanguage *language = account->language;
    const SatchelDemoWord *given = satchel_chance_word (world->random, language->given),
                          *family = satchel_chance_word (world->random, language->family);
    gint64 created_at_ms = satchel_chance_moment (world->random, account->created_at_ms, world->now_ms);
    SatchelRecord *record =
        satchel_demo_add (world, "contact", RANK_CONTACT, account->owner, created_at_ms, i);
    g_autofree char *email = g_strdup_printf ("%s.%s%s%u@%s", given->latin, family->latin,
                                              i % 7 == 0 ? "." : "", i, account->domain);
    g_autofree char *phone = satchel_chance_digits (world->random, account->city->phone),
                    *mobile = satchel_chance_digits (world->random, language->mobile);
    g_autofree char *description =
        satchel_chance_percent (world->random, 15) ? satchel_demo_prose (world, language, 3) : NULL;

    satchel_demo_set (record, "first_name", given->text);
    satchel_demo_set (record, "last_name", family->text);
    satchel_demo_set (record, "job_title", satchel_chance_pick (world->random, language->job_titles));
    satchel_demo_set_lookup (record, "account", "account", account->id);
    satchel_demo_set (record, "email", email);
    satchel_demo_set (record, "phone", satchel_chance_percent (world->random, 60) ? phone : NULL);
    satchel_demo_set (record, "mobile", satchel_chance_percent (world->random, 75) ? mobile : NULL);
    satchel_demo_set (record, "city", account->city->name);
    satchel_demo_set (record, "country", language->country);
    satchel_demo_set (record, "club_member", satchel_chance_percent (world->random, 12) ? "yes" : NULL);
    satchel_demo_set (record, "do_not_call", satchel_chance_percent (world->random, 3) ? "yes" : NULL);
    satchel_demo_set (record, "description", description);
    if (satchel_chance_percent (world->random, 20))
      satchel_demo_set_date (record, "birthday",
                             (gint64)satchel_chance_between (world->random, 0, 35 * 365) * DAY_MS -
                                 10 * 365 * DAY_MS);
    satchel_demo_add_subject (account, "contact", record->id, created_at_ms);
  }
}

/* ---- sales ---- */

static const struct {
  const char *stage;
  const char *status;
  guint share;
  guint probability;
} STAGES[] = {
  { "identification", "open", 12, 10 },
  { "qualification", "open", 13, 30 },
  { "development", "open", 11, 55 },
  { "proposal", "open", 9, 75 },
  { "won", "won", 28, 100 },
  { "lost", "lost", 20, 0 },
  { "no_deal", "no_deal", 7, 0 },
};

static void
close_opportunity (SatchelDemoWorld *world, SatchelRecord *record, const char *status, gint64 created_at_ms)
{
  static const char *const LOST[] = { "price", "product", "delivery", "financing", "relationship", NULL };
  gint64 closed_at_ms = satchel_chance_moment (world->random, created_at_ms,
                                               MIN (created_at_ms + 160 * DAY_MS, world->now_ms - DAY_MS));

  satchel_demo_set_date (record, "actual_close", closed_at_ms);
  satchel_demo_set_date (record, "expected_close",
                         closed_at_ms + ((gint64)satchel_chance_below (world->random, 40) - 20) * DAY_MS);
  if (g_str_equal (status, "won"))
    satchel_demo_set_date (record, "delivery_date",
                           closed_at_ms + (gint64)satchel_chance_between (world->random, 20, 150) * DAY_MS);
  else
    satchel_demo_set (record, "close_reason",
                      g_str_equal (status, "lost") ? satchel_chance_pick (world->random, LOST) : "no_budget");
  if (g_str_equal (status, "lost"))
    satchel_demo_set_lookup (
        record, "competitor", "competitor",
        world->competitors->pdata[satchel_chance_below (world->random, world->competitors->len)]);
}

static const char *const SOURCES[] = { "advertising",      "operator_referral", "website", "word_of_mouth",
                                       "public_relations", "campaign_response", "other",   NULL };

static guint
pick_stage (SatchelDemoWorld *world)
{
  guint shares[G_N_ELEMENTS (STAGES)];

  for (guint i = 0; i < G_N_ELEMENTS (STAGES); i++)
    shares[i] = STAGES[i].share;
  return satchel_chance_share (world->random, shares, G_N_ELEMENTS (STAGES));
}

static void
make_opportunities (SatchelDemoWorld *world, guint n)
{
  for (guint i = 0; i < n; i++) {
    SatchelDemoAccount *account =
        world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    gboolean machine = satchel_chance_percent (world->random, 55);
    guint product = satchel_demo_pick_product (world, machine), stage = pick_stage (world);
    gboolean is_open = g_str_equal (STAGES[stage].status, "open");
    gint64 earliest_ms =
        is_open ? MAX (account->created_at_ms, world->now_ms - 200 * DAY_MS) : account->created_at_ms;
    gint64 created_at_ms = satchel_chance_moment (world->random, earliest_ms, world->now_ms - 2 * DAY_MS);
    SatchelRecord *record =
        satchel_demo_add (world, "opportunity", RANK_OPPORTUNITY, account->owner, created_at_ms, i);
    guint pieces = 1 + satchel_chance_skewed (world->random, machine ? 5 : 60);
    guint64 amount = (guint64)SATCHEL_DEMO_PRODUCTS[product].price * pieces *
                     satchel_chance_between (world->random, 88, 104) / 100;
    g_autofree char *name =
        satchel_demo_replace (satchel_chance_pick (world->random, machine ? account->language->machine_topics
                                                                          : account->language->part_topics),
                              "{p}", SATCHEL_DEMO_PRODUCTS[product].name);
    g_autofree char *needs =
        satchel_chance_percent (world->random, 40) ? satchel_demo_prose (world, account->language, 3) : NULL;

    satchel_demo_set (record, "name", name);
    satchel_demo_set_lookup (record, "account", "account", account->id);
    satchel_demo_set_lookup (record, "product", "product", world->products->pdata[product]);
    satchel_demo_set (record, "stage", STAGES[stage].stage);
    satchel_demo_set (record, "status", STAGES[stage].status);
    satchel_demo_set_number (record, "probability", STAGES[stage].probability);
    satchel_demo_set_number (record, "amount", (gint64)amount);
    satchel_demo_set (record, "source", satchel_chance_pick (world->random, SOURCES));
    satchel_demo_set (record, "needs", needs);
    satchel_demo_set_date (record, "engaged_on", created_at_ms);
    if (is_open)
      satchel_demo_set_date (record, "expected_close",
                             world->now_ms +
                                 ((gint64)satchel_chance_below (world->random, 150) - 20) * DAY_MS);
    else
      close_opportunity (world, record, STAGES[stage].status, created_at_ms);
    satchel_demo_add_subject (account, "opportunity", record->id, created_at_ms);
  }
}

static void
make_leads (SatchelDemoWorld *world, guint n)
{
  static const char *const REASONS[] = { "not_interested", "cannot_contact", "no_need",
                                         "no_budget",      "duplicate",      NULL };
  static const char *const RATINGS[] = { "hot", "warm", "cold", NULL };

  for (guint i = 0; i < n; i++) {
    SatchelDemoAccount *account =
        world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    const SatchelDemoLanguage *language = account->language;
    const SatchelDemoWord *given = satchel_chance_word (world->random, language->given),
                          *family = satchel_chance_word (world->random, language->family);
    guint fate = satchel_chance_below (world->random, 100);
    gint64 earliest_ms =
        fate < 60 ? MAX (account->created_at_ms, world->now_ms - 120 * DAY_MS) : account->created_at_ms;
    SatchelRecord *record =
        satchel_demo_add (world, "lead", RANK_LEAD, account->owner,
                          satchel_chance_moment (world->random, earliest_ms, world->now_ms), i);
    guint product = satchel_demo_pick_product (world, TRUE);
    g_autofree char *topic =
        satchel_demo_replace (satchel_chance_pick (world->random, language->machine_topics), "{p}",
                              SATCHEL_DEMO_PRODUCTS[product].name);
    g_autofree char *email =
        g_strdup_printf ("%s.%s@%s-%u.example", given->latin, family->latin, account->city->latin, i);
    g_autofree char *phone = satchel_chance_digits (world->random, account->city->phone);

    satchel_demo_set (record, "topic", topic);
    satchel_demo_set (record, "first_name", given->text);
    satchel_demo_set (record, "last_name", family->text);
    satchel_demo_set (record, "email", email);
    satchel_demo_set (record, "phone", phone);
    satchel_demo_set (record, "city", account->city->name);
    satchel_demo_set (record, "country", language->country);
    satchel_demo_set (record, "source", satchel_chance_pick (world->random, SOURCES));
    satchel_demo_set (record, "rating", satchel_chance_pick (world->random, RATINGS));
    satchel_demo_set_number (record, "estimated_value",
                             (gint64)satchel_chance_between (world->random, 20, 600) * 1000);
    if (fate < 60) {
      g_autofree char *company = satchel_demo_replace (
          satchel_chance_pick (world->random, language->companies), "{f}", family->text);
      g_autofree char *with_other =
          satchel_demo_replace (company, "{g}", satchel_chance_word (world->random, language->family)->text);
      g_autofree char *with_city = satchel_demo_replace (with_other, "{c}", account->city->name);
      g_autofree char *whole =
          satchel_demo_replace (with_city, "{s}", satchel_chance_word (world->random, language->stems)->text);

      satchel_demo_set (record, "company", whole);
    } else if (fate < 80) {
      satchel_demo_set (record, "company", account->name);
      satchel_demo_set (record, "status", "disqualified");
      satchel_demo_set (record, "disqualify_reason", satchel_chance_pick (world->random, REASONS));
    } else {
      satchel_demo_set (record, "company", account->name);
      satchel_demo_set (record, "status", "qualified");
      satchel_demo_set_lookup (record, "qualified_account", "account", account->id);
    }
  }
}

/* ---- activities ---- */

/* When a task is due, and what became of it: a few today, some overdue, some soon, most done. */
static const struct {
  guint share;
  gint64 due_from_days, due_to_days; /* from today; both 0 and a status: whenever it was done */
  const char *status;
} FATES[] = {
  { 4, 0, 0, NULL },         { 7, -25, -1, NULL },     { 14, 1, 21, NULL },
  { 71, 0, 0, "completed" }, { 4, 0, 0, "cancelled" },
};

static guint
pick_fate (SatchelDemoWorld *world)
{
  guint shares[G_N_ELEMENTS (FATES)];

  for (guint i = 0; i < G_N_ELEMENTS (FATES); i++)
    shares[i] = FATES[i].share;
  return satchel_chance_share (world->random, shares, G_N_ELEMENTS (FATES));
}

/* Returns when it was entered. */
static gint64
schedule_task (SatchelDemoWorld *world, const SatchelDemoSubject *subject, SatchelRecord *record)
{
  guint fate = pick_fate (world);
  gint64 done_at_ms = satchel_chance_moment (world->random, subject->created_at_ms, world->now_ms);
  gint64 span_days = FATES[fate].due_to_days - FATES[fate].due_from_days;
  gint64 due_ms = world->now_ms + (FATES[fate].due_from_days +
                                   (gint64)satchel_chance_below (world->random, (guint)span_days + 1)) *
                                      DAY_MS;

  satchel_demo_set (record, "status", FATES[fate].status);
  if (FATES[fate].status == NULL) {
    satchel_demo_set_date (record, "due", due_ms);
    return MAX (subject->created_at_ms, MIN (done_at_ms, due_ms));
  }
  satchel_demo_set_date (record, "due",
                         done_at_ms + ((gint64)satchel_chance_below (world->random, 6) - 2) * DAY_MS);
  if (g_str_equal (FATES[fate].status, "completed")) {
    satchel_demo_set_number (record, "percent", 100);
    satchel_demo_set_instant (record, "completed_at", done_at_ms);
  }
  return done_at_ms;
}

static void
make_tasks (SatchelDemoWorld *world, guint n)
{
  static const char *const PRIORITIES[] = { "low", "normal", "normal", "normal", "high", NULL };

  for (guint i = 0; i < n; i++) {
    const SatchelDemoAccount *account =
        world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    const SatchelDemoSubject *subject = satchel_demo_pick_subject (world, account);
    SatchelDemoRecord *entry = satchel_demo_add_entry (world, "task", RANK_TASK, account->owner, i);
    g_autofree char *title = satchel_demo_replace (
        satchel_chance_pick (world->random, account->language->tasks), "{a}", account->name);
    g_autofree char *description =
        satchel_chance_percent (world->random, 30) ? satchel_demo_prose (world, account->language, 3) : NULL;

    satchel_demo_set (entry->record, "subject", title);
    satchel_demo_set (entry->record, "description", description);
    satchel_demo_set (entry->record, "priority", satchel_chance_pick (world->random, PRIORITIES));
    satchel_demo_set_lookup (entry->record, "account", "account", account->id);
    satchel_demo_set_lookup (entry->record, "regarding", subject->entity, subject->id);
    entry->created_at_ms = schedule_task (world, subject, entry->record);
  }
}

static void
make_notes (SatchelDemoWorld *world, guint n)
{
  for (guint i = 0; i < n; i++) {
    const SatchelDemoAccount *account =
        world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    const SatchelDemoSubject *subject = satchel_demo_pick_subject (world, account);
    SatchelDemoRecord *entry = satchel_demo_add_entry (world, "note", RANK_NOTE, account->owner, i);
    g_autofree char *body = satchel_demo_prose (world, account->language, 8);

    satchel_demo_set (entry->record, "subject",
                      satchel_chance_pick (world->random, account->language->note_subjects));
    satchel_demo_set (entry->record, "body", body);
    satchel_demo_set_lookup (entry->record, "regarding", subject->entity, subject->id);
    entry->created_at_ms = satchel_chance_moment (world->random, subject->created_at_ms, world->now_ms);
  }
}

/* ---- order ---- */

/* The span of time in which a record was made: days lately, four weeks before; larger is later. */
static gint64
span_of (gint64 created_at_ms, gint64 now_ms)
{
  gint64 days = (now_ms - created_at_ms) / DAY_MS;

  return days < RECENT_DAYS ? -days : -RECENT_DAYS - days / SPAN_DAYS;
}

/* By span and owner; within them what is referred to comes first. */
static int
compare_records (gconstpointer a, gconstpointer b)
{
  const SatchelDemoRecord *first = *(SatchelDemoRecord *const *)a, *second = *(SatchelDemoRecord *const *)b;
  const gint64 keys[][2] = {
    { first->span, second->span },
    { first->owner, second->owner },
    { first->rank, second->rank },
    { first->created_at_ms, second->created_at_ms },
  };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (keys[i][0] != keys[i][1])
      return keys[i][0] < keys[i][1] ? -1 : 1;
  }
  return strcmp (first->record->id, second->record->id);
}

GPtrArray *
satchel_demo_make_records (SatchelRegistry *registry, const SatchelDemoOwner *owners, guint n_owners, guint n,
                           guint64 seed, gint64 now_ms)
{
  const guint32 seeds[] = { (guint32)seed, (guint32)(seed >> 32) };
  g_autoptr (GRand) random = g_rand_new_with_seed_array (seeds, G_N_ELEMENTS (seeds));
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func (free_account);
  g_autoptr (GPtrArray) products = g_ptr_array_new ();
  g_autoptr (GPtrArray) competitors = g_ptr_array_new ();
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *records = g_ptr_array_new_with_free_func (satchel_demo_free_record);
  SatchelDemoWorld world = { .registry = registry,
                             .random = random,
                             .seed = seed,
                             .now_ms = now_ms - now_ms % DAY_MS,
                             .owners = owners,
                             .n_owners = n_owners,
                             .records = records,
                             .accounts = accounts,
                             .products = products,
                             .competitors = competitors,
                             .taken = taken };

  make_products (&world);
  make_competitors (&world);
  satchel_demo_make_prices (&world);
  make_accounts (&world, n * ACCOUNTS / 100);
  make_contacts (&world, n * CONTACTS / 100);
  make_opportunities (&world, n * OPPORTUNITIES / 100);
  make_leads (&world, n * LEADS / 100);
  satchel_demo_make_sales (&world, n * SALES / 100);
  satchel_demo_make_service (&world, n * SERVICE / 100);
  satchel_demo_make_marketing (&world, n * MARKETING / 100);
  satchel_demo_make_activities (&world, n * ACTIVITIES / 100);
  make_tasks (&world, n * TASKS / 100);
  make_notes (&world, n - records->len);
  for (guint i = 0; i < records->len; i++) {
    SatchelDemoRecord *entry = records->pdata[i];

    entry->span = span_of (entry->created_at_ms, world.now_ms);
  }
  g_ptr_array_sort (records, compare_records);
  return records;
}
