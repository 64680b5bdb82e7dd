/* Fields in texts of mail, and in records that hold such texts.
 *
 *   {{first_name}}  {{account.name}}  {{regarding(account).city}}   a field, perhaps along lookups
 *   {{me.name}}                                                     of the user who writes
 *   {{first_name|customer}}                                         what stands there where the field is empty
 *
 * client/mail/template.h fills them in.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"
#include "protocol/record.h"

G_BEGIN_DECLS

#define SATCHEL_MAX_TEMPLATE_FIELDS 1000

/* One field as it stands in a text. */
typedef struct {
  char *path;     /* without "me." */
  char *fallback; /* NULL: none */
  gboolean of_me;
  const SatchelField *field;
} SatchelTemplatePlace;
void satchel_template_place_clear (SatchelTemplatePlace *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelTemplatePlace, satchel_template_place_clear)

/* What stands between "{{" at @at, in @text, and its end, which *end is then behind. INVALID: "line 2, column 7: no field “frist_name” in
 * contact…". */
gboolean satchel_template_read_place (SatchelRegistry *registry, const SatchelEntity *entity, const char *text, const char *at,
                                      SatchelTemplatePlace *place, const char **end, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* FALSE, with @reason as INVALID and the place of @at. */
gboolean satchel_template_fail (const char *text, const char *at, const char *reason, GError **error);

/* Whether @text (NULL: none) is a template for records of @entity. INVALID as above. */
gboolean satchel_template_check (SatchelRegistry *registry, const SatchelEntity *entity, const char *text,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A rule of records: the texts of a mail template name fields that there are, of the kind of record that it is written for. @before (NULL: a
 * create): what did not change is not judged. Any other record passes. RULE: "“Text”: line 2, column 7: no field…". */
gboolean satchel_rules_validate_template (SatchelRegistry *registry, const SatchelRecord *record, const SatchelRecord *before,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
