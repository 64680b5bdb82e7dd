/* What is said in passing at the foot of a window, one after the other.
 *
 * The overlay is given one at a time, which is taken back only once it has come to rest: libadwaita 1.2 frees what the animation that
 * shows a toast still needs when one that took another's place goes within 200 ms, as it does when offers follow each other fast.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

typedef struct _SatchelToasts SatchelToasts;

/* @overlay is borrowed. */
SatchelToasts *satchel_toasts_new (AdwToastOverlay *overlay);
void           satchel_toasts_free (SatchelToasts *toasts);

/* @toast is taken in both. After those before it; before all of them, in place of the one that is shown. */
void satchel_toasts_say (SatchelToasts *toasts, AdwToast *toast);
void satchel_toasts_offer (SatchelToasts *toasts, AdwToast *toast);
/* It goes, shown or not. */
void satchel_toasts_take_back (SatchelToasts *toasts, AdwToast *toast);

G_END_DECLS
