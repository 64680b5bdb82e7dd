/* What is chosen stands in the actions of the page, "calendar.…": view (s), today, earlier, later, everyone,
 * show-KIND.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/calendar/calendar-page.h"

#include <glib/gi18n.h>

#include "ui/calendar/agenda.h"
#include "ui/calendar/chip.h"
#include "ui/calendar/days.h"
#include "ui/calendar/occurrence.h"
#include "ui/calendar/quick-add.h"
#include "ui/calendar/sheet.h"
#include "ui/tip.h"

#define NARROW    560 /* pixels below which a week or a month cannot be read */
#define MINUTE_MS 60000

typedef enum { VIEW_MONTH, VIEW_WEEK, VIEW_DAY, VIEW_AGENDA, N_VIEWS } View;

static const struct {
  const char *name, *label, *key;
} views[N_VIEWS] = {
  [VIEW_MONTH] = { "month", N_ ("Month"), "m" },
  [VIEW_WEEK] = { "week", N_ ("Week"), "w" },
  [VIEW_DAY] = { "day", N_ ("Day"), "d" },
  [VIEW_AGENDA] = { "agenda", N_ ("Agenda"), "a" },
};

struct _SatchelCalendarPage {
  SatchelPage parent_instance;
  SatchelCalendar *calendar;
  GSimpleActionGroup *actions;
  View view;             /* that was chosen */
  gboolean narrow;       /* there is no room for more than a day beside another */
  gint64 day;            /* that all views show */
  GtkLabel *headings[2]; /* beside the buttons of the views, and beside the one button */
  GtkStack *stack;       /* "sheet", "agenda" */
  SatchelSheet *sheet;
  SatchelAgenda *agenda;
  SatchelQuickAdd *add;
  GtkWidget *before; /* weak: had the focus when that was opened */
  GtkLabel *notice;  /* hidden while there is nothing to say */
  GtkMenuButton *filter;
  gint64 today;
  guint tick;    /* every minute: the line of the present, and midnight */
  guint resized; /* idle source */
};

G_DEFINE_FINAL_TYPE (SatchelCalendarPage, satchel_calendar_page, SATCHEL_TYPE_PAGE)

/* ---- what is shown ---- */

static View
get_view (SatchelCalendarPage *page)
{
  return page->narrow && (page->view == VIEW_MONTH || page->view == VIEW_WEEK) ? VIEW_AGENDA : page->view;
}

/* All days that stand on the page, of a month those around it, too. */
static void
get_range (SatchelCalendarPage *page, gint64 *first, gint64 *last)
{
  int first_weekday = satchel_locale_first_weekday ();

  *first = page->day;
  switch (get_view (page)) {
  case VIEW_MONTH:
    *first = satchel_day_first_of_week (satchel_day_first_of_month (page->day), first_weekday);
    *last = *first + 7 * SATCHEL_SHEET_WEEKS - 1;
    return;
  case VIEW_WEEK:
    *first = satchel_day_first_of_week (page->day, first_weekday);
    *last = *first + 6;
    return;
  case VIEW_DAY:
    *last = page->day;
    return;
  case VIEW_AGENDA:
    *last = page->day + SATCHEL_AGENDA_DAYS - 1;
    return;
  case N_VIEWS:
    break;
  }
  g_assert_not_reached ();
}

static char *
dup_range (gint64 first, gint64 last)
{
  /* Translators: the year belongs to the first day where it is written first */
  g_autofree char *from = satchel_day_format (first, C_ ("first of some days", "%-e %b"));
  g_autofree char *until = satchel_day_format (last, C_ ("last of some days", "%-e %b %Y"));

  return g_strdup_printf ("%s – %s", from, until);
}

static char *
dup_heading (SatchelCalendarPage *page)
{
  gint64 first, last;

  get_range (page, &first, &last);
  switch (get_view (page)) {
  case VIEW_MONTH:
    return satchel_day_format (page->day, _ ("%OB %Y"));
  case VIEW_DAY:
    return satchel_day_format (page->day, _ ("%-e %B %Y"));
  default:
    return dup_range (first, last);
  }
}

