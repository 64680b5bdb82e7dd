/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/exchange/import.h"

#include <glib/gi18n.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "client/exchange/calendar.h"
#include "client/exchange/card.h"
#include "client/exchange/contact.h"
#include "client/exchange/fit.h"
#include "client/exchange/items.h"
#include "protocol/error.h"

#define ITEMS_PER_BATCH 200
#define ERRORS_FOLDER   "import-errors"

typedef struct {
  SatchelSession *session;
  SatchelExchange *x;
  SatchelItems *items;
  const SatchelEntity *only; /* or NULL */
  const SatchelImportOptions *options;
  SatchelImportSummary *summary;
  gint64 *n_matched;
  GPtrArray *refused; /* SatchelItem*, with their problems */
} Import;

gboolean
satchel_exchange_takes (const char *path)
{
  static const char *const ENDINGS[] = { ".vcf", ".vcard", ".ics", ".ical" };
  g_autofree char *lower = g_ascii_strdown (path, -1);

  for (guint i = 0; i < G_N_ELEMENTS (ENDINGS); i++) {
    if (g_str_has_suffix (lower, ENDINGS[i]))
      return TRUE;
  }
  return FALSE;
}

/* ---- one item ---- */

static void
refuse (Import *import, SatchelItem *item, const char *reason)
{
  if (item->problem == NULL)
    item->problem = g_strdup (reason);
  g_ptr_array_add (import->refused, item);
}

/* FALSE with @error: the import ends. */
static gboolean
refuse_or_end (Import *import, SatchelItem *item, GError *problem, GError **error)
{
  if (satchel_error_is_general (problem)) {
    g_propagate_error (error, problem);
    return FALSE;
  }
  refuse (import, item, problem->message);
  g_error_free (problem);
  return TRUE;
}

static const char *
entity_of (const SatchelItem *item)
{
  static const char *const NAMES[] = { "contact", "appointment", "task", NULL };

  return NAMES[item->kind];
}

/* Parsed, and read into @record: once for an item that is new, once more upon what is here. */
typedef struct {
  EContact *card;
  ICalComponent *calendar, *component;
} Parsed;

static void
parsed_clear (Parsed *parsed)
{
  g_clear_object (&parsed->card);
  g_clear_object (&parsed->component);
  g_clear_object (&parsed->calendar);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Parsed, parsed_clear)

static gboolean
parse (Import *import, const SatchelItem *item, Parsed *parsed, GError **error)
{
  g_autofree char *text = satchel_items_dup_text (import->items, item, error);
  g_autoptr (GPtrArray) parts = NULL;

  if (text == NULL)
    return FALSE;
  if (item->kind == SATCHEL_ITEM_CARD) {
    parsed->card = e_contact_new_from_vcard (text);
    return TRUE;
  }
  parsed->calendar = satchel_calendar_parse (text);
  if (parsed->calendar != NULL)
    parts = satchel_calendar_list (
        parsed->calendar, item->kind == SATCHEL_ITEM_EVENT ? I_CAL_VEVENT_COMPONENT : I_CAL_VTODO_COMPONENT);
  if (parts == NULL || parts->len != 1) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("it cannot be understood"));
    return FALSE;
  }
  parsed->component = g_object_ref (parts->pdata[0]);
  return TRUE;
}

/* What a mirror would leave to stand must not get lost here. */
static gboolean
read_record (Import *import, const SatchelItem *item, const Parsed *parsed, SatchelRecord *record,
             GError **error)
{
  gboolean read = item->kind == SATCHEL_ITEM_CARD
                      ? satchel_contact_read (import->x, parsed->card, record, error)
                  : item->kind == SATCHEL_ITEM_EVENT
                      ? satchel_event_read (import->x, parsed->calendar, parsed->component, record, error)
                      : satchel_todo_read (import->x, parsed->calendar, parsed->component, record, error);

  if (!read || import->x->problems->len == 0)
    return read;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, import->x->problems->pdata[0]);
  return FALSE;
}

/* The account that a card names and nobody has is made. */
static gboolean
make_account (Import *import, EContact *card, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (import->x->registry, "account");
  const SatchelField *field = satchel_entity_find_field (entity, "name");
  const char *const orgs[] = { EVC_ORG, NULL };
  const char *const fields[] = { "name", NULL };
  g_autofree char *part = satchel_card_get_part (satchel_card_find (E_VCARD (card), orgs), 0);
  g_autoptr (SatchelValue) name = satchel_fit_text (import->x, field, part, " ", TRUE);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (SatchelRecord) account = satchel_record_new (entity, NULL);
  g_autofree char *set = NULL;

  if (name == NULL)
    return TRUE;
  found = satchel_exchange_find (import->session, entity, fields, satchel_value_get_string (name));
  if (found->len > 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("there are several accounts “%s”"),
                 satchel_value_get_string (name));
    return FALSE;
  }
  account->id = satchel_id_new (satchel_session_get_clock (import->session));
  satchel_record_set (account, field, name);
  set = satchel_session_create (import->session, account, error);
  import->summary->lookups_created += set != NULL;
  return set != NULL;
}

