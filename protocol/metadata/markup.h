/* Strict XML by table: which elements stand where, with which attributes. Metadata and roles are read with it; the
 * rest of GMarkup's freedom (text, processing instructions, document types, unknown or repeated attributes) is
 * refused. Every error is SATCHEL_ERROR_INVALID and begins with "file:line:column: ".
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file in memory. The text must be valid UTF-8; errors borrow from it, so it must outlive its places. */
typedef struct {
  const char *name; /* used in errors */
  const char *text; /* NUL-terminated */
} SatchelSource;

/* Where an element's tag begins; cheap to keep for checks that need the whole set. */
typedef struct {
  const SatchelSource *source;
  gsize offset; /* bytes */
} SatchelPlace;

/* Sets @error to "file:line:column: …" and returns FALSE. The column, in characters, is that of @attribute in the tag at
 * @place, or of the tag itself when @attribute is NULL or not there. */
gboolean satchel_place_fail (const SatchelPlace *place, const char *attribute, GError **error, const char *format,
                             ...) G_GNUC_PRINTF (4, 5);

/* A tag that has just been read, its attributes known and unique. Valid during the callback; so are its strings. */
typedef struct {
  SatchelPlace place;
  const char *const *names;
  const char *const *values;
} SatchelTag;

/* NULL when the attribute is not there. */
const char *satchel_tag_get (const SatchelTag *tag, const char *attribute);
/* "yes" or "no"; *value is untouched when the attribute is not there. */
gboolean satchel_tag_get_flag (const SatchelTag *tag, const char *attribute, gboolean *value,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A whole number from @least to @most, likewise. */
gboolean satchel_tag_get_number (const SatchelTag *tag, const char *attribute, guint least, guint most, guint *value,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The index of the attribute's text in @names, likewise. */
gboolean satchel_tag_get_word (const SatchelTag *tag, const char *attribute, const char *const *names, guint n_names,
                               guint *value, GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  const char *name;
  const char *parent;         /* NULL: a root */
  const char *attributes[28]; /* NULL-terminated; a "!" suffix marks the required ones */
  gboolean (*open) (const SatchelTag *tag, gpointer data, GError **error);
  gboolean (*close) (gpointer data, GError **error); /* may be NULL */
} SatchelElement;

/* Reads one document; @elements is NULL-terminated by name. */
gboolean satchel_markup_read (const SatchelSource *source, const SatchelElement *elements, gpointer data,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
