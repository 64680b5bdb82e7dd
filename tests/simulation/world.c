/* Building, breaking and mending the simulated world.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/simulation/world.h"

#include <glib/gstdio.h>
#include <stdarg.h>
#include <stdlib.h>

#include "sync-server/security/accounts.h"
#include "sync-server/security/roles.h"
#include "sync-server/security/session.h"
#include "tests/lib/faulty-vfs.h"
#include "tests/lib/fixture.h"
#include "tests/simulation/deeds.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/images.h"
#include "tests/simulation/people.h"
#include "tests/simulation/read.h"
#include "tests/simulation/truth.h"

#define SIM_EPOCH_MS    G_GINT64_CONSTANT (1767225600000) /* 2026-01-01 */
#define DAY_MS          G_GINT64_CONSTANT (86400000)
#define MOST_DAYS_WRONG 3000

/* splitmix64: small, and the same on every machine. */
static guint64
next_random (SimWorld *world)
{
  guint64 z = (world->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

guint
sim_random (SimWorld *world, guint bound)
{
  return bound > 1 ? next_random (world) % bound : 0;
}

gboolean
sim_chance (SimWorld *world, guint percent)
{
  return sim_random (world, 100) < percent;
}

static gint64
clock_now (gpointer data)
{
  SimWorld *world = data;
  return world->now_ms;
}

static void
clock_random (gpointer data, guint8 *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    bytes[i] = next_random (data) & 0xff;
}

void
sim_fail (SimWorld *world, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("# seed %" G_GUINT64_FORMAT ", step %" G_GUINT64_FORMAT ": %s\n# the world is in %s\n",
              world->seed, world->steps, text, world->directory);
  g_print ("Bail out! seed %" G_GUINT64_FORMAT ": %s\n", world->seed, text);
  exit (1);
}

void
sim_checked (SimWorld *world, gboolean ok, const GError *error, const char *what)
{
  if (!ok && !sim_disk_excuses (world, error))
    sim_fail (world, "%s: %s", what, error != NULL ? error->message : "failed without a word");
}

void
sim_tell (SimWorld *world, const char *format, ...)
{
  va_list arguments;
  if (!world->verbose)
    return;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_printerr ("# %" G_GUINT64_FORMAT " %s\n", world->steps, text);
}

/* ---- the server ---- */

void
sim_server_open (SimWorld *world)
{
  g_autoptr (GError) error = NULL;
  world->server = satchel_server_open (world->directory, world->registry, &world->clock, &error);
  sim_check (world, world->server != NULL, error, "opening the server");
  sim_images_begin (world);
  g_clear_pointer (&world->truth,
                   sim_truth_free); /* another server has other definitions, even if they say the same */
}

/* The program's roles open no field class; one that does is added once. */
static void
figures_role_enter (SimWorld *world)
{
  static const char text[] = "<role name='" SIM_FIGURES_ROLE "' label='Reads Figures'>"
                             "<class name='figures' read='yes' write='yes'/></role>";
  g_autoptr (GError) error = NULL;
  if (!satchel_roles_contains (satchel_roles_builtin (), SIM_FIGURES_ROLE))
    sim_check (world,
               satchel_roles_add ((SatchelRoles *)satchel_roles_builtin (), "figures.xml", text, -1, &error),
               error, "adding a role");
}

static void
person_enter (SimWorld *world, const SimPerson *person, char *const *units)
{
  const char *roles[] = { person->role, person->unit < 0 ? SIM_FIGURES_ROLE : NULL, NULL };
  SatchelNewUser user = {
    .login = person->login,
    .password = SIM_PASSWORD,
    .roles = roles,
    .unit = person->unit < 0 ? satchel_server_get_root_unit (world->server) : units[person->unit],
  };
  g_autoptr (GError) error = NULL;
  g_autofree char *id = satchel_accounts_add_user (world->server, NULL, &user, &error);
  sim_check (world, id != NULL, error, person->login);
}

static void
teams_enter (SimWorld *world, char *const *units)
{
  static const char *const names[] = { "Blue", "Red" };
  const SatchelEntity *entity = satchel_registry_find (satchel_server_get_registry (world->server), "team");
  g_autoptr (GPtrArray) teams = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_record_free);
  g_autoptr (GError) error = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *id = satchel_id_new (&world->clock);
    SatchelRecord *team = satchel_record_new (entity, id);
    g_autoptr (SatchelValue) name = satchel_value_new_string (names[i]),
                             unit = satchel_value_new_lookup ("business_unit", units[i]);
    satchel_record_set_by_name (team, "name", name);
    satchel_record_set_by_name (team, "unit", unit);
    g_ptr_array_add (teams, team);
  }
  sim_check (world, satchel_server_load (world->server, NULL, teams, world->now_ms, &error), error,
             "adding teams");
}

