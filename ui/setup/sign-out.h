/* Signing out: the token goes from here and the server is told if it can be; records and unsent changes stay.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

void     satchel_sign_out (SatchelDesk *desk, GAsyncReadyCallback callback, gpointer data);
gboolean satchel_sign_out_finish (SatchelDesk *desk, GAsyncResult *result, GError **error);

G_END_DECLS
