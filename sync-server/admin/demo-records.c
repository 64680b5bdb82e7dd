/* A few customers are large and have most of everything; many are small. All children of an account belong to
 * its owner.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo-records.h"

#include <string.h>

#include "protocol/id.h"
#include "sync-server/admin/demo-chance.h"

#define DAY_MS      (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define OLDEST_DAYS 900
#define RECENT_DAYS 14
#define SPAN_DAYS   28

/* Shares of the records, of a hundred; notes are the rest. */
enum { ACCOUNTS = 20, CONTACTS = 29, OPPORTUNITIES = 13, LEADS = 8, TASKS = 18 };

enum { RANK_PRODUCT, RANK_ACCOUNT, RANK_CONTACT, RANK_OPPORTUNITY, RANK_LEAD, RANK_TASK, RANK_NOTE };

/* Languages of a region's accounts, of a hundred: en, de, ro, zh. */
static const guint LANGUAGES[][4] = { { 48, 32, 11, 9 }, { 18, 12, 34, 36 } };

/* Something that a task or note can be about. */
typedef struct {
  const char *entity;
  const char *id; /* borrowed from the record */
  gint64 created_at_ms;
} Subject;

typedef struct {
  char *id;
  char *name;
  char *domain;
  const SatchelDemoLanguage *language;
  const SatchelDemoCity *city;
  guint owner;
  gint64 created_at_ms;
  GArray *subjects; /* Subject: itself, its contacts and opportunities */
} Account;

typedef struct {
  SatchelRegistry *registry;
  GRand *random;
  guint64 seed;
  gint64 now_ms;
  const SatchelDemoOwner *owners;
  guint n_owners;
  GPtrArray *records;     /* SatchelDemoRecord* */
  GPtrArray *accounts;    /* Account* */
  GPtrArray *products;    /* char*, ids; borrowed */
  GPtrArray *competitors; /* likewise */
  GHashTable *taken;      /* names of accounts */
} World;

char *
satchel_demo_id (guint64 seed, const char *name)
{
  g_autofree char *text = g_strdup_printf ("demo:%" G_GUINT64_FORMAT ":%s", seed, name);

  return satchel_id_for_name (text);
}

/* ---- records ---- */

static SatchelDemoRecord *
add_entry (World *world, const char *entity, guint rank, guint owner, guint index)
{
  g_autofree char *name = g_strdup_printf ("%s:%u", entity, index), *id = satchel_demo_id (world->seed, name);
  SatchelDemoRecord *entry = g_new0 (SatchelDemoRecord, 1);

  entry->record = satchel_record_new (satchel_registry_find (world->registry, entity), id);
  entry->rank = rank;
  entry->owner = owner;
  g_ptr_array_add (world->records, entry);
  if (owner < world->n_owners) {
    g_autoptr (SatchelValue) value = satchel_value_new_lookup ("user", world->owners[owner].id);

    satchel_record_set_by_name (entry->record, "owner", value);
  }
  return entry;
}

static SatchelRecord *
add_record (World *world, const char *entity, guint rank, guint owner, gint64 created_at_ms, guint index)
{
  SatchelDemoRecord *entry = add_entry (world, entity, rank, owner, index);

  entry->created_at_ms = created_at_ms;
  return entry->record;
}

static void
free_record (gpointer data)
{
  SatchelDemoRecord *entry = data;

  satchel_record_free (entry->record);
  g_free (entry);
}

/* Text form into any field; the demo's own words are valid, which a test proves. */
static void
set (SatchelRecord *record, const char *field_name, const char *text)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, field_name);
  g_autoptr (SatchelValue) value = NULL;
  g_autoptr (GError) error = NULL;

  if (text == NULL)
    return;
  if (!satchel_value_from_text (field, text, &value, &error))
    g_error ("demo: %s.%s: %s", record->entity->name, field_name, error->message);
  satchel_record_set (record, field, value);
}

static void
set_number (SatchelRecord *record, const char *field, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  set (record, field, text);
}

