/* Calls come in the main loop, are checked there, and wait in the clerk's queue; answers and signals leave
 * from the clerk's thread, which GDBus allows.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/agent/mail/service.h"

#include "client/agent/mail/clerk.h"
#include "client/agent/mail/request.h"
#include "client/agent/names.h"
#include "client/profile.h"
#include "client/satchel-mail-bus.h"
#include "protocol/error.h"

#define USUAL_PROFILE "default"

/* A profile that somebody asked about. */
typedef struct {
  char *profile;
  SatchelClerk *clerk;
  SatchelPast *past; /* the clerk's thread's */
  guint n_callers;
} Desk;

typedef struct {
  char *name;
  guint watch;
  GHashTable *desks; /* a set of Desk*, borrowed */
} Caller;

struct _SatchelMailService {
  char *data_dir;
  SatchelRegistry *registry;
  const SatchelClock *clock;
  GHashTable *desks;   /* profile → Desk */
  GHashTable *callers; /* unique name → Caller */
  GDBusConnection *bus;
  guint registration;
};

/* ---- desks ---- */

static void
desk_free (Desk *desk)
{
  satchel_clerk_free (desk->clerk);
  satchel_past_free (desk->past);
  g_free (desk->profile);
  g_free (desk);
}

static Desk *
ensure_desk (SatchelMailService *service, const char *profile)
{
  Desk *desk = g_hash_table_lookup (service->desks, profile);

  if (desk != NULL)
    return desk;
  desk = g_new0 (Desk, 1);
  desk->profile = g_strdup (profile);
  desk->clerk = satchel_clerk_new (service->data_dir, profile, service->registry, service->clock);
  desk->past = satchel_past_new ();
  g_hash_table_insert (service->desks, desk->profile, desk);
  return desk;
}

static gboolean
is_profile (SatchelMailService *service, const char *name)
{
  g_autofree char *folder = g_build_filename (service->data_dir, name, NULL);

  return satchel_profile_name_is_valid (name) && g_file_test (folder, G_FILE_TEST_IS_DIR);
}

/* The only one, or the usual one of several. Owned; NULL: there is none. */
static char *
find_usual_profile (SatchelMailService *service)
{
  g_autoptr (GDir) folder = g_dir_open (service->data_dir, 0, NULL);
  g_autofree char *only = NULL;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    if (!is_profile (service, name))
      continue;
    if (only != NULL)
      return is_profile (service, USUAL_PROFILE) ? g_strdup (USUAL_PROFILE) : NULL;
    only = g_strdup (name);
  }
  return g_steal_pointer (&only);
}

/* NULL with an error: NOT_FOUND. */
static Desk *
find_desk (SatchelMailService *service, const char *asked, GError **error)
{
  g_autofree char *profile = *asked != '\0' ? g_strdup (asked) : find_usual_profile (service);

  if (profile != NULL && is_profile (service, profile))
    return ensure_desk (service, profile);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such profile");
  return NULL;
}

/* ---- callers ---- */

typedef struct {
  SatchelPast *past;
  char *caller;
} Farewell;

static void
forget_cb (SatchelSession *session, const GError *problem, gpointer data)
{
  Farewell *farewell = data;

  satchel_past_forget (farewell->past, farewell->caller);
  g_free (farewell->caller);
  g_free (farewell);
}

static void
leave_desk (Desk *desk, const char *caller)
{
  Farewell *farewell = g_new0 (Farewell, 1);

  *farewell = (Farewell){ desk->past, g_strdup (caller) };
  satchel_clerk_tell (desk->clerk, forget_cb, farewell);
  if (--desk->n_callers == 0)
    satchel_clerk_rest (desk->clerk);
}

static void
caller_free (Caller *caller)
{
  GHashTableIter iter;
  gpointer desk;

  g_bus_unwatch_name (caller->watch);
  g_hash_table_iter_init (&iter, caller->desks);
  while (g_hash_table_iter_next (&iter, &desk, NULL))
    leave_desk (desk, caller->name);
  g_hash_table_unref (caller->desks);
  g_free (caller->name);
  g_free (caller);
}

static void
vanished_cb (GDBusConnection *bus, const char *name, gpointer data)
{
  g_hash_table_remove (((SatchelMailService *)data)->callers, name);
}

static void
note_caller (SatchelMailService *service, const char *name, Desk *desk)
{
  Caller *caller = g_hash_table_lookup (service->callers, name);

  if (caller == NULL) {
    caller = g_new0 (Caller, 1);
    caller->name = g_strdup (name);
    caller->desks = g_hash_table_new (NULL, NULL);
    g_hash_table_insert (service->callers, caller->name, caller);
    caller->watch = g_bus_watch_name_on_connection (service->bus, name, G_BUS_NAME_WATCHER_FLAGS_NONE, NULL,
                                                    vanished_cb, service, NULL);
  }
  if (g_hash_table_add (caller->desks, desk))
    desk->n_callers++;
}

/* ---- calls ---- */

typedef struct {
  GDBusMethodInvocation *invocation;
  SatchelRequestFunc func;
  SatchelPast *past;
} Call;

/* In the clerk's thread. */
static void
answer_cb (SatchelSession *session, const GError *problem, gpointer data)
{
  g_autofree Call *call = data;
  GDBusMessage *message = g_dbus_method_invocation_get_message (call->invocation);
  g_autoptr (GError) error = NULL;
  GVariant *answer = NULL;

  if (session == NULL) {
    g_dbus_method_invocation_return_gerror (call->invocation, problem);
    return;
  }
  answer = call->func (
      &(SatchelRequest){
          .session = session,
          .past = call->past,
          .caller = g_dbus_method_invocation_get_sender (call->invocation),
          .arguments = g_dbus_method_invocation_get_parameters (call->invocation),
          .files = g_dbus_message_get_unix_fd_list (message),
      },
      &error);
  if (answer != NULL)
    g_dbus_method_invocation_return_value (call->invocation, answer);
  else
    g_dbus_method_invocation_return_gerror (call->invocation, error);
}

