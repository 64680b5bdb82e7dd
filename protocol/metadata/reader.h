/* Strict XML to definitions (GMarkup). The format is described in data/README.md. Used by registry.c and by the
 * fuzzer; everyone else asks the registry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/entity.h"

G_BEGIN_DECLS

/* Mutable definitions under construction; the arrays inside are owned by @arena. */
typedef struct _SatchelMetadataReader SatchelMetadataReader;

SatchelMetadataReader *satchel_metadata_reader_new (void);
void                   satchel_metadata_reader_free (SatchelMetadataReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMetadataReader, satchel_metadata_reader_free)

/* Adds one file's text. @name is used in errors: "account.xml:12:5: unknown attribute “lenght” of <field>". */
gboolean satchel_metadata_reader_add (SatchelMetadataReader *reader, const char *name, const char *text, gssize length,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Checks everything across files and hands over the entities, sorted by name, in an array that the reader owns.
 * The reader must outlive them; nothing may be added afterwards. */
const SatchelEntity *const *satchel_metadata_reader_finish (SatchelMetadataReader *reader, guint *n_entities,
                                                            GError **error);

G_END_DECLS
