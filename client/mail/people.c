/* Looking people up by their addresses, and from them what a message may be about.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/people.h"

#include <glib/gi18n.h>
#include <string.h>

#include "client/mail/query-private.h"
#include "client/replica/query.h"
#include "protocol/error.h"

#define MOST_PEOPLE    20
#define MOST_ADDRESSES 20 /* whose people are looked at for suggestions */
#define MOST_OPEN      20 /* of a kind, of one person */

/* ---- asking ---- */

static gboolean
take_cb (const SatchelRecord *record, gpointer data)
{
  g_ptr_array_add (data, satchel_record_copy (record));
  return TRUE;
}

gboolean
satchel_mail_query (SatchelSession *session, const SatchelEntity *entity, JsonNode *condition,
                    const char *find, gint64 limit, GPtrArray *records, GError **error)
{
  g_autoptr (JsonNode) taken = condition;
  g_autoptr (SatchelPredicate) where = NULL;
  SatchelPredicateContext context;
  SatchelQuery query = { .entity = entity, .find = find, .limit = limit };

  if (condition != NULL) {
    where = satchel_predicate_from_json (satchel_session_get_registry (session), entity, condition, error);
    if (where == NULL)
      return FALSE;
  }
  query.where = where;
  satchel_session_get_context (session, &context);
  return satchel_replica_query (satchel_session_get_replica (session), &query, &context, take_cb, records,
                                error);
}

static JsonNode *
take_object (JsonObject *object)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, object);
  return node;
}

JsonNode *
satchel_mail_condition (const char *field, const char *const *values)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (; *values != NULL; values++)
    json_array_add_string_element (array, *values);
  json_object_set_string_member (object, "field", field);
  json_object_set_string_member (object, "op", "in");
  json_object_set_array_member (object, "values", array);
  return take_object (object);
}

static JsonNode *
join (const char *how, JsonNode *one, JsonNode *other)
{
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  if (one == NULL) {
    json_object_unref (object);
    json_array_unref (array);
    return other;
  }
  json_array_add_element (array, one);
  json_array_add_element (array, other);
  json_object_set_array_member (object, how, array);
  return take_object (object);
}

/* ---- people ---- */

static gboolean
is_active (const SatchelRecord *record)
{
  const SatchelValue *status = satchel_entity_find_field (record->entity, "status") != NULL
                                   ? satchel_record_get_by_name (record, "status")
                                   : NULL;

  return status == NULL ||
         g_strv_contains ((const char *const[]){ "active", "open", NULL }, satchel_value_get_string (status));
}

/* "ana.pop@example.com" as "Ana.Pop@example.com": capital initials of what stands before @end, which is NULL
 * or within @lower. */
static char *
dup_with_initials (const char *lower, const char *end)
{
  const gsize length = end != NULL ? (gsize)(end - lower) : strlen (lower);
  char *text = g_strdup (lower);

  for (gsize i = 0; i < length; i++) {
    if (i == 0 || strchr (".-_@", lower[i - 1]) != NULL)
      text[i] = g_ascii_toupper (text[i]);
  }
  return text;
}

/* By the index, as it was written and as people write addresses; thoroughly, whatever the case, for which all
 * rows are looked at. */
static JsonNode *
ask_for (const SatchelField *field, const char *address, gboolean thorough)
{
  g_autofree char *lower = g_utf8_strdown (address, -1), *upper = g_utf8_strup (address, -1);
  g_autofree char *name = dup_with_initials (lower, strchr (lower, '@'));
  g_autofree char *firm = dup_with_initials (lower, strrchr (lower, '.'));
  g_autofree char *all = dup_with_initials (lower, NULL);
  const char *values[] = { address, lower, upper, name, firm, all, NULL };
  JsonObject *object;

  if (!thorough)
    return satchel_mail_condition (field->name, values);
  object = json_object_new ();
  json_object_set_string_member (object, "field", field->name);
  json_object_set_string_member (object, "op", "starts with");
  json_object_set_string_member (object, "value", address);
  return take_object (object);
}

