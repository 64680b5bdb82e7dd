/* Units and users first, then everything else in the order of time, so that created_at and history look as if
 * people had worked.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/demo.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "protocol/error.h"
#include "sync-server/admin/demo-records.h"
#include "sync-server/security/accounts.h"

#define PASSWORD_CHARS 16

static const struct {
  const char *login;
  const char *name;
  const char *title;
  const char *role;
  const char *unit; /* name, NULL: the root unit */
  const char *manager;
  guint share;     /* of a hundred accounts */
  guint languages; /* demo-records.h */
} USERS[] = {
  { "admin", "Ada Lindqvist", "System administrator", "system-administrator", NULL, NULL, 0, 0 },
  { "manager", "Margaret Hollis", "Sales manager", "sales-manager", NULL, NULL, 3, 0 },
  { "backoffice", "Bogdan Albu", "Sales administration", "back-office", NULL, "manager", 0, 0 },
  { "seller1", "Sarah Whitfield", "Sales engineer, machines", "salesperson", "North Branch", "manager", 34,
    0 },
  { "seller2", "Jörg Brandstätter", "Sales engineer, parts", "salesperson", "North Branch", "manager", 24,
    0 },
  { "seller3", "Ioana Mureșan", "Sales engineer, machines", "salesperson", "South Branch", "manager", 23, 1 },
  { "seller4", "李晓明", "Sales engineer, parts", "salesperson", "South Branch", "manager", 16, 1 },
};
static const char *const UNITS[] = { "North Branch", "South Branch" };

typedef struct {
  SatchelServer *server;
  SatchelRegistry *registry;
  const SatchelClock *clock;
  guint64 seed;
  char *ids[G_N_ELEMENTS (USERS)];
} Demo;

/* ---- units and users ---- */

static char *
id_of (const Demo *demo, const char *entity, const char *name)
{
  g_autofree char *text = g_strdup_printf ("%s:%s", entity, name);

  return satchel_demo_id (demo->seed, text);
}

static void
set_text (SatchelRecord *record, const char *field, const char *text)
{
  g_autoptr (SatchelValue) value = satchel_value_new_string (text);

  satchel_record_set_by_name (record, field, value);
}

static void
set_lookup (SatchelRecord *record, const char *field, const char *entity, const char *id)
{
  g_autoptr (SatchelValue) value = satchel_value_new_lookup (entity, id);

  satchel_record_set_by_name (record, field, value);
}

static SatchelRecord *
make_unit (const Demo *demo, const char *name)
{
  g_autofree char *id = id_of (demo, "business_unit", name);
  SatchelRecord *unit = satchel_record_new (satchel_registry_find (demo->registry, "business_unit"), id);

  set_text (unit, "name", name);
  set_lookup (unit, "parent", "business_unit", satchel_server_get_root_unit (demo->server));
  return unit;
}

static SatchelRecord *
make_user (const Demo *demo, guint index)
{
  SatchelRecord *user = satchel_record_new (satchel_registry_find (demo->registry, "user"), demo->ids[index]);
  g_autofree char *email = g_strdup_printf ("%s@dealer.example", USERS[index].login);
  g_autofree char *unit = USERS[index].unit != NULL ? id_of (demo, "business_unit", USERS[index].unit)
                                                    : g_strdup (satchel_server_get_root_unit (demo->server));

  set_text (user, "name", USERS[index].name);
  set_text (user, "login", USERS[index].login);
  set_text (user, "title", USERS[index].title);
  set_text (user, "email", email);
  set_lookup (user, "unit", "business_unit", unit);
  if (USERS[index].manager != NULL) {
    g_autofree char *manager = id_of (demo, "user", USERS[index].manager);

    set_lookup (user, "manager", "user", manager);
  }
  return user;
}

static gboolean
load_people (const Demo *demo, GError **error)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);

  for (guint i = 0; i < G_N_ELEMENTS (UNITS); i++)
    g_ptr_array_add (records, make_unit (demo, UNITS[i]));
  for (guint i = 0; i < G_N_ELEMENTS (USERS); i++)
    g_ptr_array_add (records, make_user (demo, i));
  return satchel_server_load (demo->server, demo->ids[0], records, satchel_clock_now_ms (demo->clock), error);
}

