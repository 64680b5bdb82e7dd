/* Why there was no connection, or not to the end, in words for a person: the system's own are a programmer's, and in English.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The end of a sentence, without a full stop; as long as @error. @flags: what is wrong with the certificate, where that is it. */
const char *satchel_why_cut (const GError *error, GTlsCertificateFlags flags);

G_END_DECLS