static void
show (SatchelCalendarPage *page)
{
  static const SatchelSheetKind kinds[N_VIEWS] = {
    [VIEW_MONTH] = SATCHEL_SHEET_MONTH, [VIEW_WEEK] = SATCHEL_SHEET_WEEK, [VIEW_DAY] = SATCHEL_SHEET_DAY
  };
  View view = get_view (page);
  g_autofree char *heading = dup_heading (page);

  for (guint i = 0; i < G_N_ELEMENTS (page->headings); i++) {
    gtk_label_set_label (page->headings[i], heading);
    gtk_widget_set_visible (GTK_WIDGET (page->headings[i]), !page->narrow);
  }
  satchel_page_set_title (SATCHEL_PAGE (page), _ ("Calendar"), page->narrow ? heading : "");
  gtk_stack_set_visible_child_name (page->stack, view == VIEW_AGENDA ? "agenda" : "sheet");
  if (view == VIEW_AGENDA)
    satchel_agenda_show (page->agenda, page->day);
  else
    satchel_sheet_show (page->sheet, kinds[view], page->day);
}

static void
update_notice (SatchelCalendarPage *page)
{
  const char *problem = satchel_calendar_get_problem (page->calendar);
  g_autofree char *text = NULL;

  if (problem != NULL)
    text = g_strdup_printf (_ ("The calendar could not be read: %s"), problem);
  else if (satchel_calendar_is_cut (page->calendar))
    text = g_strdup (
        _ ("There are more activities than can be shown. Hide some kinds of them, or those of others."));
  gtk_label_set_label (page->notice, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (page->notice), text != NULL);
}

static void
go_to (SatchelCalendarPage *page, gint64 day)
{
  page->day = day;
  show (page);
}

static void
step (SatchelCalendarPage *page, int direction)
{
  switch (get_view (page)) {
  case VIEW_MONTH:
    go_to (page, satchel_day_first_of_month (satchel_day_add_months (page->day, direction)));
    return;
  case VIEW_WEEK:
    go_to (page, page->day + 7 * direction);
    return;
  case VIEW_DAY:
    go_to (page, page->day + direction);
    return;
  case VIEW_AGENDA:
    go_to (page, page->day + SATCHEL_AGENDA_DAYS * direction);
    return;
  case N_VIEWS:
    break;
  }
  g_assert_not_reached ();
}

static void
set_view (SatchelCalendarPage *page, View view)
{
  GAction *action = g_action_map_lookup_action (G_ACTION_MAP (page->actions), "view");

  page->view = view;
  g_simple_action_set_state (G_SIMPLE_ACTION (action), g_variant_new_string (views[view].name));
  show (page);
}

/* ---- what people do with it ---- */

static void
open_cb (GtkWidget *part, const SatchelEvent *event, SatchelCalendarPage *page)
{
  satchel_occurrence_open (GTK_WIDGET (page), satchel_page_get_desk (SATCHEL_PAGE (page)), event);
}

static void
day_cb (GtkWidget *part, gint64 day, SatchelCalendarPage *page)
{
  page->day = day;
  set_view (page, VIEW_DAY);
}

static void
move_cb (GtkWidget *part, const SatchelEvent *event, const SatchelSpan *span, SatchelCalendarPage *page)
{
  satchel_occurrence_move (GTK_WIDGET (page), satchel_page_get_desk (SATCHEL_PAGE (page)), event, span);
}

/* Whatever was typed is seen, on whatever day, and though its kind was not shown. */
static void
added_cb (SatchelQuickAdd *add, const char *entity, gint64 day, SatchelCalendarPage *page)
{
  g_autofree char *shown = g_strdup_printf ("show-%s", entity);
  gint64 first, last;

  if (page->add == NULL)
    return; /* the page has gone meanwhile */
  g_action_group_change_action_state (G_ACTION_GROUP (page->actions), shown, g_variant_new_boolean (TRUE));
  get_range (page, &first, &last);
  if (day < first || day > last)
    go_to (page, day);
}

/* Whoever had the focus has it again. */
static void
closed_cb (SatchelQuickAdd *add, SatchelCalendarPage *page)
{
  satchel_sheet_mark (page->sheet, NULL);
  if (page->before == NULL || !gtk_widget_get_mapped (page->before) || !gtk_widget_grab_focus (page->before))
    gtk_widget_child_focus (GTK_WIDGET (page->stack), GTK_DIR_TAB_FORWARD);
  g_clear_weak_pointer (&page->before);
}

static void
begin_add (SatchelCalendarPage *page, const SatchelSpan *span)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (page));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (page->add)))
    g_set_weak_pointer (&page->before, focus);
  satchel_quick_add_begin (page->add, span);
}

static void
create_cb (GtkWidget *part, const SatchelSpan *span, double x, double y, SatchelCalendarPage *page)
{
  double box_x = x, box_y = y;
  GdkRectangle at;

  gtk_widget_translate_coordinates (part, gtk_widget_get_parent (GTK_WIDGET (page->add)), x, y, &box_x,
                                    &box_y);
  at = (GdkRectangle){ (int)box_x, (int)box_y, 1, 1 };
  gtk_popover_set_pointing_to (GTK_POPOVER (page->add), &at);
  begin_add (page, span);
}