static void
set_date (SatchelRecord *record, const char *field, gint64 at_ms)
{
  g_autofree char *text = satchel_date_from_days (at_ms / DAY_MS);

  set (record, field, text);
}

static void
set_instant (SatchelRecord *record, const char *field, gint64 at_ms)
{
  g_autofree char *text = satchel_instant_to_text (at_ms);

  set (record, field, text);
}

static void
set_lookup (SatchelRecord *record, const char *field, const char *entity, const char *id)
{
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, id);

  satchel_record_set_by_name (record, field, value);
}

/* Sentences of the account's language; seldom very many. */
static char *
make_prose (World *world, const SatchelDemoLanguage *language, guint most)
{
  GString *prose = g_string_new (NULL);
  guint n_known = g_strv_length ((char **)language->sentences);
  guint first = satchel_chance_below (world->random, n_known);
  guint n =
      satchel_chance_percent (world->random, 1) ? most * 8 : 1 + satchel_chance_skewed (world->random, most);
  gboolean spaced = !g_str_equal (language->language, "zh");

  for (guint i = 0; i < n; i++) {
    if (i > 0 && i % 5 == 0)
      g_string_append_c (prose, '\n');
    else if (i > 0 && spaced)
      g_string_append_c (prose, ' ');
    g_string_append (prose, language->sentences[(first + i) % n_known]);
  }
  return g_string_free (prose, FALSE);
}

static char *
replace (const char *text, const char *mark, const char *by)
{
  GString *result = g_string_new (text);

  g_string_replace (result, mark, by, 0);
  return g_string_free (result, FALSE);
}

/* ---- products ---- */

static void
make_products (World *world)
{
  for (guint i = 0; SATCHEL_DEMO_PRODUCTS[i].name != NULL; i++) {
    const SatchelDemoProduct *product = &SATCHEL_DEMO_PRODUCTS[i];
    SatchelRecord *record = add_record (world, "product", RANK_PRODUCT, world->n_owners,
                                        world->now_ms - (OLDEST_DAYS + SPAN_DAYS) * DAY_MS, i);

    set (record, "name", product->name);
    set (record, "number", product->number);
    set (record, "series", product->series);
    set (record, "sales_unit", product->sales_unit);
    set_number (record, "price", product->price);
    g_ptr_array_add (world->products, record->id);
  }
}

static void
make_competitors (World *world)
{
  static const char *const NAMES[] = { "Ironclad Machinery", "Gelbwerk Baumaschinen", "东方重工",
                                       "Utilserv Trading" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++) {
    SatchelRecord *record = add_record (world, "competitor", RANK_PRODUCT, world->n_owners,
                                        world->now_ms - (OLDEST_DAYS + SPAN_DAYS) * DAY_MS, i);

    set (record, "name", NAMES[i]);
    g_ptr_array_add (world->competitors, record->id);
  }
}

/* ---- accounts ---- */

static void
free_account (gpointer data)
{
  Account *account = data;

  g_free (account->name);
  g_free (account->domain);
  g_array_unref (account->subjects);
  g_free (account);
}

static void
add_subject (Account *account, const char *entity, const char *id, gint64 created_at_ms)
{
  const Subject subject = { entity, id, created_at_ms };

  g_array_append_val (account->subjects, subject);
}

