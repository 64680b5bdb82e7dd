/* What people do in the simulated world: write, delete, assign, resolve, retry, lose the network, lose power.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "protocol/error.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/files.h"

static const char *const entities[] = { "account", "contact",   "lead",  "opportunity",  "task",
                                        "note",    "x_machine", "email", "mail_template" };

static const char *const words[] = { "excavator", "grader",  "plough", "北京机械",
                                     "deal",      "șantier", "Kran",   "offer" };

/* A person is told "no" for these and goes on; anything else is a fault of ours. */
static void
expect_refusal (SimDevice *device, const GError *error, const char *what)
{
  if (sim_disk_excuses (device->world, error))
    return;
  switch (satchel_error_code (error)) {
  case SATCHEL_ERROR_RULE:
  case SATCHEL_ERROR_STATE:
  case SATCHEL_ERROR_REFERENCE:
  case SATCHEL_ERROR_NOT_FOUND:
  case SATCHEL_ERROR_FORBIDDEN:
    return;
  default:
    sim_fail (device->world, "device %u, %s: %s", device->index, what, error->message);
  }
}

void
sim_written (SimDevice *device, const char *uuid, const GError *error, const char *what)
{
  if (uuid == NULL)
    expect_refusal (device, error, what);
  sim_tell (device->world, "device %u %s %s", device->index, what, uuid != NULL ? uuid : error->message);
  sim_ledger_note (device);
}

/* Half of the time people work on the same few records and fields: that is where they meet. */
#define PERCENT_HOT 50
#define HOT_RECORDS 3
#define HOT_FIELDS  6

char *
sim_pick_record (SimDevice *device, const SatchelEntity *entity, const char *where)
{
  SimWorld *world = device->world;
  sqlite3 *db = satchel_database_get_handle (
      satchel_replica_get_database (satchel_session_get_replica (device->session)));
  g_autofree char *sql =
      g_strdup_printf ("SELECT id FROM %s WHERE %s ORDER BY id LIMIT 1 OFFSET ?1 %% max(1, (SELECT "
                       "count(*) FROM %s WHERE %s))",
                       satchel_sql_table (entity), where, satchel_sql_table (entity), where);
  sqlite3_stmt *statement = NULL;
  char *id = NULL;
  if (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) != SQLITE_OK)
    sim_fail (world, "%s: %s", sql, sqlite3_errmsg (db));
  sqlite3_bind_int (statement, 1,
                    sim_random (world, sim_chance (world, PERCENT_HOT) ? HOT_RECORDS : 1 << 20));
  if (sqlite3_step (statement) == SQLITE_ROW)
    id = g_strdup ((const char *)sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return id;
}

/* Rather one whose history somebody has looked at, which must go with it. */
static char *
pick_to_lose (SimDevice *device, const SatchelEntity *entity)
{
  char *id = sim_chance (device->world, 50)
                 ? sim_pick_record (device, entity, "id IN (SELECT record FROM history)")
                 : NULL;
  return id != NULL ? id : sim_pick_record (device, entity, "true");
}

static const SatchelEntity *
pick_entity (SimDevice *device)
{
  guint index = sim_random (device->world, G_N_ELEMENTS (entities));
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), entities[index]);
  return entity != NULL ? entity
                        : satchel_registry_find (satchel_session_get_registry (device->session), entities[0]);
}

static char *
words_text (SimWorld *world, guint most)
{
  GString *text = g_string_new (NULL);
  for (guint n = 1 + sim_random (world, most); n > 0; n--)
    g_string_append_printf (text, "%s%s %05u", text->len > 0 ? " " : "",
                            words[sim_random (world, G_N_ELEMENTS (words))], sim_random (world, 100000));
  return g_string_free (text, FALSE);
}

