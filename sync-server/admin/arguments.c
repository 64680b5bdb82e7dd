/* Command lines, see the header.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync-server/admin/arguments.h"

#include <string.h>

#include "protocol/integer.h"

/* clang-format off: it takes the dashes for subtraction */
G_DEFINE_QUARK (satchel - usage - error - quark, satchel_usage_error)
/* clang-format on */

typedef struct {
  char *name;
  const char *value; /* NULL: none was given */
} Option;

struct _SatchelArguments {
  const SatchelCommand *command;
  GPtrArray *words; /* const char*: first those of the command, then its arguments */
  guint n_command_words;
  GPtrArray *options; /* Option* */
};

static const char *const common_options[] = { "data=", "org=", "json", "help", NULL };

static void
option_free (gpointer data)
{
  Option *option = data;

  g_free (option->name);
  g_free (option);
}

void
satchel_arguments_free (SatchelArguments *arguments)
{
  if (arguments == NULL)
    return;
  g_ptr_array_unref (arguments->words);
  g_ptr_array_unref (arguments->options);
  g_free (arguments);
}

static gboolean G_GNUC_PRINTF (2, 3) usage (GError **error, const char *format, ...)
{
  va_list values;

  va_start (values, format);
  if (error != NULL)
    *error = g_error_new_valist (SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS, format, values);
  va_end (values);
  return FALSE;
}

/* The entry for @name in a list of options: "name" or "name="; NULL when there is none. */
static const char *
find_option (const char *const *options, const char *name)
{
  gsize length = strlen (name);

  for (; options != NULL && *options != NULL; options++)
    if (strncmp (*options, name, length) == 0 && strchr ("=", (*options)[length]) != NULL)
      return *options;
  return NULL;
}

/* Before the command is known: does any command want a value for @name? */
static const char *
find_option_anywhere (const SatchelCommand *commands, const char *name)
{
  const char *found = find_option (common_options, name);

  for (; found == NULL && commands->words != NULL; commands++)
    found = find_option (commands->options, name);
  return found;
}

static gboolean
parse_option (SatchelArguments *arguments, char ***argv, const SatchelCommand *commands, GError **error)
{
  const char *text = **argv + 2;
  const char *equals = strchr (text, '=');
  Option *option = g_new0 (Option, 1);

  option->name = equals != NULL ? g_strndup (text, equals - text) : g_strdup (text);
  option->value = equals != NULL ? equals + 1 : NULL;
  g_ptr_array_add (arguments->options, option);

  const char *known = find_option_anywhere (commands, option->name);
  if (known == NULL)
    return usage (error, "unknown option --%s", option->name);
  gboolean wants_value = g_str_has_suffix (known, "=");
  if (!wants_value && option->value != NULL)
    return usage (error, "--%s takes no value", option->name);
  if (wants_value && option->value == NULL) {
    option->value = *++*argv;
    if (option->value == NULL)
      return usage (error, "--%s needs a value", option->name);
  }
  return TRUE;
}

static guint
count_words (const char *words)
{
  guint n = 1;

  for (; *words != '\0'; words++)
    n += *words == ' ';
  return n;
}

/* The number of @command's words when they are the first of @words, else 0. */
static guint
match (const SatchelCommand *command, GPtrArray *words)
{
  guint n = count_words (command->words);
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; i < MIN (n, words->len); i++)
    g_string_append_printf (joined, "%s%s", i > 0 ? " " : "", (const char *)words->pdata[i]);
  return strcmp (joined->str, command->words) == 0 ? n : 0;
}

static gboolean
choose_command (SatchelArguments *arguments, const SatchelCommand *commands, GError **error)
{
  for (const SatchelCommand *command = commands; command->words != NULL; command++) {
    guint n = match (command, arguments->words);
    if (n > arguments->n_command_words) {
      arguments->command = command;
      arguments->n_command_words = n;
    }
  }
  if (arguments->command != NULL || satchel_arguments_has (arguments, "help"))
    return TRUE;
  if (arguments->words->len == 0)
    return usage (error, "%s", "which command? See satchel-server --help");
  return usage (error, "unknown command “%s”; see satchel-server --help",
                (const char *)arguments->words->pdata[0]);
}

