/* What is shown beside a message. Every question goes along an index of a lookup, or takes the first few of
 * an order.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "client/agent/mail/recent.h"
#include "client/agent/mail/request.h"
#include "client/agent/mail/told.h"
#include "client/mail/people.h"
#include "protocol/error.h"

#define MOST_PEOPLE        20
#define MOST_OPPORTUNITIES 10
#define MOST_ACTIVITIES    10

/* ---- people ---- */

typedef struct {
  GPtrArray *records;   /* SatchelRecord*, each once */
  GPtrArray *addresses; /* char*: as it was asked, of each */
} People;

static void
people_clear (People *people)
{
  g_clear_pointer (&people->records, g_ptr_array_unref);
  g_clear_pointer (&people->addresses, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (People, people_clear)

static gboolean
is_same_record (gconstpointer one, gconstpointer other)
{
  return g_str_equal (((const SatchelRecord *)one)->id, ((const SatchelRecord *)other)->id);
}

static gboolean
find_people (SatchelSession *session, const char *const *addresses, People *people, GError **error)
{
  people->records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  people->addresses = g_ptr_array_new_with_free_func (g_free);
  for (; *addresses != NULL && people->records->len < MOST_PEOPLE; addresses++) {
    g_autoptr (GPtrArray) found = NULL;
    SatchelMailAddress *address = strlen (*addresses) <= 1000 ? satchel_mail_address_read (*addresses) : NULL;

    if (address == NULL)
      continue;
    found = satchel_mail_people_at_hand (session, address->address, error);
    satchel_mail_address_free (address);
    if (found == NULL)
      return FALSE;
    for (guint i = 0; i < found->len && people->records->len < MOST_PEOPLE; i++) {
      if (g_ptr_array_find_with_equal_func (people->records, found->pdata[i], is_same_record, NULL))
        continue;
      g_ptr_array_add (people->records, satchel_record_copy (found->pdata[i]));
      g_ptr_array_add (people->addresses, g_strdup (*addresses));
    }
  }
  return TRUE;
}

static void
tell_people (SatchelSession *session, const People *people, GVariantBuilder *list)
{
  for (guint i = 0; i < people->records->len; i++) {
    const SatchelRecord *record = people->records->pdata[i];
    const char *job = satchel_told_peek (record, "job_title"), *phone = satchel_told_peek (record, "phone");

    g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
    satchel_told_add_record (list, record);
    satchel_told_add_text (list, "address", people->addresses->pdata[i]);
    satchel_told_add_lookup (list, session, record, "account", "account");
    if (satchel_entity_find_field (record->entity, "account") == NULL)
      satchel_told_add_text (list, "account", satchel_told_peek (record, "company"));
    satchel_told_add_text (list, "job-title", job != NULL ? job : satchel_told_peek (record, "title"));
    satchel_told_add_text (list, "phone", phone != NULL ? phone : satchel_told_peek (record, "mobile"));
    satchel_told_add_field (list, session, record, "status", "status");
    g_variant_builder_close (list);
  }
}

/* ---- what is known of them ---- */

/* Contacts, leads and accounts, and the accounts of contacts: "entity:id" of each once, a set. Colleagues are
 * nobody to sell to. */
static GHashTable *
list_subjects (const People *people)
{
  GHashTable *subjects = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < people->records->len; i++) {
    const SatchelRecord *record = people->records->pdata[i];
    const SatchelField *field = satchel_entity_find_field (record->entity, "account");
    const SatchelValue *account = field != NULL ? satchel_record_get (record, field) : NULL;

    if (g_str_equal (record->entity->name, "user"))
      continue;
    g_hash_table_add (subjects, g_strdup_printf ("%s:%s", record->entity->name, record->id));
    if (account != NULL)
      g_hash_table_add (subjects, g_strdup_printf ("account:%s", satchel_value_get_id (account)));
  }
  return subjects;
}

typedef struct {
  SatchelSession *session;
  GVariantBuilder *list;
  gint64 n;
} Teller;

static char *
dup_amount (SatchelSession *session, const SatchelRecord *record)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, "amount");
  const SatchelField *lookup = satchel_entity_find_field (record->entity, "currency");
  const SatchelValue *amount = field != NULL ? satchel_record_get (record, field) : NULL;
  const SatchelValue *named = lookup != NULL ? satchel_record_get (record, lookup) : NULL;
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "currency");
  g_autoptr (SatchelRecord) currency = NULL;
  g_autofree char *digits = amount != NULL ? satchel_value_to_text (field, amount) : NULL;
  const char *code = NULL;

  if (digits == NULL)
    return NULL;
  if (named != NULL && entity != NULL &&
      satchel_replica_read (satchel_session_get_replica (session), entity, satchel_value_get_id (named),
                            &currency, NULL) &&
      currency != NULL)
    code = satchel_told_peek (currency, "code");
  return code != NULL ? g_strdup_printf ("%s %s", digits, code) : g_steal_pointer (&digits);
}

static gboolean
tell_opportunity_cb (const SatchelRecord *record, gpointer data)
{
  Teller *teller = data;
  g_autofree char *amount = dup_amount (teller->session, record);

  g_variant_builder_open (teller->list, G_VARIANT_TYPE_VARDICT);
  satchel_told_add_record (teller->list, record);
  satchel_told_add_field (teller->list, teller->session, record, "account", "account");
  satchel_told_add_field (teller->list, teller->session, record, "contact", "contact");
  satchel_told_add_field (teller->list, teller->session, record, "stage", "stage");
  satchel_told_add_field (teller->list, teller->session, record, "close", "expected_close");
  satchel_told_add_text (teller->list, "amount", amount);
  g_variant_builder_close (teller->list);
  teller->n++;
  return TRUE;
}