static char *
string_text (SimWorld *world, const SatchelField *field)
{
  switch (field->format) {
  case SATCHEL_FORMAT_EMAIL:
    return g_strdup_printf ("n%u@example.com", sim_random (world, 50));
  case SATCHEL_FORMAT_PHONE:
    return g_strdup_printf ("+40 7%02u 555", sim_random (world, 100));
  case SATCHEL_FORMAT_URL:
    return g_strdup_printf ("https://n%u.example.com", sim_random (world, 50));
  case SATCHEL_FORMAT_YEAR:
    return g_strdup_printf ("%u", 1950 + sim_random (world, 70));
  case SATCHEL_FORMAT_TIMEZONE:
    return g_strdup ("Europe/Bucharest");
  default:
    return words_text (world, field->type == SATCHEL_TYPE_TEXT ? 12 : 2);
  }
}

/* A value a person might type into the field; NULL where this simulation types nothing. */
static char *
typed_text (SimDevice *device, const SatchelField *field)
{
  SimWorld *world = device->world;
  switch (field->type) {
  case SATCHEL_TYPE_STRING:
  case SATCHEL_TYPE_TEXT:
    return string_text (world, field);
  case SATCHEL_TYPE_INTEGER:
  case SATCHEL_TYPE_DURATION:
    return g_strdup_printf ("%u", sim_random (world, 100));
  case SATCHEL_TYPE_DECIMAL:
  case SATCHEL_TYPE_MONEY:
    return g_strdup_printf ("%u.5", sim_random (world, 90));
  case SATCHEL_TYPE_BOOLEAN:
    return g_strdup (sim_chance (world, 50) ? "yes" : "no");
  case SATCHEL_TYPE_DATE:
    return g_strdup_printf ("2026-%02u-%02u", 1 + sim_random (world, 12), 1 + sim_random (world, 28));
  case SATCHEL_TYPE_DATETIME:
    return g_strdup_printf ("2026-%02u-11T08:30:00Z", 1 + sim_random (world, 12));
  case SATCHEL_TYPE_CHOICE:
    return g_strdup (field->choices[sim_random (world, field->n_choices)].key);
  case SATCHEL_TYPE_MULTICHOICE:
    return field->open ? g_strdup_printf ("tag%u, tag%u", sim_random (world, 6), sim_random (world, 6))
                       : NULL;
  case SATCHEL_TYPE_LOOKUP: {
    if (g_str_equal (field->name, "owner"))
      return NULL; /* by assign */
    guint target = sim_random (world, field->n_targets);
    const SatchelEntity *entity =
        satchel_registry_find (satchel_session_get_registry (device->session), field->targets[target]);
    g_autofree char *id = sim_pick_record (device, entity, "true");
    if (id == NULL)
      return NULL;
    return field->n_targets == 1 ? g_strdup (id) : g_strdup_printf ("%s:%s", field->targets[target], id);
  }
  default:
    return NULL;
  }
}

static SatchelValue *
typed_value (SimDevice *device, const SatchelField *field)
{
  if (field->type == SATCHEL_TYPE_FILE)
    return sim_file_new (device);
  g_autofree char *text = typed_text (device, field);
  SatchelValue *value = NULL;
  g_autoptr (GError) error = NULL;
  if (text == NULL || !satchel_value_from_text (field, text, &value, &error))
    return NULL;
  return value;
}

static const SatchelField *
pick_field (SimWorld *world, const SatchelEntity *entity)
{
  for (guint tries = 0; tries < 50; tries++) {
    guint most = sim_chance (world, PERCENT_HOT) ? MIN (HOT_FIELDS, entity->n_fields) : entity->n_fields;
    const SatchelField *field = entity->fields[sim_random (world, most)];
    if (satchel_field_is_writable (field) && !g_str_equal (field->name, "owner"))
      return field;
  }
  return entity->title;
}

