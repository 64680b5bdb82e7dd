/* A CamelSession without a window: it asks nobody, trusts no certificate that the mail program was not told
 * to trust, and has no filters.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/account.h"

#include <glib/gi18n.h>
#include <libedataserver/libedataserver.h>
#include <string.h>

#include "protocol/error.h"

#define PATIENCE_S 120
#define LOOK_US    (100 * G_TIME_SPAN_MILLISECOND) /* between looks for an interruption */

/* What has its connection's settings, certificates and password from the registry. */
typedef struct {
  CamelSession parent;
  ESourceRegistry *registry;             /* borrowed from the post */
  ESourceCredentialsProvider *passwords; /* likewise */
} PostSession;

typedef struct {
  CamelSessionClass parent;
} PostSessionClass;

GType post_session_get_type (void);
G_DEFINE_TYPE (PostSession, post_session, CAMEL_TYPE_SESSION)

struct _SatchelPost {
  ESourceRegistry *registry;
  ESourceCredentialsProvider *passwords;
  PostSession *session;
  GPtrArray *accounts;
  gboolean (*interrupted) (void); /* may be NULL */
};

/* ---- the session ---- */

static CamelService *
post_session_add_service (CamelSession *session, const char *uid, const char *protocol,
                          CamelProviderType type, GError **error)
{
  PostSession *self = (PostSession *)session;
  CamelService *service =
      CAMEL_SESSION_CLASS (post_session_parent_class)->add_service (session, uid, protocol, type, error);
  g_autoptr (ESource) source = service != NULL ? e_source_registry_ref_source (self->registry, uid) : NULL;

  if (source != NULL)
    e_source_camel_configure_service (source, service);
  return service;
}

static void
find_password (PostSession *self, CamelService *service, GCancellable *cancellable)
{
  g_autoptr (ESource) source = e_source_registry_ref_source (self->registry, camel_service_get_uid (service));
  g_autoptr (ESource) holder =
      source != NULL ? e_source_credentials_provider_ref_credentials_source (self->passwords, source) : NULL;
  ENamedParameters *found = NULL;

  if (source != NULL && e_source_credentials_provider_lookup_sync (
                            self->passwords, holder != NULL ? holder : source, cancellable, &found, NULL))
    camel_service_set_password (service, e_named_parameters_get (found, E_SOURCE_CREDENTIAL_PASSWORD));
  e_named_parameters_free (found);
}

static gboolean
post_session_authenticate_sync (CamelSession *session, CamelService *service, const char *mechanism,
                                GCancellable *cancellable, GError **error)
{
  const char *named = g_strcmp0 (mechanism, "none") == 0 ? NULL : mechanism;
  const CamelServiceAuthType *kind = named != NULL && *named != '\0' ? camel_sasl_authtype (named) : NULL;
  CamelAuthenticationResult result;

  if (kind == NULL || kind->need_password)
    find_password ((PostSession *)session, service, cancellable);
  result = camel_service_authenticate_sync (service, named, cancellable, error);
  if (result == CAMEL_AUTHENTICATION_REJECTED)
    g_set_error_literal (
        error, SATCHEL_ERROR, SATCHEL_ERROR_UNAUTHENTICATED,
        _ ("the mail server does not take the account's password; sign in once with the mail program"));
  return result == CAMEL_AUTHENTICATION_ACCEPTED;
}

static gboolean
post_session_get_oauth2_access_token_sync (CamelSession *session, CamelService *service, char **token,
                                           int *expires_in, GCancellable *cancellable, GError **error)
{
  PostSession *self = (PostSession *)session;
  g_autoptr (ESource) source = e_source_registry_ref_source (self->registry, camel_service_get_uid (service));
  g_autoptr (ESource) holder =
      source != NULL ? e_source_credentials_provider_ref_credentials_source (self->passwords, source) : NULL;

  if (source != NULL)
    return e_source_get_oauth2_access_token_sync (holder != NULL ? holder : source, cancellable, token,
                                                  expires_in, error);
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                       _ ("there is no such mail account any more"));
  return FALSE;
}

