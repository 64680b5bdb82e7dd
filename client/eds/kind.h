/* What is mirrored: which records, and how one is an item's text and the other way round. A record is seldom alone: what stands in
 * place of single occurrences of a series are records of their own, and one item with it.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/exchange/exchange.h"

G_BEGIN_DECLS

typedef struct {
  const char *entity;
  const char *wanted;        /* predicate: the records that are shown at EDS */
  const char *hers;          /* predicate: in which she has a part; NULL: all */
  const char *uid_field;     /* holds the uid of what another program made */
  const char *account_field; /* lookup whose title the item shows, or NULL */
  const char *const *(*fields) (void);

  /* The records of @text: SatchelRecord*, owned, first the one with the id @id, then those within it. @known: what is here of them, in the
   * same order, or NULL; fields that an item has nothing for are as there. INVALID. */
  GPtrArray *(*read) (SatchelExchange *x, const char *text, const char *id, GPtrArray *known, GError **error);
  /* @base (or NULL) with @records in it. Owned. INVALID. */
  char *(*write) (SatchelExchange *x, GPtrArray *records, const char *uid, const char *base, GError **error);
  /* The id that every device of the organisation gives the record of what @text invites her to. Owned; NULL: it is nobody's but hers. The function may
   * be NULL: so is all. */
  char *(*shared_id) (SatchelExchange *x, const char *text);
  gboolean (*is_private) (const char *text);
  /* With or without the category that says that the item is not in the CRM; NULL: it is so already. Owned. */
  char *(*mark) (const char *text, gboolean aside);
} SatchelMirrorKind;

enum { SATCHEL_MIRROR_CONTACTS, SATCHEL_MIRROR_APPOINTMENTS, SATCHEL_MIRROR_TASKS, SATCHEL_MIRROR_N_KINDS };
extern const SatchelMirrorKind satchel_mirror_kinds[SATCHEL_MIRROR_N_KINDS];

/* The id of the record that is made of an item which another program made: the same whoever makes it, however often. Owned. */
char *satchel_mirror_record_id (const char *person, const char *entity, const char *uid);

G_END_DECLS