static gboolean
has_address (const SatchelRecord *record, const char *address)
{
  g_autofree char *folded = g_utf8_casefold (address, -1);

  for (guint i = 0; i < record->entity->n_fields; i++) {
    g_autofree char *own =
        record->entity->fields[i]->format == SATCHEL_FORMAT_EMAIL && record->values[i] != NULL
            ? g_utf8_casefold (satchel_value_get_string (record->values[i]), -1)
            : NULL;

    if (g_strcmp0 (own, folded) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
list_people (SatchelSession *session, const SatchelEntity *entity, const char *address, gboolean thorough,
             GPtrArray *people, GError **error)
{
  JsonNode *condition = NULL;

  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];

    if (field->format == SATCHEL_FORMAT_EMAIL && field->search == SATCHEL_SEARCH_EXACT && !field->retired)
      condition = join ("or", condition, ask_for (field, address, thorough));
  }
  return condition == NULL ||
         satchel_mail_query (session, entity, condition, NULL, MOST_PEOPLE, people, error);
}

static gboolean
list_all (SatchelSession *session, const char *address, gboolean thorough, GPtrArray *people, GError **error)
{
  static const char *const kinds[] = { "contact", "lead", "account", "user" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), kinds[i]);

    if (entity != NULL && !entity->retired &&
        !list_people (session, entity, address, thorough, people, error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
satchel_mail_people (SatchelSession *session, const char *address, GError **error)
{
  return satchel_mail_people_in (session, address, TRUE, error);
}

GPtrArray *
satchel_mail_people_at_hand (SatchelSession *session, const char *address, GError **error)
{
  return satchel_mail_people_in (session, address, FALSE, error);
}

GPtrArray *
satchel_mail_people_in (SatchelSession *session, const char *address, gboolean thorough, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (GPtrArray) sorted = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);

  if (!list_all (session, address, thorough, found, error))
    return NULL;
  for (guint active = 2; active-- > 0;)
    for (guint i = 0; i < found->len && sorted->len < MOST_PEOPLE; i++)
      if (is_active (found->pdata[i]) == (gboolean)active && has_address (found->pdata[i], address))
        g_ptr_array_add (sorted, satchel_record_copy (found->pdata[i]));
  return g_steal_pointer (&sorted);
}

gboolean
satchel_mail_is_me (SatchelSession *session, const char *address)
{
  const SatchelEntity *entity = satchel_registry_find (satchel_session_get_registry (session), "user");
  const char *user = satchel_session_get_user (session);
  g_autoptr (SatchelRecord) me = NULL;

  if (entity == NULL || user == NULL ||
      !satchel_replica_read (satchel_session_get_replica (session), entity, user, &me, NULL) || me == NULL)
    return FALSE;
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelValue *value = me->values[i];

    if (entity->fields[i]->format == SATCHEL_FORMAT_EMAIL && value != NULL &&
        g_ascii_strcasecmp (satchel_value_get_string (value), address) == 0)
      return TRUE;
  }
  return FALSE;
}

/* ---- suggestions ---- */

typedef struct {
  SatchelSession *session;
  GPtrArray *list;  /* SatchelMailSuggestion* */
  GHashTable *seen; /* ids, borrowed from the list */
  GStrv words;      /* of what was typed, folded; empty: nothing was */
} Suggesting;

void
satchel_mail_suggestion_free (SatchelMailSuggestion *suggestion)
{
  g_free (suggestion->entity);
  g_free (suggestion->id);
  g_free (suggestion->title);
  g_free (suggestion->why);
  g_free (suggestion);
}

/* Each word begins one of the title's. */
static gboolean
fits (const Suggesting *suggesting, const char *title)
{
  g_autofree char *folded = g_utf8_casefold (title, -1);

  for (guint i = 0; suggesting->words[i] != NULL; i++) {
    const char *at = strstr (folded, suggesting->words[i]);

    while (at != NULL && at != folded && g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at))))
      at = strstr (at + 1, suggesting->words[i]);
    if (at == NULL)
      return FALSE;
  }
  return TRUE;
}

/* Takes @why. */
static void
suggest (Suggesting *suggesting, const SatchelRecord *record, gboolean found, char *why)
{
  g_autofree char *taken = why;
  g_autofree char *title = satchel_record_dup_title (record);
  SatchelMailSuggestion *suggestion;

  if (suggesting->list->len >= SATCHEL_MAX_SUGGESTIONS ||
      g_hash_table_contains (suggesting->seen, record->id) || (!found && !fits (suggesting, title)))
    return;
  suggestion = g_new (SatchelMailSuggestion, 1);
  suggestion->entity = g_strdup (record->entity->name);
  suggestion->id = g_strdup (record->id);
  suggestion->title = g_steal_pointer (&title);
  suggestion->why = g_steal_pointer (&taken);
  g_ptr_array_add (suggesting->list, suggestion);
  g_hash_table_add (suggesting->seen, suggestion->id);
}

