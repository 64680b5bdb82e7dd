/* The words of a command line, sorted into a command, its arguments and its options.
 *
 * Options may stand anywhere: "--data DIR", "--data=DIR"; "--" ends them. Every command takes --data, --json and --help, and all
 * but those about the whole server --org.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelArguments SatchelArguments;
typedef struct _SatchelCommand SatchelCommand;

/* FALSE with an error: the command failed. */
typedef gboolean (*SatchelCommandFunc) (const SatchelArguments *arguments, GError **error);

struct _SatchelCommand {
  const char *words;                /* "user role add" */
  const char *synopsis;             /* "NAME ROLE" */
  const char *help;                 /* a sentence or more */
  const char *const *options;       /* "role=" takes a value, "force" does not; NULL-terminated, may be NULL */
  guint n_arguments;                /* exactly, unless… */
  SatchelCommandFunc run;
  gboolean more;                    /* …there may be more */
  gboolean whole;                   /* about the whole server: no --org */
};

#define SATCHEL_USAGE_ERROR (satchel_usage_error_quark ())
GQuark satchel_usage_error_quark (void);
typedef enum { SATCHEL_USAGE_ERROR_ARGUMENTS } SatchelUsageError; /* exit status 2 */

/* @commands ends with an entry without words. Everything in the result is borrowed from @argv and @commands. */
SatchelArguments *satchel_arguments_parse (char **argv, const SatchelCommand *commands, GError **error);
void              satchel_arguments_free (SatchelArguments *arguments);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelArguments, satchel_arguments_free)

const SatchelCommand *satchel_arguments_get_command (const SatchelArguments *arguments); /* NULL: only --help was given */
guint       satchel_arguments_count (const SatchelArguments *arguments);
const char *satchel_arguments_get (const SatchelArguments *arguments, guint index);
gboolean    satchel_arguments_has (const SatchelArguments *arguments, const char *option);
/* The last value given, or NULL. */
const char *satchel_arguments_get_option (const SatchelArguments *arguments, const char *option);
/* All of them; NULL-terminated, the array owned. */
const char **satchel_arguments_get_options (const SatchelArguments *arguments, const char *option);
/* ARGUMENTS when it is not given. */
const char *satchel_arguments_require_option (const SatchelArguments *arguments, const char *option, GError **error);
/* *value keeps its value when the option is not given. */
gboolean satchel_arguments_get_integer (const SatchelArguments *arguments, const char *option, gint64 minimum,
                                        gint64 maximum, gint64 *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