/* "contact in (…) or account in (…)"; "": none of them can have an opportunity. */
static char *
dup_whose (GHashTable *subjects)
{
  static const char *const fields[] = { "contact", "account" };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autofree char *ids = satchel_recent_join (subjects, fields[i], FALSE);

    if (*ids != '\0')
      g_string_append_printf (text, "%s%s in (%s)", text->len > 0 ? " or " : "", fields[i], ids);
  }
  return g_string_free (text, FALSE);
}

/* The next to close first; those of which nobody knows when, last. */
static gboolean
tell_opportunities (SatchelSession *session, GHashTable *subjects, GVariantBuilder *list, GError **error)
{
  static const char *const orders[] = { "expected_close is not empty", "expected_close is empty" };
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, "opportunity");
  g_autofree char *whose = dup_whose (subjects);
  Teller teller = { session, list, 0 };
  SatchelPredicateContext context;

  if (entity == NULL || *whose == '\0')
    return TRUE;
  satchel_session_get_context (session, &context);
  for (guint i = 0; i < G_N_ELEMENTS (orders) && teller.n < MOST_OPPORTUNITIES; i++) {
    g_autofree char *text = g_strdup_printf ("status = open and (%s) and %s", whose, orders[i]);
    g_autoptr (SatchelPredicate) where = satchel_predicate_parse (registry, entity, text, error);
    SatchelQuery query = { .entity = entity,
                           .where = where,
                           .sort = satchel_entity_find_field (entity, "expected_close"),
                           .limit = MOST_OPPORTUNITIES - teller.n };

    if (where == NULL || !satchel_replica_query (satchel_session_get_replica (session), &query, &context,
                                                 tell_opportunity_cb, &teller, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
tell_activities (SatchelSession *session, GHashTable *subjects, GVariantBuilder *list, GError **error)
{
  g_autoptr (GPtrArray) recent = satchel_recent_collect (session, subjects, MOST_ACTIVITIES, error);

  if (recent == NULL)
    return FALSE;
  for (guint i = 0; i < recent->len; i++) {
    const SatchelRecord *record = recent->pdata[i];
    const SatchelField *state = record->entity->state_field;
    const SatchelValue *value = state != NULL ? satchel_record_get (record, state) : NULL;

    g_variant_builder_open (list, G_VARIANT_TYPE_VARDICT);
    satchel_told_add_record (list, record);
    satchel_told_add_text (list, "kind", _ (record->entity->label));
    g_variant_builder_add (list, "{sv}", "when", g_variant_new_int64 (satchel_recent_get_time (record)));
    satchel_told_add_field (list, session, record, "owner", "owner");
    satchel_told_add_field (list, session, record, "regarding", "regarding");
    satchel_told_add_field (list, session, record, "status", "status");
    g_variant_builder_add (
        list, "{sv}", "open",
        g_variant_new_boolean (value == NULL || !satchel_entity_is_closed_state (
                                                    record->entity, satchel_value_get_string (value))));
    g_variant_builder_close (list);
  }
  return TRUE;
}

/* ---- methods ---- */

GVariant *
satchel_request_pane (const SatchelRequest *request, GError **error)
{
  g_autofree const char **addresses = NULL;
  g_autoptr (GHashTable) subjects = NULL;
  g_auto (People) people = { NULL, NULL };
  GVariantBuilder told, opportunities, activities;

  g_variant_get_child (request->arguments, 1, "^a&s", &addresses);
  if (!find_people (request->session, addresses, &people, error))
    return NULL;
  subjects = list_subjects (&people);
  g_variant_builder_init (&told, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_init (&opportunities, G_VARIANT_TYPE ("aa{sv}"));
  g_variant_builder_init (&activities, G_VARIANT_TYPE ("aa{sv}"));
  tell_people (request->session, &people, &told);
  if (tell_opportunities (request->session, subjects, &opportunities, error) &&
      tell_activities (request->session, subjects, &activities, error))
    return g_variant_new ("(aa{sv}aa{sv}aa{sv})", &told, &opportunities, &activities);
  g_variant_builder_clear (&told);
  g_variant_builder_clear (&opportunities);
  g_variant_builder_clear (&activities);
  return NULL;
}

GVariant *
satchel_request_suggest (const SatchelRequest *request, GError **error)
{
  g_autofree const char **addresses = NULL;
  g_autoptr (GPtrArray) found = NULL;
  GVariantBuilder list;
  const char *typed;

  g_variant_get_child (request->arguments, 1, "^a&s", &addresses);
  g_variant_get_child (request->arguments, 2, "&s", &typed);
  found = satchel_mail_suggest (request->session, addresses, typed, error);
  if (found == NULL)
    return NULL;
  g_variant_builder_init (&list, G_VARIANT_TYPE ("a(ssss)"));
  for (guint i = 0; i < MIN (found->len, SATCHEL_MAX_SUGGESTIONS); i++) {
    const SatchelMailSuggestion *suggestion = found->pdata[i];

    g_variant_builder_add (&list, "(ssss)", suggestion->entity, suggestion->id, suggestion->title,
                           suggestion->why != NULL ? suggestion->why : "");
  }
  return g_variant_new ("(a(ssss))", &list);
}

/* To nothing that is not known here: the application would have nothing to show. */
GVariant *
satchel_request_link (const SatchelRequest *request, GError **error)
{
  g_autofree char *title = NULL, *link = NULL;
  const char *entity, *id;

  g_variant_get_child (request->arguments, 1, "&s", &entity);
  g_variant_get_child (request->arguments, 2, "&s", &id);
  title = satchel_replica_dup_name (entity, id, satchel_session_get_replica (request->session));
  if (title == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no such record here"));
    return NULL;
  }
  link = satchel_told_link (entity, id);
  return g_variant_new ("(s)", link);
}
