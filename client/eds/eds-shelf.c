/* What EDS says, in our words.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/eds/eds-shelf.h"

#include <libebook/libebook.h>
#include <libecal/libecal.h>

#include "protocol/error.h"

static SatchelErrorCode
judge_client_error (int code)
{
  switch (code) {
  case E_CLIENT_ERROR_OUT_OF_SYNC:
    return SATCHEL_ERROR_BUSY;
  case E_CLIENT_ERROR_DBUS_ERROR:
  case E_CLIENT_ERROR_NOT_OPENED:
    return SATCHEL_ERROR_UNREACHABLE;
  default:
    return SATCHEL_ERROR_INVALID;
  }
}

static SatchelErrorCode
judge (const GError *problem)
{
  if (problem->domain == G_DBUS_ERROR || problem->domain == G_IO_ERROR)
    return SATCHEL_ERROR_UNREACHABLE;
  if (problem->domain == E_CLIENT_ERROR)
    return judge_client_error (problem->code);
  if (g_error_matches (problem, E_BOOK_CLIENT_ERROR, E_BOOK_CLIENT_ERROR_CONTACT_ID_ALREADY_EXISTS) ||
      g_error_matches (problem, E_CAL_CLIENT_ERROR, E_CAL_CLIENT_ERROR_OBJECT_ID_ALREADY_EXISTS))
    return SATCHEL_ERROR_EXISTS;
  if (g_error_matches (problem, E_BOOK_CLIENT_ERROR, E_BOOK_CLIENT_ERROR_CONTACT_NOT_FOUND) ||
      g_error_matches (problem, E_CAL_CLIENT_ERROR, E_CAL_CLIENT_ERROR_OBJECT_NOT_FOUND))
    return SATCHEL_ERROR_NOT_FOUND;
  if (g_error_matches (problem, E_BOOK_CLIENT_ERROR, E_BOOK_CLIENT_ERROR_NO_SPACE))
    return SATCHEL_ERROR_STORAGE;
  return SATCHEL_ERROR_INVALID;
}

void
satchel_shelf_propagate (GError **error, GError *problem)
{
  g_set_error_literal (error, SATCHEL_ERROR, judge (problem), problem->message);
  g_error_free (problem);
}
