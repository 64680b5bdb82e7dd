/* satchelctl doctor [--rebuild]: one line for each thing that can be wrong with a profile.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cli/commands.h"
#include "client/cli/mirror.h"
#include "client/cli/remote.h"
#include "client/cli/state.h"
#include "client/profile.h"
#include "client/replica/check.h"
#include "client/replica/rescue.h"
#include "client/secrets.h"
#include "client/sync/audit.h"
#include "client/sync/call.h"
#include "protocol/limits.h"
#include "protocol/wire/members.h"
#include "protocol/wire/message.h"

typedef enum {
  FINDING_GOOD,
  FINDING_NOTICE, /* a person should look, nothing is broken */
  FINDING_BAD,
  FINDING_UNKNOWN, /* could not be looked at */
} FindingKind;

typedef struct {
  SatchelCli *cli;
  JsonArray *findings; /* with --json */
  FindingKind worst;
} Examination;

G_GNUC_PRINTF (4, 5)
static void
find (Examination *examination, const char *check, FindingKind kind, const char *format, ...)
{
  static const char *const names[] = { "good", "notice", "bad", "unknown" };
  static const char *const marks[] = { "ok", "look", "BAD", "?" };
  g_autofree char *text = NULL, *shown = NULL;
  JsonObject *object;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (kind != FINDING_UNKNOWN)
    examination->worst = MAX (examination->worst, kind);
  if (!examination->cli->json) {
    shown = satchel_cli_display_text (text, SATCHEL_CLI_ONE_LINE);
    satchel_cli_print (examination->cli, "%-4s  %-10s  %s\n", marks[kind], check, shown);
    return;
  }
  object = json_object_new ();
  json_object_set_string_member (object, "check", check);
  json_object_set_string_member (object, "result", names[kind]);
  json_object_set_string_member (object, "message", text);
  json_array_add_object_element (examination->findings, object);
}

/* ---- what lies on the disk ---- */

static void
examine_mode (Examination *examination, const char *path)
{
  struct stat status;

  if (lstat (path, &status) != 0) {
    find (examination, "files", FINDING_BAD, "%s: %s", path, g_strerror (errno));
    return;
  }
  if (status.st_uid != geteuid ())
    find (examination, "files", FINDING_BAD, _ ("%s belongs to another user"), path);
  else if ((status.st_mode & 077) != 0)
    find (examination, "files", FINDING_BAD, _ ("%s can be read by other users: chmod go= it"), path);
  else
    find (examination, "files", FINDING_GOOD, _ ("%s is for you alone"), path);
}

static void
examine_files (Examination *examination)
{
  SatchelSession *session = examination->cli->session;

  examine_mode (examination, satchel_session_get_directory (session));
  examine_mode (examination, satchel_database_get_path (
                                 satchel_replica_get_database (satchel_session_get_replica (session))));
}

static void
examine_replica (Examination *examination)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) problems =
      satchel_replica_check (satchel_session_get_replica (examination->cli->session), &error);

  if (problems == NULL) {
    find (examination, "replica", FINDING_BAD, "%s", error->message);
    return;
  }
  for (guint i = 0; i < problems->len; i++)
    find (examination, "replica", FINDING_BAD, "%s", (const char *)g_ptr_array_index (problems, i));
  if (problems->len == 0)
    find (examination, "replica", FINDING_GOOD, _ ("rows, pending edits and search fit together"));
  else
    find (examination, "replica", FINDING_NOTICE, _ ("satchelctl doctor --rebuild fetches everything anew"));
}

static void
examine_clock (Examination *examination)
{
  SatchelReplica *replica = satchel_session_get_replica (examination->cli->session);
  gint64 now = satchel_clock_now_ms (examination->cli->clock);
  gint64 last_sync = satchel_replica_peek_meta_integer (replica, "last_sync_ms", 0);
  g_autofree char *text = satchel_instant_to_text (now);

  /* The clock decides nothing; it is shown with every change, and a wrong one confuses people. */
  if (now < last_sync)
    find (examination, "clock", FINDING_NOTICE, _ ("this computer says %s, which is before the last sync"),
          text);
  else
    find (examination, "clock", FINDING_GOOD, "%s", text);
}

