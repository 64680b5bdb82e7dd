/* The application under measurement, in a process of its own on a display of its own:
 *
 *   bench-window bare           a bare AdwApplicationWindow
 *   bench-window start          the application on a list, up to the first frame that shows records
 *   bench-window work           then opens records, scrolls and types
 *
 * Prints "NAME MILLISECONDS" a line, and "memory MB" at the end of what is bare and of work. The profile is "bench", below XDG_DATA_HOME.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "client/language.h"
#include "tests/ui/widgets.h"
#include "ui/application.h"
#include "ui/grid/filter-bar.h"
#include "ui/grid/grid.h"
#include "ui/preferences/settings.h"
#include "ui/window.h"

#define STARTED     "SATCHEL_BENCH_STARTED_US"
#define ROUNDS      40
#define PATIENCE_US (5 * G_USEC_PER_SEC)

typedef struct {
  gint64 started_us;
  gboolean works;
  gboolean painted; /* since it was set to FALSE */
  gboolean failed;
} Bench;

static void
painted_cb (GdkFrameClock *clock, Bench *bench)
{
  bench->painted = TRUE;
}

static void
tell (const char *name, gint64 since_us)
{
  printf ("%s %.3f\n", name, (double)(g_get_monotonic_time () - since_us) / 1000);
}

static void
await_frame (GtkWidget *window, Bench *bench)
{
  bench->painted = FALSE;
  gtk_widget_queue_draw (window);
  while (!bench->painted)
    g_main_context_iteration (NULL, TRUE);
}

/* ---- work ---- */

static GtkWidget *
get_page (GtkWidget *window)
{
  return test_find_widget (window, SATCHEL_TYPE_GRID, NULL);
}

static GListModel *
get_list (GtkWidget *window)
{
  GtkWidget *view = test_find_widget (get_page (window), GTK_TYPE_COLUMN_VIEW, NULL);

  return G_LIST_MODEL (gtk_column_view_get_model (GTK_COLUMN_VIEW (view)));
}

static void
go (GtkWidget *window, const char *link)
{
  gtk_widget_activate_action (window, "win.go", "s", link);
}

/* Once the list has come to its length: what is measured is opening, not what goes on behind. */
static GPtrArray *
list_links (GtkWidget *window)
{
  GListModel *list = get_list (window);
  const gint64 started_us = g_get_monotonic_time ();
  GPtrArray *links = g_ptr_array_new_with_free_func (g_free);

  while (g_list_model_get_n_items (list) < ROUNDS * 7 && g_get_monotonic_time () - started_us < PATIENCE_US)
    g_main_context_iteration (NULL, FALSE);
  for (guint i = 0; i < ROUNDS && i * 7 < g_list_model_get_n_items (list); i++) {
    g_autoptr (SatchelRow) row = g_list_model_get_item (list, i * 7);
    const SatchelRecord *record = row != NULL ? satchel_row_get_record (row) : NULL;

    if (record != NULL)
      g_ptr_array_add (links, g_strdup_printf ("satchel://%s/%s", record->entity->name, record->id));
  }
  return links;
}

static void
open_records (GtkWidget *window, Bench *bench)
{
  g_autoptr (GPtrArray) links = list_links (window);

  for (guint i = 0; i < links->len; i++) {
    const gint64 started_us = g_get_monotonic_time ();

    go (window, links->pdata[i]);
    await_frame (window, bench);
    tell ("open_record", started_us);
    while (g_main_context_iteration (NULL, FALSE))
      continue;
  }
  go (window, "satchel://list/contact");
  await_frame (window, bench);
}

/* From anywhere to anywhere: nothing of what is shown was there before. */
static void
scroll (GtkWidget *window, Bench *bench)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  GtkWidget *scrolled = test_find_widget (get_page (window), GTK_TYPE_SCROLLED_WINDOW, NULL);
  GtkAdjustment *rows = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));

  for (guint i = 0; i < ROUNDS; i++) {
    const gint64 started_us = g_get_monotonic_time ();

    gtk_adjustment_set_value (rows, g_rand_double_range (random, 0, gtk_adjustment_get_upper (rows)));
    await_frame (window, bench);
    tell ("scroll", started_us);
  }
  gtk_adjustment_set_value (rows, 0);
  await_frame (window, bench);
}

static void
renumbered_cb (SatchelRows *rows, GArray *before, gboolean *answered)
{
  *answered = TRUE;
}

/* Until the list is complete: what one keystroke leaves behind is no answer to the next. */
static void
await_rest (SatchelRows *rows)
{
  const gint64 started_us = g_get_monotonic_time ();
  gboolean loading;

  do {
    g_main_context_iteration (NULL, FALSE);
    g_object_get (rows, "loading", &loading, NULL);
  } while ((loading || g_main_context_pending (NULL)) && g_get_monotonic_time () - started_us < PATIENCE_US);
}

