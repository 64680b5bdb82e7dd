/* What a mail program asks, over a bus, until the answer is there: the pane beside a message, what it may be
 * about, the state of a list, and a message that becomes a record.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gunixfdlist.h>
#include <math.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/agent/mail/service.h"
#include "client/agent/names.h"
#include "protocol/error.h"
#include "tests/bench/figures.h"
#include "tests/bench/measure.h"
#include "tests/lib/bus.h"

#define PEOPLE        60
#define LISTED        500
#define ROUNDS        9
#define MESSAGE_BYTES (5 * 1000 * 1000)
#define LINE_BYTES    76

typedef struct {
  GSubprocess *daemon;
  char *address;
  GDBusConnection *agent, *caller;
  SatchelMailService *service;
} Desk;

/* ---- the bus ---- */

static GDBusConnection *
connect_to (const char *address, GError **error)
{
  return g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, error);
}

static gboolean
desk_open (Desk *desk, const char *data_dir, GError **error)
{
  desk->daemon = fixture_bus_start (&desk->address);
  desk->agent = connect_to (desk->address, error);
  desk->caller = desk->agent != NULL ? connect_to (desk->address, error) : NULL;
  if (desk->caller == NULL)
    return FALSE;
  desk->service = satchel_mail_service_new (data_dir, satchel_registry_builtin (), satchel_clock_system ());
  satchel_mail_service_set_bus (desk->service, desk->agent);
  return TRUE;
}

static void
desk_close (Desk *desk)
{
  if (desk->daemon == NULL)
    return;
  satchel_mail_service_free (desk->service);
  g_clear_object (&desk->caller);
  g_clear_object (&desk->agent);
  fixture_bus_stop (desk->daemon);
  g_free (desk->address);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Desk, desk_close)

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

/* Adds the milliseconds until the answer; owned. */
static GVariant *
ask (Desk *desk, const char *method, GVariant *arguments, GUnixFDList *files, GArray *times, GError **error)
{
  const double started = bench_now ();
  GAsyncResult *result = NULL;
  GVariant *answer;
  double milliseconds;

  g_dbus_connection_call_with_unix_fd_list (desk->caller, g_dbus_connection_get_unique_name (desk->agent),
                                            SATCHEL_AGENT_OBJECT_PATH, "org.satchelcrm.Satchel.Mail1", method,
                                            arguments, NULL, G_DBUS_CALL_FLAGS_NONE, -1, files, NULL,
                                            answered_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  milliseconds = (bench_now () - started) * 1e3;
  g_array_append_val (times, milliseconds);
  answer = g_dbus_connection_call_with_unix_fd_list_finish (desk->caller, NULL, result, error);
  g_object_unref (result);
  return answer;
}

static void
report (BenchRig *rig, const char *what, GArray *times, double floor, const char *note)
{
  g_autofree char *name = g_strdup_printf ("%s_%s_p95", what, rig->size);
  const double median = bench_median (times);

  bench_report (name, bench_percentile (times, 95), "ms", floor, "%s; median %.2f ms", note, median);
}

/* ---- questions ---- */

static gboolean
take_address (const SatchelRecord *record, gpointer addresses)
{
  const SatchelValue *value = satchel_record_get_by_name (record, "email");

  g_ptr_array_add (addresses, g_strdup (satchel_value_get_string (value)));
  return TRUE;
}

/* Of contacts from all over the list. */
static GPtrArray *
list_addresses (SatchelSession *session, GError **error)
{
  g_autoptr (GPtrArray) addresses = g_ptr_array_new_with_free_func (g_free);
  SatchelRegistry *registry = satchel_session_get_registry (session);
  const SatchelEntity *entity = satchel_registry_find (registry, "contact");
  g_autoptr (SatchelPredicate) where =
      satchel_predicate_parse (registry, entity, "email is not empty and account is not empty", error);
  SatchelQuery query = { .entity = entity, .where = where, .limit = PEOPLE };
  SatchelPredicateContext context;

  if (where == NULL)
    return NULL;
  satchel_session_get_context (session, &context);
  if (!satchel_replica_query (satchel_session_get_replica (session), &query, &context, take_address,
                              addresses, error))
    return NULL;
  if (addresses->len == PEOPLE)
    return g_steal_pointer (&addresses);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "mail: too few people");
  return NULL;
}

static gboolean
time_people (BenchRig *rig, Desk *desk, GPtrArray *addresses, GError **error)
{
  static const char *const typed[] = { "c", "con", "str", "a" };
  g_autoptr (GArray) panes = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) suggested = g_array_new (FALSE, FALSE, sizeof (double));
  gsize known = 0, listed = 0;

  for (guint i = 0; i < addresses->len; i++) {
    const char *asked[] = { addresses->pdata[i], NULL };
    g_autoptr (GVariant) pane =
        ask (desk, "Pane", g_variant_new ("(s^as)", "bench", asked), NULL, panes, error);
    g_autoptr (GVariant) list = NULL, people = NULL, found = NULL;

    if (pane == NULL)
      return FALSE;
    list =
        ask (desk, "Suggest",
             g_variant_new ("(s^ass)", "bench", asked, i % 2 == 0 ? "" : typed[i / 2 % G_N_ELEMENTS (typed)]),
             NULL, suggested, error);
    if (list == NULL)
      return FALSE;
    people = g_variant_get_child_value (pane, 0);
    found = g_variant_get_child_value (list, 0);
    known += g_variant_n_children (people);
    listed += g_variant_n_children (found);
  }
  if (known < addresses->len || listed == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "mail: nobody was found");
    return FALSE;
  }
  report (rig, "pane", panes, NAN, "who wrote, open opportunities, last activities, over the bus");
  report (rig, "suggest", suggested, NAN, "what a message may be about, half of them typed");
  return TRUE;
}

