/* Strict XML to definitions (GMarkup). The format is described in data/README.md. Used by registry.c and by the
 * fuzzer; everyone else asks the registry.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/markup.h"
#include "protocol/metadata/registry.h"

G_BEGIN_DECLS

/* Definitions under construction, and the owner of all that they are made of. After an error it can only be freed. */
typedef struct _SatchelMetadataReader SatchelMetadataReader;

SatchelMetadataReader *satchel_metadata_reader_new (void);
void                   satchel_metadata_reader_free (SatchelMetadataReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMetadataReader, satchel_metadata_reader_free)

#define SATCHEL_METADATA_VERSION "1" /* of <satchel> */

/* Adds one file's text. @name is used in errors: "account.xml:12:5: unknown attribute “lenght” of <field>". */
gboolean satchel_metadata_reader_add (SatchelMetadataReader *reader, const char *name, const char *text, gssize length,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a document that changes what was read so far, or adds to it. */
gboolean satchel_metadata_reader_amend (SatchelMetadataReader *reader, const char *name, const char *text, gssize length,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for definitions of this program, where what was read so far are another one's: entities and fields that are not there
 * yet are added, retired. */
gboolean satchel_metadata_reader_complete (SatchelMetadataReader *reader, const char *name, const char *text,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All that was read, as one document: one text for one content. Owned. */
char *satchel_metadata_reader_print (SatchelMetadataReader *reader);

/* Checks everything across files and hands over the entities, sorted by name, in an array that the reader owns.
 * The reader must outlive them; nothing may be added afterwards. */
const SatchelEntity *const *satchel_metadata_reader_finish (SatchelMetadataReader *reader, guint *n_entities,
                                                            GError **error);
/* Afterwards: the conditions of views, which can be read only with the registry that holds the entities. */
gboolean satchel_metadata_reader_check_predicates (SatchelMetadataReader *reader, SatchelRegistry *registry,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* After finish(): the one at @index; NULL behind the last one. Owned by the reader. */
const SatchelDashboard *satchel_metadata_reader_get_dashboard (SatchelMetadataReader *reader, guint index);

/* Where @entity, or @field of it unless that is NULL, was declared or changed last. Borrowed. */
const SatchelPlace *satchel_metadata_reader_find_place (SatchelMetadataReader *reader, const SatchelEntity *entity,
                                                        const SatchelField *field);

G_END_DECLS