/* Until the answer to just this stands in the list, and is painted. */
static void
type (GtkWidget *window, const char *typed, Bench *bench)
{
  GtkWidget *filters = test_find_widget (window, SATCHEL_TYPE_FILTER_BAR, NULL);
  GtkEditable *entry = GTK_EDITABLE (test_find_widget (filters, GTK_TYPE_SEARCH_ENTRY, NULL));
  int place = -1;
  SatchelRows *rows = satchel_selection_get_rows (SATCHEL_SELECTION (get_list (window)));
  gboolean answered = FALSE;
  gint64 started_us;
  gulong handler;

  await_rest (rows);
  handler = g_signal_connect (rows, "renumbered", G_CALLBACK (renumbered_cb), &answered);
  started_us = g_get_monotonic_time ();
  if (*typed == '\0')
    gtk_editable_delete_text (entry, 0, -1);
  else
    gtk_editable_insert_text (entry, typed, -1, &place);
  while (!answered)
    g_main_context_iteration (NULL, TRUE);
  if (g_str_equal (satchel_rows_get_question (rows)->find, gtk_editable_get_text (entry))) {
    await_frame (window, bench);
    tell ("search_painted", started_us);
  } else {
    fprintf (stderr, "bench-window: no answer to “%s”\n", typed);
    bench->failed = TRUE;
  }
  g_signal_handler_disconnect (rows, handler);
}

/* Words letter by letter, and from each back to the whole list. */
static void
search (GtkWidget *window, Bench *bench)
{
  static const char *const words[] = {
    "constr", "strada", "mureșan", "北京市", "müller", "ann", "07", "ltd"
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++) {
    const char *end = words[i];

    while (*end != '\0') {
      const char *letter = end;
      g_autofree char *typed = NULL;

      end = g_utf8_next_char (end);
      typed = g_strndup (letter, (gsize)(end - letter));
      type (window, typed, bench);
    }
    type (window, "", bench);
  }
}

static void
tell_memory (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (g_file_get_contents ("/proc/self/status", &text, NULL, NULL) &&
      (line = strstr (text, "VmHWM:")) != NULL)
    printf ("memory %.1f\n", g_ascii_strtod (line + strlen ("VmHWM:"), NULL) / 1024);
}

/* ---- start ---- */

static gboolean
shows_records (GtkWidget *window)
{
  GtkWidget *grid = test_seek_widget (window, SATCHEL_TYPE_GRID, NULL);

  return grid != NULL && gtk_widget_get_mapped (grid) && g_list_model_get_n_items (get_list (window)) > 0;
}

static gboolean
watch_cb (gpointer data)
{
  Bench *bench = data;
  GApplication *application = g_application_get_default ();
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (application));

  if (window == NULL || !gtk_widget_get_mapped (GTK_WIDGET (window)))
    return G_SOURCE_CONTINUE;
  if (SATCHEL_IS_WINDOW (window) && !shows_records (GTK_WIDGET (window)))
    return G_SOURCE_CONTINUE;
  g_signal_connect (gtk_widget_get_frame_clock (GTK_WIDGET (window)), "after-paint", G_CALLBACK (painted_cb),
                    bench);
  await_frame (GTK_WIDGET (window), bench);
  tell ("start", bench->started_us);
  if (bench->works) {
    open_records (GTK_WIDGET (window), bench);
    scroll (GTK_WIDGET (window), bench);
    search (GTK_WIDGET (window), bench);
  }
  if (bench->works || !SATCHEL_IS_WINDOW (window))
    tell_memory ();
  fflush (stdout);
  _exit (bench->failed ? 1 : 0); /* what it takes to end is no figure */
}

static void
bare_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application), *header = adw_header_bar_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 1180, 760);
  adw_application_window_set_content (ADW_APPLICATION_WINDOW (window), header);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  char *arguments[] = { argv[0], (char *)"--profile", (char *)"bench", (char *)"satchel://list/contact",
                        NULL };
  const char *started = g_getenv (STARTED);
  Bench bench = { 0 };
  g_autoptr (GApplication) application = NULL;
  gboolean bare = argc == 2 && g_str_equal (argv[1], "bare");

  if (started == NULL) {
    g_autofree char *now = g_strdup_printf ("%" G_GINT64_FORMAT, g_get_monotonic_time ());

    g_setenv (STARTED, now, TRUE);
    execv ("/proc/self/exe", argv);
    return 1;
  }
  satchel_settings_apply_locale ();
  satchel_language_bind ();
  bench.started_us = g_ascii_strtoll (started, NULL, 10);
  bench.works = argc == 2 && g_str_equal (argv[1], "work");
  application = bare ? G_APPLICATION (adw_application_new ("org.satchelcrm.Bare", G_APPLICATION_DEFAULT_FLAGS))
                     : G_APPLICATION (satchel_application_new ());
  if (bare)
    g_signal_connect (application, "activate", G_CALLBACK (bare_cb), NULL);
  g_application_set_default (application);
  g_timeout_add (1, watch_cb, &bench);
  return g_application_run (application, bare ? 1 : 4, arguments);
}