static CamelCertTrust
post_session_trust_prompt (CamelSession *session G_GNUC_UNUSED, CamelService *service G_GNUC_UNUSED,
                           GTlsCertificate *certificate G_GNUC_UNUSED,
                           GTlsCertificateFlags errors G_GNUC_UNUSED)
{
  return CAMEL_CERT_TRUST_NEVER;
}

static CamelFilterDriver *
post_session_get_filter_driver (CamelSession *session G_GNUC_UNUSED, const char *type G_GNUC_UNUSED,
                                CamelFolder *folder G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
  return NULL;
}

static void
post_session_class_init (PostSessionClass *class)
{
  CamelSessionClass *session = CAMEL_SESSION_CLASS (class);

  session->add_service = post_session_add_service;
  session->authenticate_sync = post_session_authenticate_sync;
  session->get_oauth2_access_token_sync = post_session_get_oauth2_access_token_sync;
  session->trust_prompt = post_session_trust_prompt;
  session->get_filter_driver = post_session_get_filter_driver;
}

static void
post_session_init (PostSession *self G_GNUC_UNUSED)
{
}

/* ---- accounts ---- */

static void
free_account (gpointer data)
{
  SatchelMailAccount *account = data;

  g_free (account->id);
  g_free (account->name);
  g_free (account->person);
  g_free (account->address);
  g_free (account->reply_to);
  g_free (account->transport);
  g_free (account->protocol);
  g_free (account);
}

/* An identity that says by what its mail is sent; NULL: it does not, or that is gone. */
static SatchelMailAccount *
read_account (ESourceRegistry *registry, ESource *source)
{
  ESourceMailIdentity *identity = e_source_get_extension (source, E_SOURCE_EXTENSION_MAIL_IDENTITY);
  ESourceMailSubmission *submission = e_source_get_extension (source, E_SOURCE_EXTENSION_MAIL_SUBMISSION);
  g_autofree char *uid = e_source_mail_submission_dup_transport_uid (submission);
  g_autofree char *address = e_source_mail_identity_dup_address (identity);
  g_autoptr (ESource) transport = uid != NULL ? e_source_registry_ref_source (registry, uid) : NULL;
  SatchelMailAccount *account;

  if (transport == NULL || address == NULL ||
      !e_source_has_extension (transport, E_SOURCE_EXTENSION_MAIL_TRANSPORT))
    return NULL;
  account = g_new0 (SatchelMailAccount, 1);
  account->id = e_source_dup_uid (source);
  account->name = e_source_dup_display_name (source);
  account->person = e_source_mail_identity_dup_name (identity);
  account->address = g_steal_pointer (&address);
  account->reply_to = e_source_mail_identity_dup_reply_to (identity);
  account->transport = g_steal_pointer (&uid);
  account->protocol = e_source_backend_dup_backend_name (
      e_source_get_extension (transport, E_SOURCE_EXTENSION_MAIL_TRANSPORT));
  return account;
}

static void
list_accounts (SatchelPost *post)
{
  GList *sources = e_source_registry_list_enabled (post->registry, E_SOURCE_EXTENSION_MAIL_SUBMISSION);
  g_autoptr (ESource) usual = e_source_registry_ref_default_mail_identity (post->registry);

  for (GList *l = sources; l != NULL; l = l->next) {
    SatchelMailAccount *account = e_source_has_extension (l->data, E_SOURCE_EXTENSION_MAIL_IDENTITY)
                                      ? read_account (post->registry, l->data)
                                      : NULL;

    if (account == NULL)
      continue;
    account->is_default = usual != NULL && e_source_equal (l->data, usual);
    g_ptr_array_insert (post->accounts, account->is_default ? 0 : -1, account);
  }
  g_list_free_full (sources, g_object_unref);
  /* The registry's default may be one that cannot send. */
  if (post->accounts->len > 0)
    ((SatchelMailAccount *)post->accounts->pdata[0])->is_default = TRUE;
}

const GPtrArray *
satchel_post_get_accounts (SatchelPost *post)
{
  return post->accounts;
}