/* ---- actions ---- */

static void
view_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  for (guint i = 0; i < N_VIEWS; i++)
    if (g_str_equal (views[i].name, g_variant_get_string (parameter, NULL)))
      set_view (data, i);
}

static void
today_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelCalendarPage *page = data;

  go_to (page, satchel_calendar_get_today (page->calendar));
}

static void
earlier_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, -1);
}

static void
later_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  step (data, 1);
}

static void
add_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  SatchelCalendarPage *page = data;
  GdkRectangle at = { gtk_widget_get_width (GTK_WIDGET (page->stack)) / 2, 0, 1, 1 };
  SatchelSpan span;

  satchel_span_set_days (&span, page->day, page->day);
  if (get_view (page) != VIEW_DAY)
    satchel_span_set_days (&span, satchel_calendar_get_today (page->calendar),
                           satchel_calendar_get_today (page->calendar));
  gtk_popover_set_pointing_to (GTK_POPOVER (page->add), &at);
  begin_add (page, &span);
}

static void
everyone_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  satchel_calendar_set_everyone (((SatchelCalendarPage *)data)->calendar, g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
kind_changed (GSimpleAction *action, GVariant *state, gpointer data)
{
  const char *name = g_action_get_name (G_ACTION (action)) + strlen ("show-");

  satchel_calendar_set_hidden (((SatchelCalendarPage *)data)->calendar, name, !g_variant_get_boolean (state));
  g_simple_action_set_state (action, state);
}

static void
fill_filter (SatchelCalendarPage *page)
{
  const GArray *slots = satchel_calendar_get_slots (page->calendar);
  g_autoptr (GMenu) menu = g_menu_new (), kinds = g_menu_new (), people = g_menu_new ();

  for (guint i = 0; i < slots->len; i++) {
    const SatchelEntity *entity = g_array_index (slots, SatchelSlot, i).entity;
    g_autofree char *name = g_strdup_printf ("show-%s", entity->name);
    g_autofree char *detailed = g_strdup_printf ("calendar.%s", name);
    gboolean shown = !satchel_calendar_get_hidden (page->calendar, entity->name);
    g_autoptr (GSimpleAction) action =
        g_simple_action_new_stateful (name, NULL, g_variant_new_boolean (shown));

    g_signal_connect (action, "change-state", G_CALLBACK (kind_changed), page);
    g_action_map_add_action (G_ACTION_MAP (page->actions), G_ACTION (action));
    g_menu_append (kinds, _ (entity->plural), detailed);
  }
  g_menu_append (people, _ ("Activities of Others"), "calendar.everyone");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (kinds));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (people));
  gtk_menu_button_set_menu_model (page->filter, G_MENU_MODEL (menu));
}

static void
add_actions (SatchelCalendarPage *page)
{
  const GActionEntry entries[] = {
    { .name = "view", .activate = view_action, .parameter_type = "s", .state = "'week'" },
    { .name = "today", .activate = today_action },
    { .name = "earlier", .activate = earlier_action },
    { .name = "later", .activate = later_action },
    { .name = "add", .activate = add_action },
    { .name = "everyone", .state = "false", .change_state = everyone_changed },
  };

  page->actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (page->actions), entries, G_N_ELEMENTS (entries), page);
  gtk_widget_insert_action_group (GTK_WIDGET (page), "calendar", G_ACTION_GROUP (page->actions));
}

static void
add_key (GtkShortcutController *keys, const char *trigger, const char *action, const char *view)
{
  GtkShortcut *shortcut =
      gtk_shortcut_new (gtk_shortcut_trigger_parse_string (trigger), gtk_named_action_new (action));

  if (view != NULL)
    gtk_shortcut_set_arguments (shortcut, g_variant_new_string (view));
  gtk_shortcut_controller_add_shortcut (keys, shortcut);
}

/* Letters reach the page only when nobody types. */
static void
add_keys (SatchelCalendarPage *page)
{
  GtkShortcutController *keys = GTK_SHORTCUT_CONTROLLER (gtk_shortcut_controller_new ());

  for (guint i = 0; i < N_VIEWS; i++)
    add_key (keys, views[i].key, "calendar.view", views[i].name);
  add_key (keys, "t", "calendar.today", NULL);
  add_key (keys, "n", "calendar.add", NULL);
  add_key (keys, "Page_Up|<Control>Page_Up", "calendar.earlier", NULL);
  add_key (keys, "Page_Down|<Control>Page_Down", "calendar.later", NULL);
  gtk_widget_add_controller (GTK_WIDGET (page), GTK_EVENT_CONTROLLER (keys));
}