static void
examine_outbox (Examination *examination)
{
  g_autoptr (GError) error = NULL;
  SatchelTally state;

  if (!satchel_session_count_waiting (examination->cli->session, &state, &error)) {
    find (examination, "outbox", FINDING_BAD, "%s", error->message);
    return;
  }
  find (examination, "outbox", state.parked > 0 ? FINDING_NOTICE : FINDING_GOOD,
        _ ("%" PRId64 " waiting, %" PRId64 " refused"), state.pending, state.parked);
  find (examination, "conflicts", state.conflicts > 0 ? FINDING_NOTICE : FINDING_GOOD, _ ("%" PRId64 " open"),
        state.conflicts);
}

static void
examine_sealing (Examination *examination)
{
  switch (satchel_session_get_sealing (examination->cli->session)) {
  case SATCHEL_SEALING_NONE:
    find (examination, "disk", FINDING_NOTICE,
          _ ("the records are not encrypted: this profile was made without; move its folder aside and sign "
             "in to "
             "have them so"));
    break;
  case SATCHEL_SEALING_KEY_THERE:
    find (examination, "disk", FINDING_GOOD,
          _ ("the records are encrypted, but the key is in a file beside them, because there is no keyring: "
             "whoever has the disk has both"));
    break;
  case SATCHEL_SEALING_SEALED:
    find (examination, "disk", FINDING_GOOD, _ ("the records are encrypted; the key is in the keyring"));
    break;
  }
}

static void
examine_secret (Examination *examination)
{
  if (satchel_secret_is_in_file (SATCHEL_SECRET_TOKEN,
                                 satchel_session_get_directory (examination->cli->session)))
    find (examination, "secret", FINDING_GOOD,
          _ ("the access token is in a file, because there is no keyring"));
  else
    find (examination, "secret", FINDING_GOOD, _ ("the access token is in the keyring"));
}

/* That there is none is no fault; that it cannot go on is one to look at. */
static void
examine_mirror (Examination *examination)
{
  g_auto (SatchelCliMirror) mirror = { 0 };
  g_autofree char *text = NULL;

  satchel_cli_mirror_ask (examination->cli, &mirror);
  text = satchel_cli_mirror_describe (&mirror);
  find (examination, "mirror",
        g_strcmp0 (mirror.condition, "failed") == 0 || g_strcmp0 (mirror.condition, "waiting") == 0 ||
                (mirror.reason != NULL && g_strcmp0 (mirror.condition, "running") == 0) ? FINDING_NOTICE
                                                                                                  : FINDING_GOOD,
        "%s", text);
}

/* ---- the server ---- */

static void
examine_hello (Examination *examination, const char *text)
{
  g_autoptr (JsonNode) node = satchel_json_parse (text, strlen (text), NULL);
  const char *ours =
      satchel_replica_peek_meta (satchel_session_get_replica (examination->cli->session), "organisation");
  SatchelFollowed *followed =
      satchel_replica_get_followed (satchel_session_get_replica (examination->cli->session));
  SatchelMembers members;
  const char *organisation, *name, *schema;
  gint64 protocol;

  satchel_members_open (&members, node, "the server's greeting");
  organisation = satchel_members_require_string (&members, "organisation");
  name = satchel_members_require_string (&members, "organisation_name");
  schema = satchel_members_require_string (&members, "schema");
  protocol = satchel_members_require_integer (&members, "protocol", 1, G_MAXINT64);
  if (!satchel_members_finish (&members, SATCHEL_MEMBERS_ANY, NULL))
    find (examination, "server", FINDING_BAD, _ ("what answers there is no Satchel server"));
  else if (g_strcmp0 (organisation, ours) != 0)
    find (examination, "server", FINDING_BAD, _ ("the server there belongs to another organisation, %s"),
          name);
  else if (protocol != SATCHEL_PROTOCOL_VERSION)
    find (examination, "server", FINDING_BAD, _ ("the server speaks protocol %" PRId64 ", this program %d"),
          protocol, SATCHEL_PROTOCOL_VERSION);
  else if (satchel_followed_is_unread (followed))
    find (examination, "server", FINDING_NOTICE,
          _ ("%s; its definitions are newer than this program, which does not show all fields"), name);
  else if (!g_str_equal (schema, satchel_followed_get_digest (followed)))
    find (examination, "server", FINDING_NOTICE, _ ("%s; its entities and fields have changed: sync"), name);
  else
    find (examination, "server", FINDING_GOOD, "%s", name);
}