static gboolean
leaves (const Import *import, const char *property)
{
  return g_ptr_array_find_with_equal_func (import->x->left, property, g_str_equal, NULL);
}

/* ---- what is here already ---- */

static gboolean
has_text (const SatchelRecord *record, const char *field, const char *text)
{
  return g_str_equal (satchel_fit_get (record, field), text);
}

static SatchelRecord *
find_by_uid (Import *import, const SatchelRecord *record, const char *field)
{
  const char *const fields[] = { field, NULL };
  const char *uid = satchel_fit_get (record, field);
  const SatchelField *original = satchel_entity_find_field (record->entity, "original_start");
  g_autoptr (GPtrArray) found =
      *uid != '\0' ? satchel_exchange_find (import->session, record->entity, fields, uid) : NULL;

  for (guint i = 0; found != NULL && i < found->len; i++) {
    if (original == NULL || satchel_value_equal (satchel_record_get (found->pdata[i], original),
                                                 satchel_record_get (record, original)))
      return satchel_record_copy (found->pdata[i]);
  }
  return NULL;
}

static SatchelRecord *
find_by_address (Import *import, const SatchelRecord *record)
{
  static const char *const FIELDS[] = { "email", "email2", "email3", NULL };

  for (guint i = 0; FIELDS[i] != NULL; i++) {
    const char *address = satchel_fit_get (record, FIELDS[i]);
    g_autoptr (GPtrArray) found =
        *address != '\0' ? satchel_exchange_find (import->session, record->entity, FIELDS, address) : NULL;

    for (guint j = 0; found != NULL && j < found->len; j++) {
      if (has_text (found->pdata[j], "last_name", satchel_fit_get (record, "last_name")) &&
          has_text (found->pdata[j], "first_name", satchel_fit_get (record, "first_name")))
        return satchel_record_copy (found->pdata[j]);
    }
  }
  return NULL;
}

/* *matched: by name and address. Owned, or NULL. */
static SatchelRecord *
find_existing (Import *import, const SatchelItem *item, const SatchelRecord *record, gboolean *matched)
{
  SatchelRecord *found =
      find_by_uid (import, record, item->kind == SATCHEL_ITEM_CARD ? "card_id" : "calendar_id");

  *matched = FALSE;
  if (found == NULL && item->kind == SATCHEL_ITEM_CARD) {
    found = find_by_address (import, record);
    *matched = found != NULL;
  }
  return found;
}

/* What stands in for an occurrence refers to the record of its series. */
static gboolean
set_series (Import *import, SatchelRecord *record, GError **error)
{
  g_autoptr (SatchelRecord) probe = NULL, series = NULL;

  if (satchel_entity_find_field (record->entity, "series") == NULL ||
      satchel_record_get_by_name (record, "original_start") == NULL)
    return TRUE;
  probe = satchel_record_copy (record);
  satchel_record_set_by_name (probe, "original_start", NULL);
  series = find_by_uid (import, probe, "calendar_id");
  if (series == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         _ ("it stands in for one of a series, and the series is not here"));
    return FALSE;
  }
  satchel_fit_set (record, "series", satchel_value_new_lookup ("appointment", series->id));
  return TRUE;
}

/* An item of a calendar has the same id on every device that takes it, unless that stands for something else
 * here. */
static gboolean
share_id (Import *import, SatchelRecord *record, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (import->session);
  g_autoptr (SatchelRecord) other = NULL;
  char *id = satchel_entity_find_field (record->entity, "calendar_id") != NULL
                 ? satchel_calendar_record_id (satchel_replica_peek_meta (replica, "organisation"), record)
                 : NULL;

  if (id == NULL)
    return TRUE;
  if (!satchel_replica_read (replica, record->entity, id, &other, error)) {
    g_free (id);
    return FALSE;
  }
  if (other != NULL) {
    g_free (id);
    return TRUE;
  }
  g_free (record->id);
  record->id = id;
  return TRUE;
}

/* ---- writing ---- */

/* A file says nothing of what it does not hold: no field is emptied, but for those that say together when
 * something is. */
