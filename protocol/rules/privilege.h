/* What can be granted: privileges on entities, each to a depth, and what may be done with the fields of a class.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The order is that of the wire (protocol/WIRE.md, Rights). */
typedef enum {
  SATCHEL_PRIVILEGE_CREATE,
  SATCHEL_PRIVILEGE_READ,
  SATCHEL_PRIVILEGE_WRITE,
  SATCHEL_PRIVILEGE_DELETE,
  SATCHEL_PRIVILEGE_APPEND,    /* let this record point to another */
  SATCHEL_PRIVILEGE_APPEND_TO, /* let another record point to this one */
  SATCHEL_PRIVILEGE_ASSIGN,    /* change the owner */
  SATCHEL_PRIVILEGE_SHARE,
  SATCHEL_N_PRIVILEGES
} SatchelPrivilege;

/* Ordered: the union of two grants is the larger depth. */
typedef enum {
  SATCHEL_DEPTH_NONE,         /* "none" */
  SATCHEL_DEPTH_OWN,          /* "own": records that the user owns */
  SATCHEL_DEPTH_UNIT,         /* "unit": records of the user's business unit */
  SATCHEL_DEPTH_BELOW,        /* "below": of that unit and all under it */
  SATCHEL_DEPTH_ORGANISATION, /* "organisation" */
} SatchelDepth;

/* What a role may do with the fields of a class. Each holds the ones before it. */
typedef enum {
  SATCHEL_CLASS_HIDDEN,
  SATCHEL_CLASS_READABLE, /* locked */
  SATCHEL_CLASS_WRITABLE,
} SatchelClassUse;

G_END_DECLS