const SatchelMailAccount *
satchel_post_find_account (SatchelPost *post, const char *text, GError **error)
{
  const SatchelMailAccount *found = NULL;

  if (post->accounts->len == 0) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("no mail account that sends is set up on this desktop"));
    return NULL;
  }
  if (text == NULL)
    return post->accounts->pdata[0];
  for (guint i = 0; i < post->accounts->len; i++) {
    const SatchelMailAccount *account = post->accounts->pdata[i];

    if (g_str_equal (account->id, text))
      return account;
    if (g_strcmp0 (account->name, text) != 0 && g_ascii_strcasecmp (account->address, text) != 0)
      continue;
    if (found != NULL) {
      g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                   _ ("several mail accounts are called “%s”: give its id"), text);
      return NULL;
    }
    found = account;
  }
  if (found == NULL)
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, _ ("there is no mail account “%s”"), text);
  return found;
}

/* ---- opening ---- */

SatchelPost *
satchel_post_new (GError **error)
{
  g_autoptr (SatchelPost) post = g_new0 (SatchelPost, 1);
  g_autofree char *data = g_build_filename (e_get_user_data_dir (), "mail", NULL);
  g_autofree char *cache = g_build_filename (e_get_user_cache_dir (), "mail", NULL);
  g_autoptr (GError) problem = NULL;

  /* With the mail program's certificates: whom she trusted there is trusted. */
  camel_init (e_get_user_data_dir (), TRUE);
  camel_provider_init ();
  e_source_camel_register_types ();
  post->accounts = g_ptr_array_new_with_free_func (free_account);
  post->registry = e_source_registry_new_sync (NULL, &problem);
  if (post->registry == NULL) {
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE,
                 _ ("the desktop's mail accounts (evolution-data-server) cannot be had: %s"),
                 problem->message);
    return NULL;
  }
  post->passwords = e_source_credentials_provider_new (post->registry);
  post->session =
      g_object_new (post_session_get_type (), "user-data-dir", data, "user-cache-dir", cache, NULL);
  post->session->registry = post->registry;
  post->session->passwords = post->passwords;
  camel_session_set_online (CAMEL_SESSION (post->session), TRUE);
  list_accounts (post);
  return g_steal_pointer (&post);
}

void
satchel_post_free (SatchelPost *post)
{
  if (post == NULL)
    return;
  g_clear_object (&post->session);
  g_clear_object (&post->passwords);
  g_clear_object (&post->registry);
  g_clear_pointer (&post->accounts, g_ptr_array_unref);
  g_free (post);
}

/* ---- sending ---- */

void
satchel_post_set_interrupted (SatchelPost *post, gboolean (*interrupted) (void))
{
  post->interrupted = interrupted;
}

/* Cancels what takes too long, or is not wanted any more, from a thread of its own: the one that sends waits.
 */
typedef struct {
  gboolean (*interrupted) (void);
  GMutex mutex;
  GCond cond;
  gboolean done;
  GCancellable *cancellable;
  GThread *thread;
} Patience;

static gpointer
lose_patience (gpointer data)
{
  Patience *patience = data;
  const gint64 end = g_get_monotonic_time () + PATIENCE_S * G_TIME_SPAN_SECOND;

  g_mutex_lock (&patience->mutex);
  while (!patience->done && g_get_monotonic_time () < end &&
         (patience->interrupted == NULL || !patience->interrupted ())) {
    const gint64 next = patience->interrupted != NULL ? g_get_monotonic_time () + LOOK_US : end;

    g_cond_wait_until (&patience->cond, &patience->mutex, MIN (next, end));
  }
  if (!patience->done)
    g_cancellable_cancel (patience->cancellable);
  g_mutex_unlock (&patience->mutex);
  return NULL;
}

static void
begin_patience (Patience *patience, SatchelPost *post)
{
  patience->interrupted = post->interrupted;
  g_mutex_init (&patience->mutex);
  g_cond_init (&patience->cond);
  patience->cancellable = g_cancellable_new ();
  patience->thread = g_thread_new ("patience", lose_patience, patience);
}

static void
end_patience (Patience *patience)
{
  g_mutex_lock (&patience->mutex);
  patience->done = TRUE;
  g_cond_signal (&patience->cond);
  g_mutex_unlock (&patience->mutex);
  g_thread_join (patience->thread);
  g_object_unref (patience->cancellable);
  g_mutex_clear (&patience->mutex);
  g_cond_clear (&patience->cond);
}