void
sim_do_create (SimDevice *device)
{
  const SatchelEntity *entity = pick_entity (device);
  g_autoptr (SatchelRecord) record = satchel_record_new (entity, NULL);
  for (guint i = 0; i < entity->n_fields; i++) {
    const SatchelField *field = entity->fields[i];
    gboolean required = field->requirement == SATCHEL_REQUIREMENT_REQUIRED;
    gboolean typed = required || field->secured != NULL || field->carry || sim_chance (device->world, 40);
    if (!satchel_field_is_writable (field) || field == entity->state_field || !typed)
      continue;
    g_autoptr (SatchelValue) value = typed_value (device, field);
    if (value != NULL)
      satchel_record_set (record, field, value);
  }
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = satchel_session_create (device->session, record, &error);
  sim_written (device, uuid, error, "create");
}

static GPtrArray *
typed_changes (SimDevice *device, const SatchelEntity *entity)
{
  SimWorld *world = device->world;
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_field_value_free);
  for (guint n = 1 + sim_random (world, 3); n > 0; n--) {
    SatchelFieldValue *change = g_new0 (SatchelFieldValue, 1);
    change->field = pick_field (world, entity);
    change->value = sim_chance (world, 10) ? NULL : typed_value (device, change->field);
    g_ptr_array_add (changes, change);
  }
  return changes;
}

void
sim_do_edit (SimDevice *device)
{
  const SatchelEntity *entity = pick_entity (device);
  g_autofree char *id = sim_pick_record (device, entity, "true");
  if (id == NULL) {
    sim_do_create (device);
    return;
  }
  g_autoptr (GPtrArray) changes = typed_changes (device, entity);
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = satchel_session_update (device->session, entity, id, changes, &error);
  sim_written (device, uuid, error, "edit");
}

/* A form is opened now and saved later, whatever is pulled meanwhile. */
void
sim_do_form (SimDevice *device)
{
  const SatchelEntity *entity = pick_entity (device);
  g_autoptr (GError) error = NULL;
  if (device->form == NULL) {
    g_autofree char *id = sim_pick_record (device, entity, "true");
    if (id == NULL)
      return;
    device->form = satchel_session_look (device->session, entity, id, &error);
    sim_check (device->world, device->form != NULL, error, "looking at a record");
    return;
  }
  g_autoptr (SatchelSeen) form = g_steal_pointer (&device->form);
  g_autoptr (GPtrArray) changes = typed_changes (device, form->record->entity);
  g_autofree char *uuid = satchel_session_update_seen (device->session, form, changes, &error);
  sim_written (device, uuid, error, "save");
}

void
sim_do_delete (SimDevice *device)
{
  const SatchelEntity *entity = pick_entity (device);
  g_autofree char *id = pick_to_lose (device, entity);
  if (id == NULL)
    return;
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = satchel_session_delete (device->session, entity, id, &error);
  sim_written (device, uuid, error, "delete");
  if (uuid == NULL)
    return;
  SimGrave *grave = g_new0 (SimGrave, 1);
  *grave = (SimGrave){ g_strdup (entity->name), g_steal_pointer (&id), g_steal_pointer (&uuid) };
  g_ptr_array_add (device->world->graves, grave);
}

/* @arguments: name, text, name, text…, NULL */
static void
act_on (SimDevice *device, const SatchelEntity *entity, const char *id, const char *action,
        const char *const *arguments)
{
  g_autoptr (GHashTable) table = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; arguments[i] != NULL; i += 2)
    g_hash_table_insert (table, (char *)arguments[i], (char *)arguments[i + 1]);
  g_autoptr (GError) error = NULL;
  g_autofree char *uuid = satchel_session_act (device->session, entity, id, action, table, &error);
  sim_written (device, uuid, error, action);
}

void
sim_do_qualify (SimDevice *device)
{
  const char *const arguments[] = { NULL };
  const SatchelEntity *leads = satchel_registry_find (satchel_session_get_registry (device->session), "lead");
  g_autofree char *id = sim_pick_record (device, leads, "f_status = 'open'");
  if (id != NULL)
    act_on (device, leads, id, "qualify", arguments);
}

