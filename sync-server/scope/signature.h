/* What a device carries, small enough to be kept for each of thousands that listen: a Bloom filter over the ranges of its scope, with
 * two bytes for each. It may take one range in some hundreds for its own, which costs an empty pull; it never
 * misses one.
 *
 * B. H. Bloom, Space/time trade-offs in hash coding with allowable errors, CACM 13 (1970); two hashes for all of them:
 * A. Kirsch, M. Mitzenmacher, Less hashing, same performance, ESA 2006.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sync-server/scope/scope.h"

G_BEGIN_DECLS

typedef struct _SatchelSignature SatchelSignature;

SatchelSignature *satchel_signature_new (const SatchelScope *scope);
/* Any thread. */
SatchelSignature *satchel_signature_ref (SatchelSignature *signature);
void              satchel_signature_unref (SatchelSignature *signature);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelSignature, satchel_signature_unref)

/* @stirs: of a ripple (store/ripple.h). One change set must have stirred, of one entity, something that is chosen and something that may be
 * read: filters know nothing of rights, and who may not read a record must not feel that it fulfils hers. */
gboolean satchel_signature_is_stirred (const SatchelSignature *signature, const GArray *stirs);
gsize    satchel_signature_get_size_bytes (const SatchelSignature *signature);

G_END_DECLS
