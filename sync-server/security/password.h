/* Passwords: Argon2id (RFC 9106), 19 MiB and two passes, about 25 ms of CPU.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SATCHEL_PASSWORD_SHORTEST 8    /* characters */
#define SATCHEL_PASSWORD_LONGEST  1024 /* bytes: bounds the work that a request can ask for */

/* The encoded hash with its salt and parameters; owned. INVALID for a password that is too short or too long, STORAGE when
 * the memory is not to be had. Thread-safe. */
char *satchel_password_hash (const char *password, GError **error);

/* TRUE when @hash was made of @password. @hash NULL does the same work and returns FALSE, so that an unknown user takes as
 * long as a wrong password. Thread-safe. */
gboolean satchel_password_verify (const char *hash, const char *password);

G_END_DECLS
