/* The service of the agent and a caller in one process, over a real bus.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/client/mail-office.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "client/agent/names.h"
#include "tests/lib/bus.h"

#define INTERFACE "org.satchelcrm.Satchel.Mail1"

const char office_offer[] = "From: Ana Pop <Ana@Example.com>\r\n"
                            "To: Me <me@our.example>\r\n"
                            "Date: Mon, 3 Nov 2025 10:00:00 +0200\r\n"
                            "Subject: Offer for the crane\r\n"
                            "Message-ID: <offer@example.com>\r\n"
                            "\r\n"
                            "Please send it.\r\n";
const char office_stranger[] = "From: Max Muster <max@elsewhere.example>\r\n"
                               "To: me@our.example\r\n"
                               "Subject: Hello\r\n"
                               "Message-ID: <hello@elsewhere.example>\r\n"
                               "\r\n"
                               "We build houses.\r\n";

/* ---- the rig ---- */

GDBusConnection *
office_connect (const char *address)
{
  g_autoptr (GError) error = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (
      address, G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);

  g_assert_no_error (error);
  return bus;
}

static void
signal_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
           const char *name, GVariant *arguments, gpointer data)
{
  Office *office = data;
  g_autofree const char **keys = NULL;
  g_autofree char *joined = NULL;
  const char *profile;

  g_variant_get (arguments, "(&s^a&s)", &profile, &keys);
  g_assert_cmpstr (profile, ==, PROFILE);
  joined = g_strjoinv (" ", (char **)keys);
  g_ptr_array_add (office->signals, g_strdup_printf ("%s %s", name, joined));
}

/* An account, a contact of it with an open opportunity and a closed one, a lead with the same address, a
 * colleague. */
static void
fill (Device *device)
{
  device_pull (
      device, 20, "{'entity':'user','columns':['id','s','name','unit','active','email'],'whole':true}",
      "['~me~',2,'Me','~unit~',1,'me@our.example']", "['~you~',3,'You','~unit~',1,'you@our.example']",
      "{'entity':'account','columns':['id','s','name','owner','status'],'whole':true}",
      "['~acme~',11,'Acme','user:~me~','active']", "['~other~',11,'Other','user:~you~','active']",
      "{'entity':'contact','columns':['id','s','first_name','last_name','full_name','email','account','job_"
      "title','owner',"
      "'status'],'whole':true}",
      "['~ana~',12,'Ana','Pop','Ana Pop','ana@example.com','~acme~','Buyer','user:~me~','active']",
      "['~ion~',12,'Ion','Rus','Ion Rus','ion@example.com','~other~',null,'user:~me~','active']",
      "{'entity':'lead','columns':['id','s','topic','last_name','email','owner','status'],'whole':true}",
      "['~lead~',13,'Cranes','Pop','ana@example.com','user:~me~','open']",
      "{'entity':'opportunity','columns':['id','s','name','account','contact','stage','status','expected_"
      "close','amount',"
      "'owner'],'whole':true}",
      "['~late~',14,'Crane, late','~acme~','~ana~','proposal','open','2026-03-01',110004,'user:~me~']",
      "['~soon~',14,'Crane, soon','~acme~',null,'proposal','open','2026-01-01',null,'user:~me~']",
      "['~won~',14,'Crane, won','~acme~','~ana~','won','won','2025-01-01',null,'user:~me~']",
      "['~else~',14,'Digger','~other~','~ion~','proposal','open','2026-01-01',null,'user:~me~']",
      "{'entity':'task','columns':['id','s','subject','due','status','regarding','owner','priority'],'whole':"
      "true}",
      "['~call~',15,'Call Ana','2025-12-01','open','contact:~ana~','user:~me~','normal']",
      "['~done~',15,'Met Ana','2025-10-01','open','account:~acme~','user:~you~','normal']",
      "['~ours~',15,'Call Ion','2025-12-01','open','contact:~ion~','user:~me~','normal']", NULL);
}

void
office_open (Office *office)
{
  satchel_agent_register_errors ();
  device_setup (&office->device, DEVICE_PRIMED);
  fill (&office->device);
  office->daemon = fixture_bus_start (&office->address);
  office->agent = office_connect (office->address);
  office->caller = office_connect (office->address);
  office->signals = g_ptr_array_new_with_free_func (g_free);
  g_dbus_connection_signal_subscribe (office->caller, NULL, INTERFACE, NULL, SATCHEL_AGENT_OBJECT_PATH, NULL,
                                      G_DBUS_SIGNAL_FLAGS_NONE, signal_cb, office, NULL);
  office->service =
      satchel_mail_service_new (office->device.dir, office->device.registry, satchel_clock_system ());
  satchel_mail_service_set_bus (office->service, office->agent);
}

void
office_disconnect (GDBusConnection **bus)
{
  g_dbus_connection_close_sync (*bus, NULL, NULL);
  g_clear_object (bus);
}

void
office_close (Office *office)
{
  satchel_mail_service_free (office->service);
  office_disconnect (&office->caller);
  office_disconnect (&office->agent);
  fixture_bus_stop (office->daemon);
  g_ptr_array_unref (office->signals);
  g_free (office->address);
  device_teardown (&office->device);
}

/* ---- calling ---- */

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref (result);
}

GAsyncResult *
office_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