static void
call_cb (GDBusConnection *bus, const char *sender, const char *path, const char *interface,
         const char *method, GVariant *arguments, GDBusMethodInvocation *invocation, gpointer data)
{
  SatchelMailService *service = data;
  g_autoptr (GError) error = NULL;
  const char *profile;
  Desk *desk;
  Call *call;

  g_variant_get_child (arguments, 0, "&s", &profile);
  if (!satchel_request_check (method, arguments, &error) ||
      (desk = find_desk (service, profile, &error)) == NULL) {
    g_dbus_method_invocation_return_gerror (invocation, error);
    return;
  }
  note_caller (service, sender, desk);
  call = g_new0 (Call, 1);
  *call = (Call){ invocation, satchel_request_find (method), desk->past };
  if (!satchel_clerk_ask (desk->clerk, answer_cb, call, &error)) {
    g_free (call);
    g_dbus_method_invocation_return_gerror (invocation, error);
  }
}

/* ---- signals ---- */

typedef struct {
  GDBusConnection *bus;
  char *profile;
  const char *entity; /* static */
  GPtrArray *ids;
} News;

static void
emit (GDBusConnection *bus, const char *profile, const char *entity, const char *const *keys)
{
  static const char *const none[] = { NULL };
  const gboolean mail = g_str_equal (entity, "email");

  /* A connection that is closed has nobody to tell. */
  (void)!g_dbus_connection_emit_signal (bus, NULL, SATCHEL_AGENT_OBJECT_PATH,
                                        satchel_bus_mail1_interface_info ()->name,
                                        mail ? "MessagesChanged" : "ItemsChanged",
                                        g_variant_new ("(s^as)", profile, keys != NULL ? keys : none), NULL);
}

/* In the clerk's thread: which messages the records are. */
static void
news_cb (SatchelSession *session, const GError *problem, gpointer data)
{
  News *news = data;
  g_auto (GStrv) keys = session != NULL ? satchel_request_list_keys (session, news->entity, news->ids) : NULL;

  if (keys == NULL || *keys != NULL)
    emit (news->bus, news->profile, news->entity, (const char *const *)keys);
  g_ptr_array_unref (news->ids);
  g_object_unref (news->bus);
  g_free (news->profile);
  g_free (news);
}

/* Which of an unknown number: any may be different. */
static void
tell_entity (SatchelMailService *service, Desk *desk, const char *entity, GPtrArray *ids)
{
  News *news;

  if (ids->len == 0) {
    emit (service->bus, desk->profile, entity, NULL);
    return;
  }
  news = g_new0 (News, 1);
  *news = (News){ g_object_ref (service->bus), g_strdup (desk->profile), entity,
                  g_ptr_array_new_with_free_func (g_free) };
  for (guint i = 0; i < ids->len; i++)
    g_ptr_array_add (news->ids, g_strdup (ids->pdata[i]));
  if (!satchel_clerk_ask (desk->clerk, news_cb, news, NULL))
    news_cb (NULL, NULL, news);
}

void
satchel_mail_service_tell_changed (SatchelMailService *service, const char *profile, GHashTable *records)
{
  static const char *const entities[] = { "email", "appointment", "task" };
  Desk *desk = g_hash_table_lookup (service->desks, profile);

  if (desk == NULL || desk->n_callers == 0 || service->bus == NULL)
    return;
  if (records == NULL) {
    emit (service->bus, profile, "email", NULL);
    emit (service->bus, profile, "appointment", NULL);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (entities); i++) {
    GPtrArray *ids = g_hash_table_lookup (records, entities[i]);

    if (ids != NULL)
      tell_entity (service, desk, entities[i], ids);
  }
}

/* ---- the door ---- */

SatchelMailService *
satchel_mail_service_new (const char *data_dir, SatchelRegistry *registry, const SatchelClock *clock)
{
  SatchelMailService *service = g_new0 (SatchelMailService, 1);

  service->data_dir = g_strdup (data_dir);
  service->registry = registry;
  service->clock = clock;
  service->desks = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)desk_free);
  service->callers = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)caller_free);
  return service;
}

void
satchel_mail_service_free (SatchelMailService *service)
{
  if (service == NULL)
    return;
  satchel_mail_service_set_bus (service, NULL);
  g_hash_table_unref (service->callers);
  g_hash_table_unref (service->desks);
  g_free (service->data_dir);
  g_free (service);
}

void
satchel_mail_service_set_bus (SatchelMailService *service, GDBusConnection *bus)
{
  static const GDBusInterfaceVTable table = { .method_call = call_cb };
  g_autoptr (GError) error = NULL;

  if (service->registration != 0)
    g_dbus_connection_unregister_object (service->bus, service->registration);
  service->registration = 0;
  g_hash_table_remove_all (service->callers);
  g_set_object (&service->bus, bus);
  if (bus == NULL)
    return;
  service->registration = g_dbus_connection_register_object (
      bus, SATCHEL_AGENT_OBJECT_PATH, satchel_bus_mail1_interface_info (), &table, service, NULL, &error);
  /* Our own path on a new connection: nothing else can stand there. */
  if (service->registration == 0)
    g_error ("%s", error->message);
}

void
satchel_mail_service_let_go (SatchelMailService *service, const char *profile)
{
  Desk *desk = g_hash_table_lookup (service->desks, profile);

  if (desk != NULL)
    satchel_clerk_rest (desk->clerk);
}