/* ---- time and room ---- */

static gboolean
tick_cb (gpointer data)
{
  SatchelCalendarPage *page = data;
  gint64 today = satchel_calendar_get_today (page->calendar);

  if (!gtk_widget_get_mapped (GTK_WIDGET (page)))
    return G_SOURCE_CONTINUE;
  if (today != page->today) {
    if (page->day == page->today)
      page->day = today;
    page->today = today;
    show (page);
  }
  gtk_widget_queue_draw (GTK_WIDGET (page->sheet));
  return G_SOURCE_CONTINUE;
}

static gboolean
resized_cb (gpointer data)
{
  SatchelCalendarPage *page = data;

  page->resized = 0;
  show (page);
  return G_SOURCE_REMOVE;
}

/* What is shown is not changed while it is being laid out. */
static void
width_cb (GtkDrawingArea *ruler, int width, int height, SatchelCalendarPage *page)
{
  gboolean narrow = width < NARROW;

  if (narrow != page->narrow && page->resized == 0)
    page->resized = g_idle_add_full (G_PRIORITY_HIGH_IDLE, resized_cb, page, NULL);
  page->narrow = narrow;
}

/* ---- the page ---- */

static GtkWidget *
make_icon_button (const char *icon, const char *name, const char *action)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  satchel_tip_name (button, name);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  return button;
}

/* The days that are shown, and how; @which of the headings. */
static GtkWidget *
make_line (SatchelCalendarPage *page, guint which, GtkWidget *switcher)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkLabel *heading = GTK_LABEL (gtk_label_new (NULL));

  page->headings[which] = heading;
  gtk_widget_add_css_class (GTK_WIDGET (heading), "title-3");
  gtk_label_set_xalign (heading, 0);
  gtk_widget_set_margin_start (GTK_WIDGET (heading), 6);
  gtk_widget_set_hexpand (switcher, TRUE);
  gtk_widget_set_halign (switcher, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (line), GTK_WIDGET (heading));
  gtk_box_append (GTK_BOX (line), switcher);
  return line;
}

/* The four views as buttons, or behind one where these would cut the heading. */
static GtkWidget *
make_switcher (SatchelCalendarPage *page)
{
  GtkWidget *squeezer = adw_squeezer_new (), *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *menu_button = gtk_menu_button_new ();
  g_autoptr (GMenu) menu = g_menu_new ();

  gtk_widget_add_css_class (buttons, "linked");
  for (guint i = 0; i < N_VIEWS; i++) {
    GtkWidget *button = gtk_toggle_button_new_with_label (_ (views[i].label));
    g_autofree char *target = g_strdup_printf ("calendar.view::%s", views[i].name);

    gtk_actionable_set_detailed_action_name (GTK_ACTIONABLE (button), target);
    gtk_box_append (GTK_BOX (buttons), button);
    g_menu_append (menu, _ (views[i].label), target);
  }
  gtk_menu_button_set_label (GTK_MENU_BUTTON (menu_button), _ ("View"));
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (menu_button), G_MENU_MODEL (menu));
  adw_squeezer_add (ADW_SQUEEZER (squeezer), make_line (page, 0, buttons));
  adw_squeezer_add (ADW_SQUEEZER (squeezer), make_line (page, 1, menu_button));
  gtk_label_set_wrap (page->headings[1], TRUE);
  gtk_label_set_lines (page->headings[1], 2);
  gtk_label_set_ellipsize (page->headings[1], PANGO_ELLIPSIZE_END);
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  return squeezer;
}

static GtkWidget *
make_toolbar (SatchelCalendarPage *page)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6),
            *steps = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *today = gtk_button_new_with_label (_ ("Today")), *switcher = make_switcher (page);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (today), "calendar.today");
  gtk_widget_add_css_class (steps, "linked");
  gtk_box_append (GTK_BOX (steps),
                  make_icon_button ("go-previous-symbolic", _ ("Earlier"), "calendar.earlier"));
  gtk_box_append (GTK_BOX (steps), make_icon_button ("go-next-symbolic", _ ("Later"), "calendar.later"));
  gtk_widget_set_hexpand (switcher, TRUE);
  gtk_widget_set_valign (today, GTK_ALIGN_CENTER); /* the heading may need two lines */
  gtk_widget_set_valign (steps, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (bar), today);
  gtk_box_append (GTK_BOX (bar), steps);
  gtk_box_append (GTK_BOX (bar), switcher);
  gtk_widget_add_css_class (bar, "toolbar");
  return bar;
}

