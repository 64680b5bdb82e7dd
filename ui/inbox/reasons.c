/* The table.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/inbox/reasons.h"

#include <glib/gi18n.h>

#define AGAIN (SATCHEL_WAY_RETRY | SATCHEL_WAY_DISCARD)
#define MEND  (SATCHEL_WAY_EDIT | SATCHEL_WAY_RETRY | SATCHEL_WAY_DISCARD)
#define BEG   (SATCHEL_WAY_ASK | SATCHEL_WAY_RETRY | SATCHEL_WAY_DISCARD)

typedef struct {
  const char *sentence;
  guint ways;
  gboolean more; /* the server's own words say what exactly */
} Reason;

static const Reason reasons[SATCHEL_ERROR_N_CODES] = {
  [SATCHEL_ERROR_INVALID] = { N_ ("A value is not one that the server understands."), MEND, TRUE },
  [SATCHEL_ERROR_TOO_LARGE] = { N_ ("This is more than the server takes at once."), MEND, TRUE },
  [SATCHEL_ERROR_FORBIDDEN] = { N_ ("You do not have the right to do this."), BEG, FALSE },
  [SATCHEL_ERROR_FIELD_FORBIDDEN] = { N_ ("You do not have the right to write one of these fields."),
                                      BEG | SATCHEL_WAY_EDIT, FALSE },
  [SATCHEL_ERROR_NOT_FOUND] = { N_ ("The record is not there any more, or not for you to see."), AGAIN,
                                FALSE },
  [SATCHEL_ERROR_EXISTS] = { N_ ("There is one like this already."), MEND, TRUE },
  [SATCHEL_ERROR_RULE] = { N_ ("A rule of your organisation is not met."), MEND, TRUE },
  [SATCHEL_ERROR_REFERENCE] = { N_ ("It names a record that is not there any more."), MEND, TRUE },
  [SATCHEL_ERROR_SCHEMA] = { N_ ("The server does not know one of these fields any more."), MEND, TRUE },
  [SATCHEL_ERROR_STATE] = { N_ ("The record has moved on: this cannot be done in its present state."), AGAIN,
                            TRUE },
  [SATCHEL_ERROR_RECORD_DELETED] = { N_ ("Somebody has deleted the record meanwhile. Restore it first, "
                                         "or discard the change."),
                                     AGAIN, FALSE },
  [SATCHEL_ERROR_RECORD_CHANGED] = { N_ ("Somebody has changed the record meanwhile. Look at it before you "
                                         "delete it."),
                                     AGAIN, FALSE },
  [SATCHEL_ERROR_DEPENDS] = { N_ ("It builds on another change that was refused. It goes along once that one "
                                  "is mended."),
                              AGAIN, FALSE },
  [SATCHEL_ERROR_BLOB] = { N_ ("The server did not get its file."), AGAIN, FALSE },
  [SATCHEL_ERROR_QUOTA] = { N_ ("There is no room for more files on the server."), BEG, FALSE },
  [SATCHEL_ERROR_CORRUPT] = { N_ ("Its file is damaged on this computer. Attach it again."), AGAIN, FALSE },
  [SATCHEL_ERROR_NEWER] = { N_ ("It was made by a newer program than the server understands."), AGAIN,
                            FALSE },
};

static const Reason *
find (SatchelErrorCode code)
{
  static const Reason unknown = { N_ ("The server has refused it."), MEND, TRUE };

  return (guint)code < G_N_ELEMENTS (reasons) && reasons[code].sentence != NULL ? &reasons[code] : &unknown;
}

const char *
satchel_reason_get_sentence (SatchelErrorCode code)
{
  return _ (find (code)->sentence);
}

guint
satchel_reason_get_ways (SatchelErrorCode code)
{
  return find (code)->ways;
}

gboolean
satchel_reason_has_more (SatchelErrorCode code)
{
  return find (code)->more;
}