static GPtrArray *
list_changes (const SatchelRecord *existing, const SatchelRecord *record)
{
  GPtrArray *changes = satchel_exchange_list_changes (existing, record);

  for (guint i = changes->len; i > 0; i--) {
    const SatchelFieldValue *change = changes->pdata[i - 1];

    if (change->value == NULL && g_strcmp0 (change->field->group, "time") != 0)
      g_ptr_array_remove_index (changes, i - 1);
  }
  return changes;
}

static gboolean
update (Import *import, const SatchelItem *item, const Parsed *parsed, const SatchelRecord *existing,
        gboolean matched, GError **error)
{
  g_autoptr (SatchelRecord) record = satchel_record_copy (existing);
  g_autoptr (GPtrArray) changes = NULL;
  g_autofree char *set = NULL;

  if (!read_record (import, item, parsed, record, error))
    return FALSE;
  changes = list_changes (existing, record);
  set = satchel_session_update (import->session, record->entity, record->id, changes, error);
  if (set == NULL)
    return FALSE;
  import->summary->updated += *set != '\0';
  import->summary->unchanged += *set == '\0';
  *import->n_matched += matched;
  return TRUE;
}

static gboolean
write_item (Import *import, const SatchelItem *item, GError **error)
{
  const SatchelEntity *entity = satchel_registry_find (import->x->registry, entity_of (item));
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, NULL), existing = NULL;
  g_auto (Parsed) parsed = { 0 };
  g_autofree char *set = NULL;
  gboolean matched;

  record->id = satchel_id_new (satchel_session_get_clock (import->session));
  if (!parse (import, item, &parsed, error) || !read_record (import, item, &parsed, record, error))
    return FALSE;
  if (item->kind == SATCHEL_ITEM_CARD && leaves (import, EVC_ORG) &&
      (!make_account (import, parsed.card, error) || !read_record (import, item, &parsed, record, error)))
    return FALSE;
  for (guint i = 0; i < import->x->left->len; i++) {
    if (!g_str_equal (import->x->left->pdata[i], "X-SATCHEL-REASON") &&
        !g_ptr_array_find_with_equal_func (import->summary->ignored, import->x->left->pdata[i], g_str_equal,
                                           NULL))
      g_ptr_array_add (import->summary->ignored, g_strdup (import->x->left->pdata[i]));
  }
  existing = find_existing (import, item, record, &matched);
  if (existing != NULL)
    return update (import, item, &parsed, existing, matched, error);
  if (!set_series (import, record, error) || !share_id (import, record, error))
    return FALSE;
  satchel_record_leave_out_retired (record);
  set = satchel_session_create (import->session, record, error);
  import->summary->created += set != NULL;
  return set != NULL;
}

static gboolean
take_item (Import *import, SatchelItem *item, GError **error)
{
  const char *name = entity_of (item);
  GError *problem = NULL;

  import->summary->rows++;
  if (name == NULL && item->problem == NULL)
    item->problem = g_strdup_printf (_ ("%s: only contacts, appointments and tasks are taken"), item->name);
  else if (import->only != NULL && g_strcmp0 (name, import->only->name) != 0 && item->problem == NULL)
    item->problem = g_strdup_printf (_ ("it is of the kind “%s”, and another one was asked for"), name);
  if (item->problem != NULL)
    refuse (import, item, NULL);
  else if (!write_item (import, item, &problem))
    return refuse_or_end (import, item, problem, error);
  return TRUE;
}

/* A series before what stands in for its occurrences, wherever they are in the file. */
static GPtrArray *
list_in_order (const SatchelItems *items)
{
  GPtrArray *order = g_ptr_array_sized_new (items->items->len);

  for (guint instances = 0; instances < 2; instances++) {
    for (guint i = 0; i < items->items->len; i++) {
      SatchelItem *item = items->items->pdata[i];
      g_autofree char *original =
          item->kind == SATCHEL_ITEM_EVENT ? satchel_item_dup_property (item, "RECURRENCE-ID") : NULL;

      if ((original != NULL) == (instances == 1))
        g_ptr_array_add (order, item);
    }
  }
  return order;
}

static gboolean
take_items (Import *import, GError **error)
{
  const SatchelImportOptions *options = import->options;
  g_autoptr (GPtrArray) order = list_in_order (import->items);

  for (guint i = 0; i < order->len; i++) {
    if (options->interrupted != NULL && options->interrupted ()) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_CANCELLED, _ ("interrupted after %u of %u items"), i,
                   order->len);
      return FALSE;
    }
    /* A dry run is one batch, so that later items find what earlier ones made. */
    if (i > 0 && i % ITEMS_PER_BATCH == 0 && !options->dry_run &&
        (!satchel_session_commit_batch (import->session, error) ||
         !satchel_session_begin_batch (import->session, error)))
      return FALSE;
    if (i % ITEMS_PER_BATCH == 0 && options->progress != NULL)
      options->progress (i, order->len, options->data);
    if (!take_item (import, order->pdata[i], error))
      return FALSE;
  }
  return TRUE;
}

