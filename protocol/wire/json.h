/* JSON documents from the network and for it, as trees of json-glib.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One document of strict JSON (RFC 8259) in UTF-8: no comments, no member twice in an object, no U+0000; integers are
 * 64 bits or refused. Depth, size and number of nodes are bounded by limits.h before anything is built. INVALID or
 * TOO_LARGE. The text is not modified and need not end in NUL. */
JsonNode *satchel_json_parse (const char *text, gsize length, GError **error);
/* Compact, members in order; owned. Doubles must be finite. */
char     *satchel_json_print (JsonNode *node);
/* The same for an object, which it takes. */
char     *satchel_json_print_object (JsonObject *object);

G_END_DECLS