guint
satchel_arguments_count (const SatchelArguments *arguments)
{
  return arguments->words->len - arguments->n_command_words;
}

static gboolean
check_command (SatchelArguments *arguments, GError **error)
{
  const SatchelCommand *command = arguments->command;

  for (guint i = 0; i < arguments->options->len; i++) {
    const char *name = ((Option *)arguments->options->pdata[i])->name;
    if (find_option (common_options, name) == NULL && find_option (command->options, name) == NULL)
      return usage (error, "this command does not take --%s", name);
    if (command->whole && strcmp (name, "org") == 0)
      return usage (error, "%s", "this command is about all organisations: it does not take --org");
  }
  const guint n_arguments = satchel_arguments_count (arguments);
  if (n_arguments < command->n_arguments || (n_arguments > command->n_arguments && !command->more))
    return usage (error, "usage: satchel-server %s %s", command->words, command->synopsis);
  return TRUE;
}

SatchelArguments *
satchel_arguments_parse (char **argv, const SatchelCommand *commands, GError **error)
{
  g_autoptr (SatchelArguments) arguments = g_new0 (SatchelArguments, 1);
  gboolean options_ended = FALSE;

  arguments->words = g_ptr_array_new ();
  arguments->options = g_ptr_array_new_with_free_func (option_free);
  for (argv++; *argv != NULL; argv++) {
    if (options_ended || !g_str_has_prefix (*argv, "--"))
      g_ptr_array_add (arguments->words, *argv);
    else if ((*argv)[2] == '\0')
      options_ended = TRUE;
    else if (!parse_option (arguments, &argv, commands, error))
      return NULL;
  }
  if (!choose_command (arguments, commands, error))
    return NULL;
  if (arguments->command != NULL && !satchel_arguments_has (arguments, "help") &&
      !check_command (arguments, error))
    return NULL;
  return g_steal_pointer (&arguments);
}

const SatchelCommand *
satchel_arguments_get_command (const SatchelArguments *arguments)
{
  return arguments->command;
}

const char *
satchel_arguments_get (const SatchelArguments *arguments, guint index)
{
  return arguments->words->pdata[arguments->n_command_words + index];
}

static const Option *
find_given (const SatchelArguments *arguments, const char *name)
{
  const Option *found = NULL;

  for (guint i = 0; i < arguments->options->len; i++) {
    const Option *option = arguments->options->pdata[i];
    if (strcmp (option->name, name) == 0)
      found = option;
  }
  return found;
}

gboolean
satchel_arguments_has (const SatchelArguments *arguments, const char *option)
{
  return find_given (arguments, option) != NULL;
}

const char *
satchel_arguments_get_option (const SatchelArguments *arguments, const char *option)
{
  const Option *found = find_given (arguments, option);

  return found != NULL ? found->value : NULL;
}

const char **
satchel_arguments_get_options (const SatchelArguments *arguments, const char *name)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();

  for (guint i = 0; i < arguments->options->len; i++) {
    const Option *option = arguments->options->pdata[i];
    if (strcmp (option->name, name) == 0)
      g_ptr_array_add (values, (gpointer)option->value);
  }
  g_ptr_array_add (values, NULL);
  return (const char **)g_ptr_array_steal (values, NULL);
}

const char *
satchel_arguments_require_option (const SatchelArguments *arguments, const char *option, GError **error)
{
  const char *value = satchel_arguments_get_option (arguments, option);

  if (value == NULL)
    usage (error, "--%s is needed", option);
  return value;
}

gboolean
satchel_arguments_get_integer (const SatchelArguments *arguments, const char *option, gint64 minimum,
                               gint64 maximum, gint64 *value, GError **error)
{
  const char *text = satchel_arguments_get_option (arguments, option);

  if (text == NULL || satchel_integer_parse (text, minimum, maximum, value))
    return TRUE;
  g_set_error (error, SATCHEL_USAGE_ERROR, SATCHEL_USAGE_ERROR_ARGUMENTS,
               "--%s is a number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, option, minimum, maximum);
  return FALSE;
}
