/* Building maps: shared by map.c and the XML reader.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/transfer/map.h"

G_BEGIN_DECLS

/* @name may be NULL. The rest are borrowed from the map. */
SatchelMap       *satchel_map_new (const char *name, const SatchelEntity *entity);
SatchelMapColumn *satchel_map_add_column (SatchelMap *map, const char *name);
SatchelMapPart   *satchel_map_add_part (SatchelMapColumn *column, const SatchelField *field);
SatchelMapAlias  *satchel_map_add_alias (SatchelMapPart *part, const char *from, const char *to);

/* An array of SatchelMapSetting that frees its texts. */
GArray *satchel_map_settings_new (void);

G_END_DECLS