static void
pack_header (SatchelCalendarPage *page)
{
  page->filter = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (page->filter, "view-more-symbolic");
  satchel_tip_name (GTK_WIDGET (page->filter), _ ("What Is Shown"));
  satchel_page_pack_end (SATCHEL_PAGE (page), GTK_WIDGET (page->filter));
  satchel_page_pack_start (SATCHEL_PAGE (page),
                           make_icon_button ("list-add-symbolic", _ ("New Activity"), "calendar.add"));
}

static void
build (SatchelCalendarPage *page)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *ruler = gtk_drawing_area_new (); /* draws nothing; tells how wide the page is */

  g_signal_connect (ruler, "resize", G_CALLBACK (width_cb), page);
  gtk_accessible_update_state (GTK_ACCESSIBLE (ruler), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  gtk_box_append (GTK_BOX (box), ruler);
  page->stack = GTK_STACK (gtk_stack_new ());
  page->sheet = satchel_sheet_new (page->calendar);
  page->agenda = satchel_agenda_new (page->calendar);
  page->notice = GTK_LABEL (gtk_label_new (NULL));
  page->add = satchel_quick_add_new (page->calendar, GTK_WIDGET (page));
  gtk_label_set_wrap (page->notice, TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (page->notice), "dim-label");
  gtk_stack_set_vhomogeneous (page->stack, FALSE);
  gtk_stack_set_hhomogeneous (page->stack, FALSE);
  gtk_stack_add_named (page->stack, GTK_WIDGET (page->sheet), "sheet");
  gtk_stack_add_named (page->stack, GTK_WIDGET (page->agenda), "agenda");
  gtk_widget_set_vexpand (GTK_WIDGET (page->stack), TRUE);
  gtk_box_append (GTK_BOX (box), make_toolbar (page));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->notice));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (page->stack));
  gtk_widget_set_parent (GTK_WIDGET (page->add), box); /* not of a stack: that takes all for its pages */
  g_signal_connect (page->sheet, "open", G_CALLBACK (open_cb), page);
  g_signal_connect (page->sheet, "day", G_CALLBACK (day_cb), page);
  g_signal_connect (page->sheet, "move", G_CALLBACK (move_cb), page);
  g_signal_connect (page->sheet, "create", G_CALLBACK (create_cb), page);
  g_signal_connect (page->agenda, "open", G_CALLBACK (open_cb), page);
  g_signal_connect (page->add, "closed", G_CALLBACK (closed_cb), page);
  g_signal_connect_object (page->add, "added", G_CALLBACK (added_cb), page, 0);
  satchel_page_set_content (SATCHEL_PAGE (page), box);
}

static void
satchel_calendar_page_dispose (GObject *object)
{
  SatchelCalendarPage *page = SATCHEL_CALENDAR_PAGE (object);

  g_clear_handle_id (&page->tick, g_source_remove);
  g_clear_handle_id (&page->resized, g_source_remove);
  if (page->add != NULL)
    gtk_widget_unparent (GTK_WIDGET (page->add));
  page->add = NULL;
  g_clear_object (&page->actions);
  g_clear_weak_pointer (&page->before);
  g_clear_object (&page->calendar);
  G_OBJECT_CLASS (satchel_calendar_page_parent_class)->dispose (object);
}

static void
satchel_calendar_page_class_init (SatchelCalendarPageClass *class)
{
  G_OBJECT_CLASS (class)->dispose = satchel_calendar_page_dispose;
}

static void
satchel_calendar_page_init (SatchelCalendarPage *page)
{
  page->view = VIEW_WEEK;
}

SatchelPage *
satchel_calendar_page_new (SatchelDesk *desk, SatchelRoute *route, GError **error)
{
  SatchelCalendarPage *page = g_object_new (SATCHEL_TYPE_CALENDAR_PAGE, "desk", desk, "route", route, NULL);

  page->calendar = satchel_calendar_new (desk);
  page->day = page->today = satchel_calendar_get_today (page->calendar);
  add_actions (page);
  add_keys (page);
  pack_header (page);
  build (page);
  fill_filter (page);
  g_signal_connect_object (page->calendar, "changed", G_CALLBACK (update_notice), page, G_CONNECT_SWAPPED);
  g_signal_connect_object (desk, "definitions", G_CALLBACK (fill_filter), page,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  page->tick = g_timeout_add (MINUTE_MS, tick_cb, page);
  update_notice (page);
  show (page);
  return SATCHEL_PAGE (page);
}