static void
examine_server (Examination *examination)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelTransport) transport = satchel_cli_connect (examination->cli, &error);
  g_autoptr (GBytes) hello = NULL;
  g_autofree char *greeting = NULL, *known = NULL;

  if (transport != NULL)
    hello = satchel_transport_call (transport, "/v1/hello", NULL, NULL, &error);
  if (hello == NULL) {
    find (examination, "server", FINDING_UNKNOWN, "%s", error->message);
    return;
  }
  greeting = g_strndup (g_bytes_get_data (hello, NULL), g_bytes_get_size (hello));
  examine_hello (examination, greeting);

  known = satchel_cli_ask (examination->cli, transport, "/v1/known", "{\"sets\":[]}", &error);
  if (known != NULL)
    find (examination, "sign-in", FINDING_GOOD, _ ("the server accepts this device"));
  else if (satchel_error_code (error) == SATCHEL_ERROR_UNAUTHENTICATED)
    find (examination, "sign-in", FINDING_BAD, _ ("%s: satchelctl login"), error->message);
  else
    find (examination, "sign-in", FINDING_UNKNOWN, "%s", error->message);
}

/* ---- row by row ---- */

static void
tell_healed (Examination *examination)
{
  gint64 at_ms;
  g_autoptr (JsonObject) entities =
      satchel_audit_get_healed (satchel_session_get_replica (examination->cli->session), &at_ms);
  JsonObjectIter iter;
  const char *entity;
  JsonNode *rows;

  if (entities == NULL)
    return;
  json_object_iter_init (&iter, entities);
  while (json_object_iter_next (&iter, &entity, &rows))
    find (examination, "audit", FINDING_NOTICE,
          _ ("healed %" PRId64 " rows in %s that differed from the server's"), json_node_get_int (rows),
          entity);
}

static void
tell_disputed (Examination *examination)
{
  SatchelReplica *replica = satchel_session_get_replica (examination->cli->session);
  g_autofree char *records = satchel_cli_count (satchel_audit_get_disputed (replica), "record", "records");

  find (examination, "audit", FINDING_BAD,
        _ ("%s came from the server damaged: its administrator should run “satchel-server check”"), records);
}

/* Nothing but wrong rows is changed, so that an examination may mend them. */
static void
examine_rows (Examination *examination)
{
  SatchelSession *session = examination->cli->session;
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelProfileLock) lock =
      satchel_profile_lock (satchel_session_get_directory (session), &error);
  g_autoptr (SatchelTransport) transport =
      lock != NULL ? satchel_cli_connect (examination->cli, &error) : NULL;
  g_autofree char *token = transport != NULL ? satchel_session_dup_token (session, &error) : NULL;
  SatchelAuditOutcome outcome;
  gint64 healed;

  if (token == NULL || !satchel_audit_run (session, transport, token, &outcome, &healed, &error)) {
    find (examination, "audit", FINDING_UNKNOWN, "%s", error->message);
    return;
  }
  switch (outcome) {
  case SATCHEL_AUDIT_RIGHT:
    find (examination, "audit", FINDING_GOOD, _ ("every record is as the server has it"));
    break;
  case SATCHEL_AUDIT_HEALED:
    tell_healed (examination);
    break;
  case SATCHEL_AUDIT_DISPUTED:
    if (healed > 0)
      tell_healed (examination);
    tell_disputed (examination);
    break;
  case SATCHEL_AUDIT_LOST:
    find (examination, "audit", FINDING_BAD,
          _ ("too much differs from what the server has: satchelctl sync --audit fetches it anew"));
    break;
  default:
    find (examination, "audit", FINDING_UNKNOWN, _ ("the server has something newer: satchelctl sync"));
    break;
  }
}