void
office_begin_as (GDBusConnection *caller, Office *office, const char *method, GVariant *arguments,
                 GUnixFDList *files, GAsyncResult **result)
{
  *result = NULL;
  g_dbus_connection_call_with_unix_fd_list (caller, g_dbus_connection_get_unique_name (office->agent),
                                            SATCHEL_AGENT_OBJECT_PATH, INTERFACE, method, arguments, NULL,
                                            G_DBUS_CALL_FLAGS_NONE, 60000, files, NULL, answered_cb, result);
}

GVariant *
office_call_as (GDBusConnection *caller, Office *office, const char *method, GVariant *arguments,
                GUnixFDList *files, GError **error)
{
  GAsyncResult *started;
  g_autoptr (GAsyncResult) result = NULL;

  office_begin_as (caller, office, method, arguments, files, &started);
  result = office_wait (&started);
  return g_dbus_connection_call_with_unix_fd_list_finish (caller, NULL, result, error);
}

GVariant *
office_ask (Office *office, const char *method, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer;
  va_list arguments;

  va_start (arguments, format);
  answer = office_call_as (office->caller, office, method, g_variant_new_va (format, NULL, &arguments), NULL,
                           &error);
  va_end (arguments);
  g_assert_no_error (error);
  return answer;
}

void
office_refuse (Office *office, SatchelErrorCode code, const char *method, const char *format, ...)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  va_list arguments;

  va_start (arguments, format);
  answer = office_call_as (office->caller, office, method, g_variant_new_va (format, NULL, &arguments), NULL,
                           &error);
  va_end (arguments);
  g_assert_null (answer);
  g_assert_error (error, SATCHEL_ERROR, (int)code);
}

/* ---- messages ---- */

int
office_put_file (const void *bytes, gsize size)
{
  int descriptor = memfd_create ("message", MFD_CLOEXEC);

  g_assert_cmpint (descriptor, >=, 0);
  g_assert_cmpint (write (descriptor, bytes, size), ==, (gssize)size);
  return descriptor;
}

/* Takes @descriptor and @options (NULL: none). */
GVariant *
office_track_file (Office *office, int descriptor, GVariant *options, GError **error)
{
  g_autoptr (GUnixFDList) files = g_unix_fd_list_new_from_array (&descriptor, 1);

  if (options == NULL)
    options = g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
  return office_call_as (office->caller, office, "Track", g_variant_new ("(sh@a{sv})", PROFILE, 0, options),
                         files, error);
}

char *
office_track (Office *office, const char *message, GVariant *options, gboolean expected_joined)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
      office_track_file (office, office_put_file (message, strlen (message)), options, &error);
  const char *entity, *id;
  gboolean joined;

  g_assert_no_error (error);
  g_variant_get (answer, "(&s&sb)", &entity, &id, &joined);
  g_assert_cmpstr (entity, ==, "email");
  g_assert_cmpint (joined, ==, expected_joined);
  return g_strdup (id);
}

/* Owned; NULL: nothing is known of it. */
GVariant *
office_state (Office *office, const char *method, const char *key)
{
  const char *keys[] = { "<unknown@example.com>", key, NULL };
  g_autoptr (GVariant) answer = office_ask (office, method, "(s^as)", PROFILE, keys);
  g_autoptr (GVariant) states = g_variant_get_child_value (answer, 0);

  g_assert_false (g_variant_lookup (states, keys[0], "@a{sv}", NULL));
  return g_variant_lookup_value (states, key, G_VARIANT_TYPE_VARDICT);
}

const char *
office_text (GVariant *members, const char *name)
{
  const char *text = NULL;

  g_variant_lookup (members, name, "&s", &text);
  return text;
}

gboolean
office_truth (GVariant *members, const char *name)
{
  gboolean truth = FALSE;

  g_assert_true (g_variant_lookup (members, name, "b", &truth));
  return truth;
}

GVariant *
office_regarding (const char *entity, const char *name)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "regarding", "(ss)", entity, device_id (name));
  return g_variant_dict_end (&options);
}

void
office_undo (Office *office, const char *kind, const char *about)
{
  g_autoptr (GVariant) answer = office_ask (office, "Undo", "(s)", PROFILE);
  g_autofree const char **ids = NULL;
  const char *undone;

  g_variant_get (answer, "(&s^a&s)", &undone, &ids);
  g_assert_cmpstr (undone, ==, kind);
  g_assert_cmpstr (ids[0], ==, about);
}

GVariant *
office_list (GVariant *answer, guint list, guint n)
{
  GVariant *children = g_variant_get_child_value (answer, list);

  if (g_variant_n_children (children) != n) {
    g_autofree char *text = g_variant_print (children, FALSE);

    g_test_message ("%s", text);
  }
  g_assert_cmpuint (g_variant_n_children (children), ==, n);
  return children;
}

/* The id of the suggestion; borrowed from @list. */
const char *
office_suggestion (GVariant *list, guint index)
{
  const char *entity, *id, *title, *why;

  g_variant_get_child (list, index, "(&s&s&s&s)", &entity, &id, &title, &why);
  g_assert_cmpstr (title, !=, "");
  return id;
}

char *
office_track_item (Office *office, const char *text, GVariant *options, const char *expected)
{
  g_autoptr (GVariant) answer = NULL;
  const char *entity, *id;

  if (options == NULL)
    options = g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0);
  answer = office_ask (office, "TrackItem", "(ss@a{sv})", PROFILE, text, options);
  g_variant_get (answer, "(&s&s)", &entity, &id);
  g_assert_cmpstr (entity, ==, expected);
  return g_strdup (id);
}
