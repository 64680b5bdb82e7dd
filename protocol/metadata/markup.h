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

/* How a document changes what stands there already. */
typedef enum {
  SATCHEL_CHILDREN_MERGED,   /* one by one */
  SATCHEL_CHILDREN_REPLACED, /* all of them, when the document has any */
} SatchelChildren;

typedef struct {
  const char *name;
  const char *parent;         /* NULL: a root */
  const char *attributes[32]; /* NULL-terminated; a "!" suffix marks the required ones */
  gboolean (*open) (const SatchelTag *tag, gpointer data, GError **error);
  gboolean (*close) (gpointer data, GError **error); /* may be NULL */
  const char *key[4];       /* the attributes that tell it from its siblings of the same name; none: it has no such sibling */
  SatchelChildren children; /* when it is changed by another document */
} SatchelElement;

/* Reads one document; @elements is NULL-terminated by name. */
gboolean satchel_markup_read (const SatchelSource *source, const SatchelElement *elements, gpointer data,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in steps, so that documents can be put together before they are understood. A tree holds the elements and
 * attributes of a document, each known, but not yet what is required. It borrows its sources and the table. */
typedef struct _SatchelMarkup SatchelMarkup;

SatchelMarkup *satchel_markup_parse (const SatchelSource *source, const SatchelElement *elements, GError **error);
/* An element without attributes, to be filled. */
SatchelMarkup *satchel_markup_new (const SatchelElement *element, const SatchelPlace *place);
void           satchel_markup_free (SatchelMarkup *markup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelMarkup, satchel_markup_free)

const SatchelElement *satchel_markup_get_element (const SatchelMarkup *markup);
/* Both copied. */
void satchel_markup_set (SatchelMarkup *markup, const char *attribute, const char *value);
/* Puts @child behind the children of @parent, whatever stands there. */
void satchel_markup_take (SatchelMarkup *parent, SatchelMarkup *child);
/* Moves the attributes of @other and what it holds to @markup, whatever stands there. */
void satchel_markup_append (SatchelMarkup *markup, SatchelMarkup *other);
/* Changes @markup by @other, an element of the same name: its attributes stand, its children are found by their keys and change
 * what stands there, or come behind it. INVALID when one key stands twice in @other. */
gboolean satchel_markup_merge (SatchelMarkup *markup, const SatchelMarkup *other, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Calls the table's functions for @markup and what it holds. An element that was changed has the place of the last change. */
gboolean satchel_markup_run (const SatchelMarkup *markup, gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One text for one content: attributes in the order of the table, no comments. Owned. */
char *satchel_markup_print (const SatchelMarkup *markup);

G_END_DECLS
