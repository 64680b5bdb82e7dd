/* The commands of satchel-server, one function each; main.c has the table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/admin/arguments.h"

G_BEGIN_DECLS

gboolean satchel_command_init (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_serve (const SatchelArguments *arguments, GError **error);

gboolean satchel_command_org_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_org_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_org_rename (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_org_disable (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_org_enable (const SatchelArguments *arguments, GError **error);

gboolean satchel_command_user_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_disable (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_enable (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_set_unit (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_set_manager (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_password (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_role_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_role_remove (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_user_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_role_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_role_show (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_unit_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_unit_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_unit_rename (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_unit_move (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_team_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_team_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_team_member_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_team_member_remove (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_team_disable (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_team_enable (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_share_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_share_add (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_share_remove (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_device_list (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_device_revoke (const SatchelArguments *arguments, GError **error);

gboolean satchel_command_schema_apply (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_schema_check (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_schema_show (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_schema_export (const SatchelArguments *arguments, GError **error);

gboolean satchel_command_quota (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_backup (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_restore (const SatchelArguments *arguments, GError **error);
gboolean satchel_command_check (const SatchelArguments *arguments, GError **error);

G_END_DECLS
