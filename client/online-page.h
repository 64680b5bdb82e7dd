/* The text of a page, read: for online.c.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/online.h"

G_BEGIN_DECLS

/* @text is changed. INVALID for anything but a page; UNREACHABLE for one that was cut. */
SatchelOnlinePage *satchel_online_page_parse (SatchelRegistry *registry, char *text, gsize length, GError **error);

G_END_DECLS