/* ---- passwords ---- */

/* Letters and digits that nobody confuses, 80 bits. */
static char *
make_password (void)
{
  static const char LETTERS[] = "abcdefghijkmnpqrstuvwxyz23456789";
  char *password = g_malloc0 (PASSWORD_CHARS + 1);

  G_STATIC_ASSERT (sizeof LETTERS - 1 == 32);
  for (guint i = 0; i < PASSWORD_CHARS; i++)
    password[i] = LETTERS[satchel_clock_random_below (satchel_clock_system (), 32)];
  return password;
}

static gboolean
give_passwords (const Demo *demo, const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, SATCHEL_DEMO_USERS_FILE, NULL), *json = NULL, *text = NULL;
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  g_autoptr (GError) problem = NULL;

  json_node_take_object (node, object);
  for (guint i = 0; i < G_N_ELEMENTS (USERS); i++) {
    g_autofree char *password = make_password ();

    if (!satchel_accounts_set_password (demo->server, NULL, demo->ids[i], password, error) ||
        !satchel_accounts_add_role (demo->server, NULL, demo->ids[i], USERS[i].role, error))
      return FALSE;
    json_object_set_string_member (object, USERS[i].login, password);
  }
  json = json_to_string (node, TRUE);
  text = g_strconcat (json, "\n", NULL);
  if (!g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                 0600, &problem)) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "%s", problem->message);
    return FALSE;
  }
  return TRUE;
}

/* ---- records ---- */

/* Who made a batch: its owner, or the administrator for what the organisation owns. */
static const char *
author_of (const Demo *demo, const SatchelDemoOwner *owners, guint n_owners, guint owner)
{
  return owner < n_owners ? owners[owner].id : demo->ids[0];
}

static gboolean
load_records (const Demo *demo, guint n, GError **error)
{
  SatchelDemoOwner owners[G_N_ELEMENTS (USERS)];
  gint64 now_ms = satchel_clock_now_ms (demo->clock);
  guint n_owners = 0;
  g_autoptr (GPtrArray) made = NULL, batch = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (USERS); i++) {
    if (USERS[i].share > 0)
      owners[n_owners++] = (SatchelDemoOwner){ demo->ids[i], USERS[i].share, USERS[i].languages };
  }
  made = satchel_demo_make_records (demo->registry, owners, n_owners, n, demo->seed, now_ms);
  for (guint i = 0; i < made->len; i++) {
    const SatchelDemoRecord *entry = made->pdata[i], *next = i + 1 < made->len ? made->pdata[i + 1] : NULL;

    g_ptr_array_add (batch, entry->record);
    if (next != NULL && next->owner == entry->owner && next->span == entry->span)
      continue;
    if (!satchel_server_load (demo->server, author_of (demo, owners, n_owners, entry->owner), batch,
                              MIN (entry->created_at_ms, now_ms), error))
      return FALSE;
    g_ptr_array_set_size (batch, 0);
  }
  return TRUE;
}

gboolean
satchel_demo_fill (SatchelServer *server, const char *dir, guint thousands, guint64 seed,
                   const SatchelClock *clock, GError **error)
{
  Demo demo = { .server = server, .clock = clock, .seed = seed };
  gboolean done;

  if (thousands < 1 || thousands > SATCHEL_DEMO_MOST_THOUSANDS) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "a demo has 1 to %d thousand records",
                 SATCHEL_DEMO_MOST_THOUSANDS);
    return FALSE;
  }
  demo.registry = satchel_server_get_registry (server);
  for (guint i = 0; i < G_N_ELEMENTS (USERS); i++)
    demo.ids[i] = id_of (&demo, "user", USERS[i].login);
  /* The root unit was there before. */
  done = load_people (&demo, error) && give_passwords (&demo, dir, error) &&
         load_records (&demo, thousands * 1000 - 1 - G_N_ELEMENTS (UNITS) - G_N_ELEMENTS (USERS), error);
  for (guint i = 0; i < G_N_ELEMENTS (USERS); i++)
    g_free (demo.ids[i]);
  return done;
}