/* What is open of @kind and names @person by @field. */
static gboolean
suggest_open (Suggesting *suggesting, const char *kind, const char *field, const SatchelRecord *person,
              GError **error)
{
  const gboolean is_case = g_str_equal (kind, "case");
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (suggesting->session), kind);
  const char *const ids[] = { person->id, NULL }, *const open[] = { "open", NULL };
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autofree char *name = satchel_record_dup_title (person);

  if (entity == NULL || entity->retired)
    return TRUE;
  if (!satchel_mail_query (
          suggesting->session, entity,
          join ("and", satchel_mail_condition (field, ids), satchel_mail_condition ("status", open)), NULL,
          MOST_OPEN, records, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    suggest (suggesting, records->pdata[i], FALSE,
             is_case ? g_strdup_printf (_ ("Open case of %s"), name)
                     : g_strdup_printf (_ ("Open opportunity of %s"), name));
  return TRUE;
}

static SatchelRecord *
read_account (SatchelSession *session, const SatchelRecord *person)
{
  const SatchelField *field = satchel_entity_find_field (person->entity, "account");
  const SatchelValue *value = field != NULL ? satchel_record_get (person, field) : NULL;
  SatchelRecord *account = NULL;

  if (value != NULL &&
      !satchel_replica_read (satchel_session_get_replica (session),
                             satchel_registry_find (satchel_session_get_registry (session), "account"),
                             satchel_value_get_id (value), &account, NULL))
    return NULL;
  return account;
}

static gboolean
suggest_for (Suggesting *suggesting, const SatchelRecord *person, GError **error)
{
  const char *kind = person->entity->name;
  g_autoptr (SatchelRecord) account = NULL;
  g_autofree char *name = satchel_record_dup_title (person);

  if (g_str_equal (kind, "user"))
    return TRUE;
  if (!g_str_equal (kind, "lead") && (!suggest_open (suggesting, "opportunity", kind, person, error) ||
                                      !suggest_open (suggesting, "case", kind, person, error)))
    return FALSE;
  account = read_account (suggesting->session, person);
  if (account != NULL && (!suggest_open (suggesting, "opportunity", "account", account, error) ||
                          !suggest_open (suggesting, "case", "account", account, error)))
    return FALSE;
  suggest (suggesting, person, FALSE, g_strdup (_ (person->entity->label)));
  if (account != NULL)
    suggest (suggesting, account, FALSE, g_strdup_printf (_ ("Account of %s"), name));
  return TRUE;
}

static gboolean
suggest_by_addresses (Suggesting *suggesting, const char *const *addresses, GError **error)
{
  for (guint i = 0; addresses[i] != NULL && i < MOST_ADDRESSES; i++) {
    SatchelMailAddress *address = satchel_mail_address_read (addresses[i]);
    g_autoptr (GPtrArray) people = NULL;

    if (address == NULL)
      continue;
    people = satchel_mail_people_at_hand (suggesting->session, address->address, error);
    satchel_mail_address_free (address);
    if (people == NULL)
      return FALSE;
    for (guint j = 0; j < people->len; j++)
      if (!suggest_for (suggesting, people->pdata[j], error))
        return FALSE;
  }
  return TRUE;
}

/* Of everything that an email may regard. */
static gboolean
suggest_by_words (Suggesting *suggesting, const char *typed, GError **error)
{
  SatchelRegistry *registry = satchel_session_get_registry (suggesting->session);
  const SatchelField *field =
      satchel_entity_find_field (satchel_registry_find (registry, "email"), "regarding");

  for (guint i = 0; i < field->n_targets; i++) {
    const SatchelEntity *entity = satchel_registry_find (registry, field->targets[i]);
    g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);

    if (entity->retired)
      continue;
    if (!satchel_mail_query (suggesting->session, entity, NULL, typed, 10, records, error))
      return FALSE;
    for (guint j = 0; j < records->len; j++)
      suggest (suggesting, records->pdata[j], TRUE, g_strdup (_ (entity->label)));
  }
  return TRUE;
}

GPtrArray *
satchel_mail_suggest (SatchelSession *session, const char *const *addresses, const char *typed,
                      GError **error)
{
  g_autofree char *clean = satchel_mail_is_blank (typed) ? NULL : g_strstrip (g_strdup (typed));
  g_autofree char *folded = g_utf8_casefold (clean != NULL ? clean : "", -1);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_mail_suggestion_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) words = g_str_tokenize_and_fold (folded, NULL, NULL);
  Suggesting suggesting = { session, list, seen, words };

  if (!suggest_by_addresses (&suggesting, addresses, error) ||
      (clean != NULL && !suggest_by_words (&suggesting, clean, error)))
    return NULL;
  return g_steal_pointer (&list);
}

gboolean
satchel_mail_is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}