/* A name that no other account has, and a web address that sounds like it. */
static void
name_account (World *world, Account *account)
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
fill_account (World *world, const Account *account, SatchelRecord *record, guint index, guint n_accounts)
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
      replace (satchel_chance_pick (world->random, account->language->streets), "{n}", house);
  g_autofree char *street =
      replace (numbered, "{f}", satchel_chance_word (world->random, account->language->family)->text);
  g_autofree char *description =
      satchel_chance_percent (world->random, 60) ? make_prose (world, account->language, 4) : NULL;

  set (record, "name", account->name);
  set (record, "type", TYPES[satchel_chance_share (world->random, TYPE_SHARES, G_N_ELEMENTS (TYPES))]);
  set (record, "number", number);
  set (record, "email", email);
  set (record, "phone", phone);
  set (record, "website", satchel_chance_percent (world->random, 80) ? website : NULL);
  set (record, "street", street);
  set (record, "city", city->name);
  set (record, "postal_code", postal_code);
  set (record, "state", city->state);
  set (record, "country", account->language->country);
  set (record, "sector", satchel_chance_pick (world->random, SECTORS));
  set_number (record, "revenue", (gint64)(revenue - revenue % 1000));
  set_number (record, "employees", (gint64)(1 + revenue / 190000));
  set_number (record, "year_established", satchel_chance_between (world->random, 1921, 2023));
  set (record, "description", description);
  set (record, "rating", index < n_accounts / 20 ? "a" : index < n_accounts / 3 ? "b" : "c");
  set (record, "tags",
       satchel_chance_percent (world->random, 25) ? satchel_chance_pick (world->random, TAGS) : NULL);
  if (satchel_chance_percent (world->random, 1))
    set (record, "blacklisted", "yes");
  if (satchel_chance_percent (world->random, 4)) {
    set (record, "status", "inactive");
    set (record, "status_reason", "Business closed");
  }
  if (satchel_chance_percent (world->random, 70))
    set_instant (record, "last_contacted_at",
                 satchel_chance_moment (world->random, account->created_at_ms, world->now_ms));
}

/* Some belong to a larger one of the same owner. */
static void
set_parent (World *world, const Account *account, SatchelRecord *record, guint index)
{
  const Account *parent =
      index > 0 ? world->accounts->pdata[satchel_chance_skewed (world->random, index)] : NULL;

  if (parent != NULL && satchel_chance_percent (world->random, 12) && parent->owner == account->owner &&
      parent->created_at_ms < account->created_at_ms)
    set_lookup (record, "parent", "account", parent->id);
}

static void
make_accounts (World *world, guint n)
{
  g_autofree guint *shares = g_new (guint, world->n_owners);

  for (guint i = 0; i < world->n_owners; i++)
    shares[i] = world->owners[i].share;
  for (guint i = 0; i < n; i++) {
    Account *account = g_new0 (Account, 1);
    SatchelRecord *record;

    /* The first ones go round, so that however few there are every owner has some. */
    account->owner = i < world->n_owners ? i : satchel_chance_share (world->random, shares, world->n_owners);
    account->language = &SATCHEL_DEMO_LANGUAGES[satchel_chance_share (
        world->random, LANGUAGES[world->owners[account->owner].languages], SATCHEL_DEMO_N_LANGUAGES)];
    account->city = satchel_chance_city (world->random, account->language->cities);
    account->created_at_ms = satchel_chance_moment (world->random, world->now_ms - OLDEST_DAYS * DAY_MS,
                                                    world->now_ms - 3 * DAY_MS);
    account->subjects = g_array_new (FALSE, FALSE, sizeof (Subject));
    name_account (world, account);
    record = add_record (world, "account", RANK_ACCOUNT, account->owner, account->created_at_ms, i);
    account->id = record->id;
    fill_account (world, account, record, i, n);
    set_parent (world, account, record, i);
    add_subject (account, "account", record->id, account->created_at_ms);
    g_ptr_array_add (world->accounts, account);
  }
}

/* One for each account first, then the large ones more. */
static Account *
pick_account (World *world, guint index)
{
  return world->accounts
      ->pdata[index < world->accounts->len ? index
                                           : satchel_chance_skewed (world->random, world->accounts->len)];
}

/* ---- people ---- */

