/* What a person may do, as the server tells it to her devices (protocol/WIRE.md, Rights): so that nobody writes what would come back refused.
 * It is advice. The server judges each set by the rights of then.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/record.h"
#include "protocol/rules/privilege.h"

G_BEGIN_DECLS

typedef struct {
  char *unit;             /* NULL: in none */
  GHashTable *units;      /* ids: hers and those under it */
  GHashTable *teams;      /* ids */
  GHashTable *direct;     /* ids: whose manager she is */
  GHashTable *indirect;   /* ids: those below them */
  GHashTable *depths;     /* entity → guint8 * of SATCHEL_N_PRIVILEGES */
  GHashTable *classes;    /* field class → SatchelClassUse; hidden ones are not there */
} SatchelPermits;

SatchelPermits *satchel_permits_new (void);
void            satchel_permits_free (SatchelPermits *permits); /* NULL-safe */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPermits, satchel_permits_free)

void satchel_permits_set_depth (SatchelPermits *permits, const char *entity, SatchelPrivilege privilege, SatchelDepth depth);

/* The same permits are the same bytes. */
char           *satchel_permits_to_text (const SatchelPermits *permits);
SatchelPermits *satchel_permits_from_text (const char *text, gsize length, GError **error); /* INVALID, TOO_LARGE */
/* What names the text in a pull; owned. */
char           *satchel_permits_digest (const char *text);

/* NONE for an entity that is not told. */
SatchelDepth satchel_permits_get_depth (const SatchelPermits *permits, const SatchelEntity *entity, SatchelPrivilege privilege);
/* A record that @owner owns in @unit (either may be NULL), its shares left aside; @user is who asks. */
gboolean satchel_permits_allow (const SatchelPermits *permits, const char *user, SatchelPrivilege privilege,
                                const SatchelEntity *entity, const char *owner, const char *unit);
gboolean satchel_permits_can_write_field (const SatchelPermits *permits, const SatchelField *field);

G_END_DECLS