static void
people_enter (SimWorld *world)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) units = g_new0 (char *, G_N_ELEMENTS (sim_units) + 1);
  for (guint i = 0; i < G_N_ELEMENTS (sim_units); i++) {
    units[i] = satchel_accounts_add_unit (world->server, NULL, sim_units[i], NULL, &error);
    sim_check (world, units[i] != NULL, error, "adding a unit");
  }
  figures_role_enter (world);
  for (guint i = 0; i < sim_n_people; i++)
    person_enter (world, &sim_people[i], units);
  teams_enter (world, units);
}

/* ---- devices ---- */

void
sim_device_start (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  SimWorld *world = device->world;
  if (world->failing.device == device)
    sim_disk_mend (world);
  device->session = satchel_session_open (device->directory, "sim", world->registry, &device->clock, &error);
  sim_check (world, device->session != NULL, error, "opening a session");
  device->transport = sim_transport_new (device);
  static const SatchelSyncCallbacks callbacks = { .set_timer = sim_set_timer };
  device->driver = satchel_sync_driver_new (device->session, device->transport, &callbacks, device, &error);
  sim_check (world, device->driver != NULL, error, "taking the profile's sync lock");
}

void
sim_device_crash (SimDevice *device)
{
  sim_online_stop (device);
  sim_network_forget (device);
  g_clear_pointer (&device->form, satchel_seen_free);
  g_clear_pointer (&device->driver, satchel_sync_driver_free);
  if (device->transport != NULL)
    device->transport->free (device->transport);
  device->transport = NULL;
  g_clear_pointer (&device->session, satchel_session_close);
}

gboolean
sim_is_disabled (SimWorld *world, const char *login)
{
  const GPtrArray *users = sim_truth_list (sim_truth_get (world), "user");
  for (guint i = 0; i < users->len; i++)
    if (g_str_equal (sim_row_text (users->pdata[i], "login"), login))
      return !sim_row_is (users->pdata[i], "active");
  return TRUE;
}

void
sim_device_sign_in (SimDevice *device)
{
  g_autoptr (GError) error = NULL;
  SimWorld *world = device->world;
  SatchelSignIn request = { .user = (char *)device->user,
                            .password = (char *)SIM_PASSWORD,
                            .device_name = (char *)"simulated",
                            .device = (char *)satchel_session_get_device (device->session) };
  g_autoptr (SatchelSignInAnswer) answer = satchel_server_sign_in (world->server, &request, NULL, &error);

  /* Who tried while she was disabled waits for a moment, now that she is not. */
  if (g_error_matches (error, SATCHEL_ERROR, SATCHEL_ERROR_RATE) && !sim_is_disabled (world, device->user)) {
    g_clear_error (&error);
    world->now_ms += SATCHEL_SIGN_IN_MOST_LOCK_MS;
    answer = satchel_server_sign_in (world->server, &request, NULL, &error);
  }
  device->shut_out = answer == NULL && sim_is_disabled (world, device->user);
  if (device->shut_out)
    return;
  sim_check (world, answer != NULL, error, "signing in");
  if (answer == NULL)
    return;
  gboolean told;
  gboolean ok = satchel_session_enrol (device->session, "http://127.0.0.1:1", answer, &told, &error);
  sim_check (world, ok, error, "enrolling");
  satchel_sync_driver_feed (device->driver, SATCHEL_SYNC_EVENT_SIGNED_IN);
}

