/* How often one address may do something costly: a bucket of tokens each, refilled steadily. One thread.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _SatchelRate SatchelRate;

SatchelRate *satchel_rate_new (guint burst, guint refill_ms); /* one token each @refill_ms */
void         satchel_rate_free (SatchelRate *rate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelRate, satchel_rate_free)

/* @peer: 16 bytes, an IPv6 address or a mapped IPv4 one; the addresses of an IPv6 /64 count as one. FALSE: not now, but
 * after *@retry_after_ms. */
gboolean satchel_rate_take (SatchelRate *rate, const guint8 *peer, gint64 now_ms, gint64 *retry_after_ms);

G_END_DECLS
