/* The overview of GNOME finds records: org.gnome.Shell.SearchProvider2 over the replica. A result is named by its link. Searching opens the
 * profile, but no window and no connection.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/desk/desk.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_SEARCH_PROVIDER (satchel_search_provider_get_type ())
G_DECLARE_FINAL_TYPE (SatchelSearchProvider, satchel_search_provider, SATCHEL, SEARCH_PROVIDER, GObject)

/* What the provider asks of the application. @data is borrowed as long as the provider is exported. */
typedef struct {
  void (*open_desk) (gpointer data);                        /* a desk is needed: set_desk() is called in time */
  void (*go) (const char *link, gpointer data);             /* shows the record */
  void (*search) (const char *text, gpointer data);         /* shows a window with what was typed */
} SatchelSearchProviderCalls;

#define SATCHEL_MOST_RESULTS 40 /* of all kinds; the overview shows fewer */

/* @application is held while something is looked for. */
SatchelSearchProvider *satchel_search_provider_new (GApplication *application, const SatchelSearchProviderCalls *calls,
                                                    gpointer data);
gboolean satchel_search_provider_export (SatchelSearchProvider *provider, GDBusConnection *bus, const char *path,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
void     satchel_search_provider_unexport (SatchelSearchProvider *provider);

/* NULL: there will be none, or not any more; what is asked finds nothing. */
void satchel_search_provider_set_desk (SatchelSearchProvider *provider, SatchelDesk *desk);

G_END_DECLS