/* ---- the command ---- */

static int
examine (SatchelCli *cli)
{
  Examination examination = { .cli = cli };
  JsonObject *object;

  if (cli->json)
    examination.findings = json_array_new ();
  examine_files (&examination);
  examine_sealing (&examination);
  examine_replica (&examination);
  examine_outbox (&examination);
  examine_clock (&examination);
  if (satchel_session_get_user (cli->session) == NULL) {
    find (&examination, "sign-in", FINDING_NOTICE,
          _ ("nobody has signed in yet: satchelctl login URL --user NAME"));
  } else {
    examine_secret (&examination);
    examine_mirror (&examination);
    examine_server (&examination);
    examine_rows (&examination);
  }
  if (cli->json) {
    object = json_object_new ();
    json_object_set_boolean_member (object, "ok", examination.worst != FINDING_BAD);
    json_object_set_array_member (object, "checks", examination.findings);
    satchel_cli_print_object (cli, object);
  }
  switch (examination.worst) {
  case FINDING_BAD:
    return SATCHEL_CLI_FAILED;
  case FINDING_NOTICE:
    return SATCHEL_CLI_ATTENTION;
  default:
    return SATCHEL_CLI_DONE;
  }
}

static int
tell_rebuilt (SatchelCli *cli, gboolean lost)
{
  const gboolean known = satchel_session_get_user (cli->session) != NULL;
  JsonObject *object;

  if (cli->json) {
    object = json_object_new ();
    json_object_set_boolean_member (object, "rebuilt", TRUE);
    json_object_set_boolean_member (object, "lost", lost);
    satchel_cli_print_object (cli, object);
  } else if (lost) {
    satchel_cli_print (
        cli, _ ("The file was damaged where unsent changes stood: look into satchelctl outbox. %s\n"),
        known ? _ ("satchelctl sync fetches the records anew.")
              : _ ("Who was signed in is not known any more: satchelctl login, then satchelctl sync."));
  } else {
    satchel_cli_print (
        cli, _ ("The records are gone from here, your unsent changes are not; satchelctl sync fetches the "
                "records anew.\n"));
  }
  return lost ? SATCHEL_CLI_ATTENTION : SATCHEL_CLI_DONE;
}

static int
rebuild (SatchelCli *cli)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SatchelProfileLock) lock = NULL;
  gboolean lost;

  if (cli->rebuilt) /* it could not be opened before */
    return tell_rebuilt (cli, cli->lost);
  lock = satchel_profile_lock (satchel_session_get_directory (cli->session), &error);
  if (lock == NULL || !satchel_replica_rescue (satchel_session_get_replica (cli->session), &lost, &error))
    return satchel_cli_fail (cli, error);
  return tell_rebuilt (cli, lost);
}

int
satchel_cli_doctor (SatchelCli *cli, int argc, char **argv)
{
  gboolean again = FALSE;
  const SatchelCliOption known[] = { { "rebuild", &again, NULL }, { 0 } };
  int status;
  g_autofree char **words = NULL;

  cli->rebuild = &again;
  words = satchel_cli_begin (cli, argc, argv, known, 0, 0, &status);
  cli->rebuild = NULL;
  if (words == NULL)
    return status;
  return again ? rebuild (cli) : examine (cli);
}