static gint64
device_now (gpointer data)
{
  SimDevice *device = data;
  return device->world->now_ms + device->clock_offset_ms;
}

static gint64
device_monotonic (gpointer data)
{
  return ((SimDevice *)data)->world->now_ms;
}

static void
device_random (gpointer data, guint8 *bytes, gsize size)
{
  clock_random (((SimDevice *)data)->world, bytes, size);
}

/* Takes @directory. */
SimDevice *
sim_device_new (SimWorld *world, const char *user, char *directory)
{
  SimDevice *device = g_new0 (SimDevice, 1);
  device->world = world;
  device->index = world->devices->len;
  device->user = user;
  device->clock = (SatchelClock){ device_now, device_monotonic, device_random, device };
  device->clock_offset_ms = ((gint64)sim_random (world, 2 * MOST_DAYS_WRONG) - MOST_DAYS_WRONG) * DAY_MS;
  device->directory = directory;
  device->born_ms = world->now_ms;
  device->ledger = sim_ledger_new ();
  device->promised = g_queue_new ();
  g_ptr_array_add (world->devices, device);
  g_mkdir_with_parents (device->directory, 0700);
  sim_device_start (device);
  return device;
}

static void
device_enter (SimWorld *world, guint index)
{
  const SimPerson *person = &sim_people[index % sim_n_people];
  char *directory = g_strdup_printf ("%s/device-%u", world->directory, index);
  SimDevice *device = sim_device_new (world, person->login, directory);
  sim_device_sign_in (device);
  sim_do_choose (device);
  sim_do_choose (device);
}

static void
device_free (gpointer data)
{
  SimDevice *device = data;
  sim_device_crash (device);
  sim_oracle_forget (device);
  sim_disk_forget (device);
  sim_ledger_free (device->ledger);
  g_free (device->last_cursor);
  g_free (device->directory);
  g_free (device);
}

static void
grave_free (gpointer data)
{
  SimGrave *grave = data;
  g_free (grave->entity);
  g_free (grave->record);
  g_free (grave->uuid);
  g_free (grave);
}

/* ---- the world ---- */

SimWorld *
sim_world_new (guint64 seed, guint n_devices, gboolean verbose)
{
  faulty_vfs_install ();
  g_autoptr (GError) error = NULL;
  SimWorld *world = g_new0 (SimWorld, 1);
  world->seed = world->state = seed;
  world->now_ms = SIM_EPOCH_MS;
  world->verbose = verbose;
  world->clock =
      (SatchelClock){ .now_ms = clock_now, .monotonic_ms = clock_now, .random = clock_random, .data = world };
  world->registry = satchel_registry_ref (satchel_registry_builtin ());
  world->directory = fixture_dir_new ();
  world->graves = g_ptr_array_new_with_free_func (grave_free);
  world->images = sim_oracle_images_new ();
  world->backups = g_ptr_array_new_with_free_func (g_free);
  world->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  sim_network_init (world);

  gboolean ok = satchel_server_create (world->directory, "Simulated", world->registry, &world->clock, &error);
  sim_check (world, ok, error, "creating the server");
  sim_server_open (world);
  sim_customise_first (world);
  people_enter (world);
  sim_found_records (world);
  world->devices = g_ptr_array_new_with_free_func (device_free);
  for (guint i = 0; i < n_devices; i++)
    device_enter (world, i);
  return world;
}

void
sim_world_free (SimWorld *world)
{
  g_clear_pointer (&world->devices, g_ptr_array_unref);
  sim_network_clear (world);
  sim_truth_free (world->truth);
  g_hash_table_unref (world->known);
  g_free (world->noted);
  sim_server_handle_close (world);
  g_clear_pointer (&world->server, satchel_server_close);
  g_ptr_array_unref (world->graves);
  g_ptr_array_unref (world->backups);
  g_hash_table_unref (world->images);
  satchel_registry_unref (world->registry);
  fixture_dir_remove (world->directory);
  g_free (world);
}