/* ---- errors ---- */

static void
append_refused (GString *text, const SatchelItems *items, const SatchelItem *item)
{
  g_autofree char *reason = g_strdup (item->problem);
  gboolean wrapped = item->kind != SATCHEL_ITEM_CARD;
  const char *first = memchr (item->bytes, '\n', item->size);
  gsize head = first != NULL ? (gsize)(first + 1 - item->bytes) : 0;

  g_strdelimit (reason, "\r\n", ' ');
  if (wrapped) {
    g_string_append (text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for (guint i = 0; i < items->zones->len; i++) {
      const SatchelItem *zone = items->zones->pdata[i];

      if (zone->calendar == item->calendar &&
          memmem (item->bytes, item->size, zone->tzid, strlen (zone->tzid)) != NULL) {
        g_string_append_len (text, zone->bytes, (gssize)zone->size);
        g_string_append (text, "\r\n");
      }
    }
  }
  g_string_append_len (text, item->bytes, (gssize)head);
  g_string_append_printf (text, "X-SATCHEL-REASON:%s\r\n", reason);
  g_string_append_len (text, item->bytes + head, (gssize)(item->size - head));
  g_string_append (text, wrapped ? "\r\nEND:VCALENDAR\r\n" : "\r\n");
}

static char *
default_errors_path (Import *import, const char *path, GError **error)
{
  g_autofree char *folder =
      g_build_filename (satchel_session_get_directory (import->session), ERRORS_FOLDER, NULL);
  g_autofree char *base = g_path_get_basename (path), *time = NULL, *name = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_utc (
      satchel_clock_now_ms (satchel_session_get_clock (import->session)) / 1000);
  char *dot = strrchr (base, '.');

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s: %s", folder, g_strerror (errno));
    return NULL;
  }
  time = g_date_time_format (now, "%Y%m%dT%H%M%S");
  name = g_strdup_printf ("%.*s-%s%s", dot != NULL ? (int)(dot - base) : (int)strlen (base), base, time,
                          dot != NULL ? dot : "");
  return g_build_filename (folder, name, NULL);
}

/* Readable by the user alone. */
static gboolean
report_errors (Import *import, const char *path, GError **error)
{
  g_autofree char *errors_path = g_strdup (import->options->errors_path);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) problem = NULL;

  import->summary->rejected = import->refused->len;
  if (import->refused->len == 0)
    return TRUE;
  for (guint i = 0; i < import->refused->len; i++)
    append_refused (text, import->items, import->refused->pdata[i]);
  if (errors_path == NULL && (errors_path = default_errors_path (import, path, error)) == NULL)
    return FALSE;
  if (!g_file_set_contents_full (errors_path, text->str, (gssize)text->len, G_FILE_SET_CONTENTS_CONSISTENT,
                                 0600, &problem)) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, problem->message);
    return FALSE;
  }
  import->summary->errors_file = g_steal_pointer (&errors_path);
  return TRUE;
}

/* ---- all ---- */

static GBytes *
load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = satchel_import_open (path, error);

  return file != NULL ? g_mapped_file_get_bytes (file) : NULL;
}

static gboolean
run (Import *import, const char *path, GError **error)
{
  gboolean done;

  if (!satchel_session_begin_batch (import->session, error))
    return FALSE;
  done = take_items (import, error);
  if (import->options->dry_run)
    satchel_session_rollback_batch (import->session);
  else if (!satchel_session_commit_batch (import->session, done ? error : NULL))
    done = FALSE;
  return report_errors (import, path, done ? error : NULL) && done;
}

gboolean
satchel_exchange_import (SatchelSession *session, const SatchelEntity *entity, const char *path,
                         const SatchelImportOptions *options, SatchelImportSummary *summary,
                         gint64 *n_matched, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (SatchelExchange) x = satchel_exchange_new (session);
  g_autoptr (GPtrArray) refused = g_ptr_array_new ();
  g_autoptr (SatchelItems) items = NULL;

  *summary = (SatchelImportSummary){ .ignored = g_ptr_array_new_with_free_func (g_free) };
  *n_matched = 0;
  bytes = load (path, error);
  if (bytes == NULL)
    return FALSE;
  items = satchel_items_split (bytes);
  if (items->items->len == 0) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, _ ("“%s” holds no vCard and no calendar item"),
                 path);
    return FALSE;
  }
  Import import = { .session = session,
                    .x = x,
                    .items = items,
                    .only = entity,
                    .options = options,
                    .summary = summary,
                    .n_matched = n_matched,
                    .refused = refused };

  return run (&import, path, error);
}