static void
make_contacts (World *world, guint n)
{
  for (guint i = 0; i < n; i++) {
    Account *account = pick_account (world, i);
    const SatchelDemoLanguage *language = account->language;
    const SatchelDemoWord *given = satchel_chance_word (world->random, language->given),
                          *family = satchel_chance_word (world->random, language->family);
    gint64 created_at_ms = satchel_chance_moment (world->random, account->created_at_ms, world->now_ms);
    SatchelRecord *record = add_record (world, "contact", RANK_CONTACT, account->owner, created_at_ms, i);
    g_autofree char *email = g_strdup_printf ("%s.%s%s%u@%s", given->latin, family->latin,
                                              i % 7 == 0 ? "." : "", i, account->domain);
    g_autofree char *phone = satchel_chance_digits (world->random, account->city->phone),
                    *mobile = satchel_chance_digits (world->random, language->mobile);
    g_autofree char *description =
        satchel_chance_percent (world->random, 15) ? make_prose (world, language, 3) : NULL;

    set (record, "first_name", given->text);
    set (record, "last_name", family->text);
    set (record, "job_title", satchel_chance_pick (world->random, language->job_titles));
    set_lookup (record, "account", "account", account->id);
    set (record, "email", email);
    set (record, "phone", satchel_chance_percent (world->random, 60) ? phone : NULL);
    set (record, "mobile", satchel_chance_percent (world->random, 75) ? mobile : NULL);
    set (record, "city", account->city->name);
    set (record, "country", language->country);
    set (record, "club_member", satchel_chance_percent (world->random, 12) ? "yes" : NULL);
    set (record, "do_not_call", satchel_chance_percent (world->random, 3) ? "yes" : NULL);
    set (record, "description", description);
    if (satchel_chance_percent (world->random, 20))
      set_date (record, "birthday",
                (gint64)satchel_chance_between (world->random, 0, 35 * 365) * DAY_MS - 10 * 365 * DAY_MS);
    add_subject (account, "contact", record->id, created_at_ms);
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
close_opportunity (World *world, SatchelRecord *record, const char *status, gint64 created_at_ms)
{
  static const char *const LOST[] = { "price", "product", "delivery", "financing", "relationship", NULL };
  gint64 closed_at_ms = satchel_chance_moment (world->random, created_at_ms,
                                               MIN (created_at_ms + 160 * DAY_MS, world->now_ms - DAY_MS));

  set_date (record, "actual_close", closed_at_ms);
  set_date (record, "expected_close",
            closed_at_ms + ((gint64)satchel_chance_below (world->random, 40) - 20) * DAY_MS);
  if (g_str_equal (status, "won"))
    set_date (record, "delivery_date",
              closed_at_ms + (gint64)satchel_chance_between (world->random, 20, 150) * DAY_MS);
  else
    set (record, "close_reason",
         g_str_equal (status, "lost") ? satchel_chance_pick (world->random, LOST) : "no_budget");
  if (g_str_equal (status, "lost"))
    set_lookup (record, "competitor", "competitor",
                world->competitors->pdata[satchel_chance_below (world->random, world->competitors->len)]);
}

static const char *const SOURCES[] = { "advertising",      "operator_referral", "website", "word_of_mouth",
                                       "public_relations", "campaign_response", "other",   NULL };

static guint
pick_product (World *world, gboolean machine)
{
  guint i;

  do
    i = satchel_chance_below (world->random, world->products->len);
  while (SATCHEL_DEMO_PRODUCTS[i].machine != machine);
  return i;
}

static guint
pick_stage (World *world)
{
  guint shares[G_N_ELEMENTS (STAGES)];

  for (guint i = 0; i < G_N_ELEMENTS (STAGES); i++)
    shares[i] = STAGES[i].share;
  return satchel_chance_share (world->random, shares, G_N_ELEMENTS (STAGES));
}

static void
make_opportunities (World *world, guint n)
{
  for (guint i = 0; i < n; i++) {
    Account *account = world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    gboolean machine = satchel_chance_percent (world->random, 55);
    guint product = pick_product (world, machine), stage = pick_stage (world);
    gboolean is_open = g_str_equal (STAGES[stage].status, "open");
    gint64 earliest_ms =
        is_open ? MAX (account->created_at_ms, world->now_ms - 200 * DAY_MS) : account->created_at_ms;
    gint64 created_at_ms = satchel_chance_moment (world->random, earliest_ms, world->now_ms - 2 * DAY_MS);
    SatchelRecord *record =
        add_record (world, "opportunity", RANK_OPPORTUNITY, account->owner, created_at_ms, i);
    guint pieces = 1 + satchel_chance_skewed (world->random, machine ? 5 : 60);
    guint64 amount = (guint64)SATCHEL_DEMO_PRODUCTS[product].price * pieces *
                     satchel_chance_between (world->random, 88, 104) / 100;
    g_autofree char *name =
        replace (satchel_chance_pick (world->random, machine ? account->language->machine_topics
                                                             : account->language->part_topics),
                 "{p}", SATCHEL_DEMO_PRODUCTS[product].name);
    g_autofree char *needs =
        satchel_chance_percent (world->random, 40) ? make_prose (world, account->language, 3) : NULL;

    set (record, "name", name);
    set_lookup (record, "account", "account", account->id);
    set_lookup (record, "product", "product", world->products->pdata[product]);
    set (record, "stage", STAGES[stage].stage);
    set (record, "status", STAGES[stage].status);
    set_number (record, "probability", STAGES[stage].probability);
    set_number (record, "amount", (gint64)amount);
    set (record, "source", satchel_chance_pick (world->random, SOURCES));
    set (record, "needs", needs);
    set_date (record, "engaged_on", created_at_ms);
    if (is_open)
      set_date (record, "expected_close",
                world->now_ms + ((gint64)satchel_chance_below (world->random, 150) - 20) * DAY_MS);
    else
      close_opportunity (world, record, STAGES[stage].status, created_at_ms);
    add_subject (account, "opportunity", record->id, created_at_ms);
  }
}

static void
make_leads (World *world, guint n)
{
  static const char *const REASONS[] = { "not_interested", "cannot_contact", "no_need",
                                         "no_budget",      "duplicate",      NULL };
  static const char *const RATINGS[] = { "hot", "warm", "cold", NULL };

  for (guint i = 0; i < n; i++) {
    Account *account = world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    const SatchelDemoLanguage *language = account->language;
    const SatchelDemoWord *given = satchel_chance_word (world->random, language->given),
                          *family = satchel_chance_word (world->random, language->family);
    guint fate = satchel_chance_below (world->random, 100);
    gint64 earliest_ms =
        fate < 60 ? MAX (account->created_at_ms, world->now_ms - 120 * DAY_MS) : account->created_at_ms;
    SatchelRecord *record = add_record (world, "lead", RANK_LEAD, account->owner,
                                        satchel_chance_moment (world->random, earliest_ms, world->now_ms), i);
    guint product = pick_product (world, TRUE);
    g_autofree char *topic = replace (satchel_chance_pick (world->random, language->machine_topics), "{p}",
                                      SATCHEL_DEMO_PRODUCTS[product].name);
    g_autofree char *email =
        g_strdup_printf ("%s.%s@%s-%u.example", given->latin, family->latin, account->city->latin, i);
    g_autofree char *phone = satchel_chance_digits (world->random, account->city->phone);

    set (record, "topic", topic);
    set (record, "first_name", given->text);
    set (record, "last_name", family->text);
    set (record, "email", email);
    set (record, "phone", phone);
    set (record, "city", account->city->name);
    set (record, "country", language->country);
    set (record, "source", satchel_chance_pick (world->random, SOURCES));
    set (record, "rating", satchel_chance_pick (world->random, RATINGS));
    set_number (record, "estimated_value", (gint64)satchel_chance_between (world->random, 20, 600) * 1000);
    if (fate < 60) {
      g_autofree char *company =
          replace (satchel_chance_pick (world->random, language->companies), "{f}", family->text);
      g_autofree char *with_other =
          replace (company, "{g}", satchel_chance_word (world->random, language->family)->text);
      g_autofree char *with_city = replace (with_other, "{c}", account->city->name);
      g_autofree char *whole =
          replace (with_city, "{s}", satchel_chance_word (world->random, language->stems)->text);

      set (record, "company", whole);
    } else if (fate < 80) {
      set (record, "company", account->name);
      set (record, "status", "disqualified");
      set (record, "disqualify_reason", satchel_chance_pick (world->random, REASONS));
    } else {
      set (record, "company", account->name);
      set (record, "status", "qualified");
      set_lookup (record, "qualified_account", "account", account->id);
    }
  }
}

/* ---- activities ---- */

static const Subject *
pick_subject (World *world, const Account *account)
{
  return &g_array_index (account->subjects, Subject,
                         satchel_chance_below (world->random, account->subjects->len));
}

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
pick_fate (World *world)
{
  guint shares[G_N_ELEMENTS (FATES)];

  for (guint i = 0; i < G_N_ELEMENTS (FATES); i++)
    shares[i] = FATES[i].share;
  return satchel_chance_share (world->random, shares, G_N_ELEMENTS (FATES));
}

/* Returns when it was entered. */
static gint64
schedule_task (World *world, const Subject *subject, SatchelRecord *record)
{
  guint fate = pick_fate (world);
  gint64 done_at_ms = satchel_chance_moment (world->random, subject->created_at_ms, world->now_ms);
  gint64 span_days = FATES[fate].due_to_days - FATES[fate].due_from_days;
  gint64 due_ms = world->now_ms + (FATES[fate].due_from_days +
                                   (gint64)satchel_chance_below (world->random, (guint)span_days + 1)) *
                                      DAY_MS;

  set (record, "status", FATES[fate].status);
  if (FATES[fate].status == NULL) {
    set_date (record, "due", due_ms);
    return MAX (subject->created_at_ms, MIN (done_at_ms, due_ms));
  }
  set_date (record, "due", done_at_ms + ((gint64)satchel_chance_below (world->random, 6) - 2) * DAY_MS);
  if (g_str_equal (FATES[fate].status, "completed")) {
    set_number (record, "percent", 100);
    set_instant (record, "completed_at", done_at_ms);
  }
  return done_at_ms;
}

static void
make_tasks (World *world, guint n)
{
  static const char *const PRIORITIES[] = { "low", "normal", "normal", "normal", "high", NULL };

  for (guint i = 0; i < n; i++) {
    const Account *account =
        world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    const Subject *subject = pick_subject (world, account);
    SatchelDemoRecord *entry = add_entry (world, "task", RANK_TASK, account->owner, i);
    g_autofree char *title =
        replace (satchel_chance_pick (world->random, account->language->tasks), "{a}", account->name);
    g_autofree char *description =
        satchel_chance_percent (world->random, 30) ? make_prose (world, account->language, 3) : NULL;

    set (entry->record, "subject", title);
    set (entry->record, "description", description);
    set (entry->record, "priority", satchel_chance_pick (world->random, PRIORITIES));
    set_lookup (entry->record, "account", "account", account->id);
    set_lookup (entry->record, "regarding", subject->entity, subject->id);
    entry->created_at_ms = schedule_task (world, subject, entry->record);
  }
}

static void
make_notes (World *world, guint n)
{
  for (guint i = 0; i < n; i++) {
    const Account *account =
        world->accounts->pdata[satchel_chance_skewed (world->random, world->accounts->len)];
    const Subject *subject = pick_subject (world, account);
    SatchelDemoRecord *entry = add_entry (world, "note", RANK_NOTE, account->owner, i);
    g_autofree char *body = make_prose (world, account->language, 8);

    set (entry->record, "subject", satchel_chance_pick (world->random, account->language->note_subjects));
    set (entry->record, "body", body);
    set_lookup (entry->record, "regarding", subject->entity, subject->id);
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
  GPtrArray *records = g_ptr_array_new_with_free_func (free_record);
  World world = { .registry = registry,
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
  make_accounts (&world, n * ACCOUNTS / 100);
  make_contacts (&world, n * CONTACTS / 100);
  make_opportunities (&world, n * OPPORTUNITIES / 100);
  make_leads (&world, n * LEADS / 100);
  make_tasks (&world, n * TASKS / 100);
  make_notes (&world, n - records->len);
  for (guint i = 0; i < records->len; i++) {
    SatchelDemoRecord *entry = records->pdata[i];

    entry->span = span_of (entry->created_at_ms, world.now_ms);
  }
  g_ptr_array_sort (records, compare_records);
  return records;
}
