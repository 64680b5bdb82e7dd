/* The rule is two facts of the profile. A file of its own, since the application sets it and does without
 * Camel.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/mail/rules.h"

#include <glib/gi18n.h>
#include <string.h>

#include "protocol/error.h"

#define RULE              "mail_rule"
#define FOLDER            "mail_folder"
#define MOST_FOLDER_BYTES 4096

static const char *const names[] = { "none", "replies", "known", "folder" };

const char *
satchel_mail_rule_name (SatchelMailRule rule)
{
  return names[rule];
}

gboolean
satchel_mail_rule_from_name (const char *name, SatchelMailRule *rule)
{
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], name) == 0) {
      *rule = (SatchelMailRule)i;
      return TRUE;
    }
  return FALSE;
}

gboolean
satchel_mail_rule_get (SatchelSession *session, SatchelMailRule *rule, char **folder, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  g_autofree char *name = NULL, *kept = NULL;

  if (!satchel_replica_dup_meta (replica, RULE, &name, error) ||
      !satchel_replica_dup_meta (replica, FOLDER, &kept, error))
    return FALSE;
  if (!satchel_mail_rule_from_name (name, rule))
    *rule = SATCHEL_MAIL_RULE_NONE;
  if (folder != NULL)
    *folder = *rule == SATCHEL_MAIL_RULE_FOLDER ? g_steal_pointer (&kept) : NULL;
  return TRUE;
}

gboolean
satchel_mail_rule_set (SatchelSession *session, SatchelMailRule rule, const char *folder, GError **error)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  const gboolean needed = rule == SATCHEL_MAIL_RULE_FOLDER;
  const gboolean given = folder != NULL && *folder != '\0';

  if (needed != given || (given && (strlen (folder) > MOST_FOLDER_BYTES || strpbrk (folder, "\r\n") != NULL ||
                                    !g_utf8_validate (folder, -1, NULL)))) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID,
                         needed ? _ ("this rule needs the name of a folder")
                                : _ ("only the rule “folder” has a folder"));
    return FALSE;
  }
  return satchel_replica_set_meta (replica, RULE, rule != SATCHEL_MAIL_RULE_NONE ? names[rule] : NULL,
                                   error) &&
         satchel_replica_set_meta (replica, FOLDER, needed ? folder : NULL, error);
}

char *
satchel_mail_folder_dup_title (const char *folder)
{
  static const char scheme[] = "folder://";
  const char *path = g_str_has_prefix (folder, scheme) ? strchr (folder + strlen (scheme), '/') : NULL;
  g_autofree char *name = path != NULL && path[1] != '\0' ? g_uri_unescape_string (path + 1, NULL) : NULL;
  char *title = g_utf8_make_valid (name != NULL ? name : folder, -1);

  for (char *at = title; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      *at = ' ';
  return title;
}
