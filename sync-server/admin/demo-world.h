/* What the makers of the demo's records share. Private to the demo.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/admin/demo-chance.h"
#include "sync-server/admin/demo-records.h"

G_BEGIN_DECLS

#define DAY_MS      (G_GINT64_CONSTANT (24) * 3600 * 1000)
#define OLDEST_DAYS 900 /* how far back the demo reaches */

/* The order in which kinds are written: what is referred to first. */
enum {
  RANK_PRODUCT,
  RANK_PRICE,
  RANK_ACCOUNT,
  RANK_CONTACT,
  RANK_OPPORTUNITY,
  RANK_LEAD,
  RANK_QUOTE,
  RANK_ORDER,
  RANK_LINE,
  RANK_EQUIPMENT,
  RANK_TASK,
  RANK_NOTE
};

/* Something that a task or note can be about. */
typedef struct {
  const char *entity;
  const char *id; /* borrowed from the record */
  gint64 created_at_ms;
} SatchelDemoSubject;

typedef struct {
  char *id;
  char *name;
  char *domain;
  const SatchelDemoLanguage *language;
  const SatchelDemoCity *city;
  guint owner;
  gint64 created_at_ms;
  GArray *subjects; /* SatchelDemoSubject: itself, its contacts and opportunities */
} SatchelDemoAccount;

typedef struct {
  SatchelRegistry *registry;
  GRand *random;
  guint64 seed;
  gint64 now_ms;
  const SatchelDemoOwner *owners;
  guint n_owners;
  GPtrArray *records;     /* SatchelDemoRecord* */
  GPtrArray *accounts;    /* SatchelDemoAccount* */
  GPtrArray *products;    /* char*, ids; borrowed */
  GPtrArray *competitors; /* likewise */
  const char *price_list, *currency; /* ids; borrowed */
  GHashTable *taken;      /* names of accounts */
} SatchelDemoWorld;

/* A record of @owner (n_owners: the organisation), its id from its number within the kind; entry: made when its caller says. */
SatchelDemoRecord *satchel_demo_add_entry (SatchelDemoWorld *world, const char *entity, guint rank, guint owner, guint index);
SatchelRecord     *satchel_demo_add (SatchelDemoWorld *world, const char *entity, guint rank, guint owner, gint64 created_at_ms,
                                     guint index);
void satchel_demo_free_record (gpointer record);

/* Text form into any field (NULL: nothing); the demo's own words are valid, which a test proves. */
void satchel_demo_set (SatchelRecord *record, const char *field, const char *text);
void satchel_demo_set_number (SatchelRecord *record, const char *field, gint64 number);
void satchel_demo_set_date (SatchelRecord *record, const char *field, gint64 at_ms);
void satchel_demo_set_instant (SatchelRecord *record, const char *field, gint64 at_ms);
void satchel_demo_set_lookup (SatchelRecord *record, const char *field, const char *entity, const char *id);

char *satchel_demo_prose (SatchelDemoWorld *world, const SatchelDemoLanguage *language, guint most);
char *satchel_demo_replace (const char *text, const char *mark, const char *by);

void satchel_demo_add_subject (SatchelDemoAccount *account, const char *entity, const char *id, gint64 created_at_ms);
const SatchelDemoSubject *satchel_demo_pick_subject (SatchelDemoWorld *world, const SatchelDemoAccount *account);
guint satchel_demo_pick_product (SatchelDemoWorld *world, gboolean machine);
SatchelDemoAccount *satchel_demo_pick_account (SatchelDemoWorld *world); /* the large ones more often */

/* ---- demo-sales.c ---- */
void satchel_demo_make_prices (SatchelDemoWorld *world); /* currency, price list, items, discounts */
/* About @n quotes, orders and invoices with their lines. */
void satchel_demo_make_sales (SatchelDemoWorld *world, guint n);

/* ---- demo-activities.c ---- */
void satchel_demo_make_marketing (SatchelDemoWorld *world, guint n); /* campaigns and responses */
void satchel_demo_make_service (SatchelDemoWorld *world, guint n);   /* equipment and cases */
void satchel_demo_make_activities (SatchelDemoWorld *world, guint n); /* calls, visits, appointments, emails */

G_END_DECLS
