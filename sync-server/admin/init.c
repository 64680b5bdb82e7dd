/* satchel-server init, and what “org add” has in common with it: a new organisation, all of it or nothing.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/commands.h"
#include "sync-server/admin/demo.h"
#include "sync-server/admin/founding.h"
#include "sync-server/admin/organisation.h"
#include "sync-server/admin/password-input.h"
#include "sync-server/admin/schema-input.h"
#include "sync-server/customising.h"
#include "sync-server/security/accounts.h"

#define ADMINISTRATOR_ROLE SATCHEL_FOUNDING_ROLE
#define DEFAULT_NAME       "Satchel"
#define DEFAULT_SEED       1

gboolean
satchel_founding_is_name (const char *text)
{
  for (const char *at = text; *at != '\0'; at++) {
    if (g_ascii_iscntrl (*at))
      return FALSE;
  }
  return *text != '\0';
}

static gboolean
read_plan (const SatchelArguments *arguments, SatchelFounding *plan, GError **error)
{
  const char *name = satchel_arguments_get_option (arguments, "org");

  *plan = (SatchelFounding){
    .dir = satchel_arguments_require_option (arguments, "data", error),
    .name = name != NULL ? name : DEFAULT_NAME,
    .administrator = satchel_arguments_get_option (arguments, "admin"),
    .password_file = satchel_arguments_get_option (arguments, "password-file"),
    .seed = DEFAULT_SEED,
  };
  if (plan->dir == NULL ||
      !satchel_arguments_get_integer (arguments, "demo", 1, SATCHEL_DEMO_MOST_THOUSANDS,
                                      &plan->demo_thousands, error) ||
      !satchel_arguments_get_integer (arguments, "seed", 0, G_MAXINT64, &plan->seed, error))
    return FALSE;
  if (!satchel_founding_is_name (plan->name)) {
    g_set_error_literal (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                         "--org is one line of text");
    return FALSE;
  }
  if (plan->administrator != NULL && plan->demo_thousands > 0) {
    g_set_error_literal (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                         "the demo organisation has an administrator of its own: not --admin with --demo");
    return FALSE;
  }
  return TRUE;
}

static gboolean
add_administrator (SatchelServer *server, const SatchelFounding *plan, const char *password, GError **error)
{
  static const char *const roles[] = { ADMINISTRATOR_ROLE, NULL };
  SatchelNewUser user = { .login = plan->administrator,
                          .password = password,
                          .unit = satchel_server_get_root_unit (server),
                          .roles = roles };
  g_autofree char *id = satchel_accounts_add_user (server, NULL, &user, error);

  return id != NULL;
}

static gboolean
customise (SatchelServer *server, const SatchelSchemaInput *input, GError **error)
{
  gint64 version;

  return satchel_server_customise (server, input->documents, input->n_documents, SATCHEL_CUSTOMISING_APPLY,
                                   &version, error);
}

static gboolean
fill (const SatchelFounding *plan, const SatchelSchemaInput *input, const char *password, GError **error)
{
  g_auto (SatchelOrganisation) organisation = { 0 };

  if (!satchel_organisation_open (plan->dir, &organisation, error) ||
      !customise (organisation.server, input, error))
    return FALSE;
  if (plan->administrator != NULL && !add_administrator (organisation.server, plan, password, error))
    return FALSE;
  return plan->demo_thousands == 0 || satchel_demo_fill (organisation.server, plan->dir, plan->demo_thousands,
                                                         plan->seed, satchel_clock_system (), error);
}

gboolean
satchel_found_organisation (const SatchelArguments *arguments, const SatchelFounding *plan, GError **error)
{
  if ((plan->administrator == NULL) != (plan->password_file == NULL)) {
    g_set_error_literal (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
                         "--admin and --password-file go together");
    return FALSE;
  }

  /* Everything that can be refused is looked at before anything is made. */
  g_autofree const char **files = satchel_arguments_get_options (arguments, "schema");
  g_auto (SatchelSchemaInput) input = { 0 };
  if (!satchel_schema_input_read (files, &input, error))
    return FALSE;
  char *password = NULL;
  if (plan->password_file != NULL && (password = satchel_password_read (plan->password_file, error)) == NULL)
    return FALSE;

  gboolean ok = satchel_server_create (plan->dir, plan->name, satchel_registry_builtin (),
                                       satchel_clock_system (), error);
  if (ok && !(ok = fill (plan, &input, password, error)))
    satchel_organisation_discard (plan->dir);
  satchel_password_free (password);
  return ok;
}

gboolean
satchel_command_init (const SatchelArguments *arguments, GError **error)
{
  SatchelFounding plan;

  if (!read_plan (arguments, &plan, error) || !satchel_found_organisation (arguments, &plan, error))
    return FALSE;

  g_print ("“%s” is ready in %s\n", plan.name, plan.dir);
  if (plan.demo_thousands > 0)
    g_print ("The users and their passwords are in %s/%s\n", plan.dir, SATCHEL_DEMO_USERS_FILE);
  else if (plan.administrator == NULL)
    g_print (
        "Nobody can sign in yet: satchel-server user add NAME --role %s --password-file FILE --data %s\n",
        ADMINISTRATOR_ROLE, plan.dir);
  return TRUE;
}
