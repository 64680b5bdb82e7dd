/* Documents with definitions, from files named on the command line.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/registry.h"

G_BEGIN_DECLS

typedef struct {
  SatchelMetadataDocument *documents; /* named like their files; owned with their texts */
  guint n_documents;
} SatchelSchemaInput;

/* @files: NULL-terminated. */
gboolean satchel_schema_input_read (const char *const *files, SatchelSchemaInput *input,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_schema_input_clear (SatchelSchemaInput *input);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SatchelSchemaInput, satchel_schema_input_clear)

G_END_DECLS
