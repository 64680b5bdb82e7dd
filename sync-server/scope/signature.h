/* What a device carries, small enough to be kept for each of thousands that listen: a Bloom filter over the ranges of its scope, with
 * five bytes for each. It never misses a range; of up to some 4,000 it takes one in tens of millions for its own. That device pulls for nothing, and
 * feels that something has happened: with two bytes it was one range in 30,000, and as a change of owner stirs 36 of them,
 * one such change in seven among a hundred sellers woke somebody else.
 *
 * B. H. Bloom, Space/time trade-offs in hash coding with allowable errors, CACM 13 (1970); all bits from one hash, by steps that
 * alter: P. C. Dillinger, P. Manolios, Bloom filters in probabilistic verification, FMCAD 2004.
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