/* Camel tells in words alone what became of the program that is to take the messages; where its arguments
 * stand is the translator's choice. */
static gboolean
says (const GError *problem, const char *format)
{
  g_auto (GStrv) parts =
      g_regex_split_simple ("%(?:[0-9]+\\$)?s", g_dgettext ("evolution-data-server", format), 0, 0);
  const char *at = problem != NULL ? problem->message : "";

  for (guint i = 0; parts[i] != NULL; i++) {
    const char *found = strstr (at, parts[i]);

    if (found == NULL)
      return FALSE;
    at = found + strlen (parts[i]);
  }
  return TRUE;
}

/* A server's answer comes as CAMEL_ERROR_GENERIC with its words; where none came Camel says "Unknown error",
 * or nothing at all. */
static SatchelPostResult
judge (GError *problem, GError **error)
{
  const char *no_answer = g_dgettext ("evolution-data-server", "Unknown error");
  const gboolean refused = g_error_matches (problem, CAMEL_ERROR, CAMEL_ERROR_GENERIC) &&
                           strstr (problem->message, no_answer) == NULL &&
                           !says (problem, "“%s” exited with signal %s: mail not sent.");
  const gboolean absent = says (problem, "Could not execute “%s”: mail not sent.");

  g_set_error (
      error, SATCHEL_ERROR, refused && !absent ? SATCHEL_ERROR_RULE : SATCHEL_ERROR_UNREACHABLE, "%s",
      problem != NULL ? problem->message : _ ("the mail server went away while the message was under way"));
  if (absent)
    return SATCHEL_POST_UNSENT;
  return refused ? SATCHEL_POST_REFUSED : SATCHEL_POST_UNCERTAIN;
}

/* A program of the person's own choice that is not there would be told as one that took nothing. */
static gboolean
has_program (CamelService *service, GError **error)
{
  g_autoptr (CamelSettings) settings = camel_service_ref_settings (service);
  gboolean custom = FALSE;
  g_autofree char *program = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (settings), "custom-binary") == NULL)
    return TRUE;
  g_object_get (settings, "use-custom-binary", &custom, "custom-binary", &program, NULL);
  if (!custom || program == NULL || *program == '\0' || g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    return TRUE;
  g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE,
               _ ("the program that sends the account's mail is not there: %s"), program);
  return FALSE;
}

static gboolean
connect_to (CamelService *service, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (!has_program (service, error))
    return FALSE;
  if (camel_service_connect_sync (service, cancellable, &problem))
    return TRUE;
  g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_UNREACHABLE,
                       g_error_matches (problem, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)
                           ? _ ("the mail server's certificate is not trusted: see in the mail program "
                                "whether it is the right server")
                           : problem->message);
  return FALSE;
}

static SatchelPostResult
send_by (CamelService *service, const SatchelOutgoing *message, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) problem = NULL;
  gboolean saved;
  SatchelPostResult result = SATCHEL_POST_SENT;

  if (!connect_to (service, cancellable, error))
    return SATCHEL_POST_UNSENT;
  if (!camel_transport_send_to_sync (CAMEL_TRANSPORT (service), message->mime, CAMEL_ADDRESS (message->from),
                                     CAMEL_ADDRESS (message->recipients), &saved, cancellable, &problem))
    result = judge (problem, error);
  camel_service_disconnect_sync (service, result == SATCHEL_POST_SENT, NULL, NULL);
  return result;
}

SatchelPostResult
satchel_post_send (SatchelPost *post, const SatchelMailAccount *account, const SatchelOutgoing *message,
                   GError **error)
{
  CamelSession *session = CAMEL_SESSION (post->session);
  g_autoptr (CamelService) service = camel_session_ref_service (session, account->transport);
  Patience patience = { 0 };
  SatchelPostResult result;

  if (service == NULL)
    service = camel_session_add_service (session, account->transport, account->protocol,
                                         CAMEL_PROVIDER_TRANSPORT, error);
  if (service == NULL)
    return SATCHEL_POST_UNSENT;
  begin_patience (&patience, post);
  result = send_by (service, message, patience.cancellable, error);
  end_patience (&patience);
  return result;
}