void
sim_do_assign (SimDevice *device)
{
  const char *kind = sim_chance (device->world, 25) ? "team" : "user";
  const SatchelEntity *owners = satchel_registry_find (satchel_session_get_registry (device->session), kind);
  const SatchelEntity *entity = pick_entity (device);
  g_autofree char *id = pick_to_lose (device, entity);
  g_autofree char *to = sim_pick_record (device, owners, "true");
  g_autofree char *owner = to != NULL ? g_strdup_printf ("%s:%s", kind, to) : NULL;
  const char *const arguments[] = { "owner", owner, NULL };
  if (to != NULL && id != NULL)
    act_on (device, entity, id, "assign", arguments);
}

void
sim_do_resolve (SimDevice *device)
{
  static const char *const choices[] = { "mine", "theirs", "value" };
  const char *choice = choices[sim_random (device->world, G_N_ELEMENTS (choices))];
  const SatchelEntity *conflicts =
      satchel_registry_find (satchel_session_get_registry (device->session), "conflict");
  g_autofree char *id = sim_pick_record (device, conflicts, "f_status <> 'resolved'");
  g_autofree char *value = words_text (device->world, 2);
  const char *const arguments[] = { "choice", choice, g_str_equal (choice, "value") ? "value" : NULL, value,
                                    NULL };
  if (id != NULL)
    act_on (device, conflicts, id, "resolve", arguments);
}

/* Anybody may undo anybody's delete; whether it was one is for the server to say. */
void
sim_do_restore (SimDevice *device)
{
  SimWorld *world = device->world;
  if (world->graves->len == 0)
    return;
  const SimGrave *grave = g_ptr_array_index (world->graves, sim_random (world, world->graves->len));
  const char *const arguments[] = { sim_chance (world, 50) ? "delete" : NULL, grave->uuid, NULL };
  const SatchelEntity *entity =
      satchel_registry_find (satchel_session_get_registry (device->session), grave->entity);
  if (entity != NULL)
    act_on (device, entity, grave->record, "restore", arguments);
}

/* Someone looks at what was refused. */
void
sim_do_inbox (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  SatchelOutbox *outbox = satchel_session_get_outbox (device->session);
  g_autoptr (GPtrArray) parked = satchel_outbox_list (outbox, 1u << SATCHEL_SET_PARKED, -1, &error);
  sim_check (device->world, parked != NULL, error, "listing what is parked");
  if (parked->len == 0)
    return;
  SatchelQueuedSet *queued = g_ptr_array_index (parked, sim_random (device->world, parked->len));
  gboolean retry = sim_chance (device->world, 50);
  sim_ledger_note (device);
  gboolean ok = retry ? satchel_outbox_retry (outbox, queued->set->uuid, &error)
                      : satchel_outbox_discard (outbox, queued->set->uuid, &error);
  /* What writes a field that was retired meanwhile is not tried again before that is left out. */
  if (!ok && !(retry && satchel_error_code (error) == SATCHEL_ERROR_SCHEMA))
    expect_refusal (device, error, retry ? "retry" : "discard");
  if (!ok && sim_disk_excuses (device->world, error)) /* it may turn out to be done, once the power is back */
    sim_ledger_give_up_one (device->ledger, queued->set->uuid);
  sim_tell (device->world, "device %u %s %s", device->index, retry ? "retry" : "discard", queued->set->uuid);
  sim_ledger_note_inbox (device);
}

void
sim_do_toggle_network (SimDevice *device)
{
  device->offline = !device->offline;
  satchel_sync_driver_feed (device->driver,
                            device->offline ? SATCHEL_SYNC_EVENT_GO_OFFLINE : SATCHEL_SYNC_EVENT_GO_ONLINE);
}

/* A restored server may not know the device any more. */
void
sim_do_sign_in (SimDevice *device)
{
  if (satchel_sync_driver_get_state (device->driver) == SATCHEL_SYNC_SIGNED_OUT)
    sim_device_sign_in (device);
}

void
sim_do_sync (SimDevice *device)
{
  satchel_sync_driver_feed (device->driver, sim_chance (device->world, 50) ? SATCHEL_SYNC_EVENT_LOCAL_CHANGE
                                                                           : SATCHEL_SYNC_EVENT_WOKEN);
}