/* ---- messages ---- */

/* A letter and one attachment that does not compress. */
static GBytes *
make_message (guint number, const char *sender)
{
  static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  g_autoptr (GRand) rand = g_rand_new_with_seed (number);
  GString *text = g_string_sized_new (MESSAGE_BYTES + 1024);

  g_string_append_printf (
      text,
      "From: %s\r\nTo: me@our.example\r\nSubject: Offer %u\r\nMessage-ID: <bench-%u@example.com>\r\n"
      "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
      "Content-Type: text/plain\r\n\r\nHere it is.\r\n--b\r\n"
      "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=offer.pdf\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n",
      sender, number, number);
  while (text->len < MESSAGE_BYTES) {
    for (guint i = 0; i < LINE_BYTES; i++)
      g_string_append_c (text, letters[g_rand_int_range (rand, 0, 64)]);
    g_string_append (text, "\r\n");
  }
  g_string_append (text, "--b--\r\n");
  return g_string_free_to_bytes (text);
}

static int
put_file (GBytes *bytes, GError **error)
{
  const int descriptor = memfd_create ("message", MFD_CLOEXEC);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (descriptor >= 0 && write (descriptor, data, size) == (gssize)size)
    return descriptor;
  if (descriptor >= 0)
    close (descriptor);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_STORAGE, "mail: no memory for a message");
  return -1;
}

/* Reading the bytes once and hashing them: the file has to be named by what it holds. */
static gboolean
time_floor (int descriptor, gsize size, GArray *times)
{
  const double started = bench_now ();
  g_autofree guint8 *bytes = g_malloc (size);
  g_autofree char *hash = NULL;
  double milliseconds;

  if (pread (descriptor, bytes, size, 0) != (gssize)size)
    return FALSE;
  hash = g_compute_checksum_for_data (G_CHECKSUM_SHA256, bytes, size);
  milliseconds = (bench_now () - started) * 1e3;
  g_array_append_val (times, milliseconds);
  return TRUE;
}

static gboolean
time_message (Desk *desk, guint number, const char *sender, GArray *times, GArray *floors, GError **error)
{
  g_autoptr (GBytes) bytes = make_message (number, sender);
  g_autoptr (GUnixFDList) files = NULL;
  g_autoptr (GVariant) answer = NULL;
  int descriptor = put_file (bytes, error);
  GVariantDict options;

  if (descriptor < 0)
    return FALSE;
  files = g_unix_fd_list_new_from_array (&descriptor, 1); /* takes it */
  if (!time_floor (descriptor, g_bytes_get_size (bytes), floors))
    return FALSE;
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "attachments", "b", TRUE);
  answer = ask (desk, "Track", g_variant_new ("(sh@a{sv})", "bench", 0, g_variant_dict_end (&options)), files,
                times, error);
  return answer != NULL;
}

static gboolean
time_messages (Desk *desk, const char *sender, GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) floors = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < ROUNDS; i++) {
    if (!time_message (desk, i, sender, times, floors, error))
      return FALSE;
  }
  bench_report ("track_5mb", bench_median (times), "ms", bench_median (floors),
                "a message with a file of 5 MB, from the call to the answer; floor: reading and hashing it");
  return TRUE;
}

static gboolean
time_state (BenchRig *rig, Desk *desk, GError **error)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < LISTED; i++)
    g_ptr_array_add (ids, g_strdup_printf ("<bench-%u@example.com>", i));
  g_ptr_array_add (ids, NULL);
  for (guint i = 0; i < ROUNDS; i++) {
    g_autoptr (GVariant) answer =
        ask (desk, "State", g_variant_new ("(s^as)", "bench", (char **)ids->pdata), NULL, times, error);
    g_autoptr (GVariant) states = answer != NULL ? g_variant_get_child_value (answer, 0) : NULL;

    if (states == NULL)
      return FALSE;
    if (g_variant_n_children (states) != ROUNDS) {
      g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                           "mail: tracked messages are not told");
      return FALSE;
    }
  }
  report (rig, "mail_state", times, NAN, "500 messages of a list, nine of them tracked");
  return TRUE;
}

gboolean
bench_mail (BenchRig *rig, GError **error)
{
  g_autofree char *path = bench_rig_dup_replica (rig, rig->devices);
  g_autoptr (BenchDevice) device = bench_rig_add_device (rig, BENCH_READER, error);
  g_autofree char *profile = g_path_get_dirname (path), *data_dir = g_path_get_dirname (profile);
  g_autoptr (GPtrArray) addresses = NULL;
  g_auto (Desk) desk = { 0 };

  if (device == NULL || !bench_device_sync (device, error) || !desk_open (&desk, data_dir, error))
    return FALSE;
  addresses = list_addresses (bench_device_get_session (device), error);
  return addresses != NULL && time_people (rig, &desk, addresses, error) &&
         time_messages (&desk, addresses->pdata[0], error) && time_state (rig, &desk, error);
}
