/* What the user of a profile may do with a record: as the server told it (protocol/wire/permits.h), and by the shares that are carried.
 *
 * So that a form is read-only before somebody has typed, not after. It is advice, as old as the last pull; where nothing is known, everything may
 * be tried, and the server judges.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"
#include "protocol/wire/permits.h"

G_BEGIN_DECLS

/* NULL: the server has not told. Owned. */
SatchelPermits *satchel_session_read_permits (SatchelSession *session);

/* @permits may be NULL in all of these. */
gboolean satchel_permits_may (const SatchelPermits *permits, SatchelSession *session, SatchelPrivilege privilege,
                              const SatchelRecord *record);
/* Whether she may create any at all. */
gboolean satchel_permits_may_create (const SatchelPermits *permits, const SatchelEntity *entity);
gboolean satchel_permits_may_edit (const SatchelPermits *permits, SatchelSession *session, const SatchelRecord *record,
                                   const SatchelField *field);
/* The action @name on the record: what is not known to need a privilege may be tried. */
gboolean satchel_permits_may_act (const SatchelPermits *permits, SatchelSession *session, const SatchelRecord *record,
                                  const char *name);

G_END_DECLS
