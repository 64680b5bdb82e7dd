/* What stands in the workspace: a list, a record, the calendar… A page has a header bar of its own, with the way back and its title;
 * everything else of it is its child. Pages stay alive while they may be gone back to.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ui/desk/desk.h"
#include "ui/routes/route.h"

G_BEGIN_DECLS

#define SATCHEL_TYPE_PAGE (satchel_page_get_type ())
G_DECLARE_DERIVABLE_TYPE (SatchelPage, satchel_page, SATCHEL, PAGE, AdwBin)

struct _SatchelPageClass {
  AdwBinClass parent_class;
  /* All may be NULL. */
  void (*find) (SatchelPage *page);                        /* puts the cursor where one types what to find (Ctrl+F) */
  void (*visit) (SatchelPage *page, SatchelRoute *route);  /* it is gone to again, perhaps with another condition */
  void (*print) (SatchelPage *page);                       /* what it shows, on paper (Ctrl+P); NULL: it cannot be printed */
  void (*leave) (SatchelPage *page);                       /* another page is shown, or the window closes: keep what is typed */
};

/* Construct properties: "desk" and "route". */
SatchelDesk  *satchel_page_get_desk (SatchelPage *page);  /* borrowed */
SatchelRoute *satchel_page_get_route (SatchelPage *page); /* borrowed; where it is now */
void          satchel_page_set_route (SatchelPage *page, SatchelRoute *route); /* within itself: another view of the list */

/* "" for none. The title is what people see in the history and in the window's list. */
void satchel_page_set_title (SatchelPage *page, const char *title, const char *subtitle);
const char *satchel_page_get_title (SatchelPage *page);

/* Into the header bar; and the rest of the page. */
void satchel_page_pack_start (SatchelPage *page, GtkWidget *widget);
void satchel_page_pack_end (SatchelPage *page, GtkWidget *widget);
void satchel_page_set_content (SatchelPage *page, GtkWidget *content);

void satchel_page_find (SatchelPage *page);
void satchel_page_visit (SatchelPage *page, SatchelRoute *route);
void satchel_page_print (SatchelPage *page);
gboolean satchel_page_can_print (SatchelPage *page);
void satchel_page_leave (SatchelPage *page);

/* From anywhere within a window: goes to @route ("win.go" with its text). */
void satchel_go (GtkWidget *from, SatchelRoute *route);
/* A short message that goes by itself; with @action ("win.undo", may be NULL) a button @label. */
void satchel_toast (GtkWidget *from, const char *message, const char *label, const char *action);
/* A window that is a dialog closes with Escape. */
void satchel_close_with_escape (GtkWidget *window);
/* When @widget is shown the focus goes to the first of what is in @content, not to the way out. */
void satchel_focus_first (GtkWidget *widget, GtkWidget *content);
/* Why something did not happen, in plain words. */
void satchel_toast_error (GtkWidget *from, const GError *error);

G_END_DECLS
