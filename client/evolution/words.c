/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/evolution/words.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *entity, *label, *icon;
} kinds[] = {
  { "account", N_ ("Account"), "x-office-address-book-symbolic" },
  { "contact", N_ ("Contact"), "avatar-default-symbolic" },
  { "lead", N_ ("Lead"), "contact-new-symbolic" },
  { "user", N_ ("User"), "avatar-default-symbolic" },
  { "opportunity", N_ ("Opportunity"), "starred-symbolic" },
  { "case", N_ ("Case"), "dialog-question-symbolic" },
  { "quote", N_ ("Quote"), "x-office-document-symbolic" },
  { "order", N_ ("Order"), "x-office-document-symbolic" },
  { "invoice", N_ ("Invoice"), "x-office-document-symbolic" },
  { "campaign", N_ ("Campaign"), "mail-send-symbolic" },
  { "email", N_ ("Email"), "mail-unread-symbolic" },
  { "appointment", N_ ("Appointment"), "x-office-calendar-symbolic" },
  { "task", N_ ("Task"), "object-select-symbolic" },
  { "phone_call", N_ ("Phone Call"), "call-start-symbolic" },
  { "letter", N_ ("Letter"), "x-office-document-symbolic" },
};

const char *
satchel_words_get_kind (const char *entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].entity, entity) == 0)
      return _ (kinds[i].label);
  return entity;
}

const char *
satchel_words_get_icon (const char *entity)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (kinds[i].entity, entity) == 0)
      return kinds[i].icon;
  return "text-x-generic-symbolic";
}

void
satchel_words_bind (void)
{
  Dl_info self;
  g_autofree char *place = NULL, *catalogue = NULL;
  char *path = dladdr (satchel_words_bind, &self) != 0 ? realpath (self.dli_fname, NULL) : NULL;
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : NULL;

  free (path);
  if (folder != NULL) {
    place = g_canonicalize_filename ("../../po", folder);
    catalogue = g_build_filename (place, "ro", "LC_MESSAGES", GETTEXT_PACKAGE ".mo", NULL);
  }
  bindtextdomain (GETTEXT_PACKAGE, catalogue != NULL && g_file_test (catalogue, G_FILE_TEST_EXISTS)
                                       ? place
                                       : SATCHEL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
}
