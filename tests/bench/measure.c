/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/bench/measure.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "protocol/error.h"

typedef struct {
  char *name, *unit, *note;
  double value, floor;
} Line;

static GPtrArray *lines;

double
bench_now (void)
{
  return g_get_monotonic_time () / 1e6;
}

double
bench_cpu_of (GPid pid)
{
  clockid_t clock;
  struct timespec time;

  if (clock_getcpuclockid (pid, &clock) != 0 || clock_gettime (clock, &time) != 0)
    return NAN;
  return time.tv_sec + time.tv_nsec / 1e9;
}

double
bench_memory_of (GPid pid, BenchMemory memory)
{
  static const char *const names[] = { "VmRSS:", "VmHWM:" };
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int)pid), *text = NULL;
  const char *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return NAN;
  line = strstr (text, names[memory]);
  return line != NULL ? g_ascii_strtod (line + strlen (names[memory]), NULL) / 1024 : NAN;
}

double
bench_cpu_self (void)
{
  struct rusage usage;
  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec +
         (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

double
bench_written_self (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/self/io", &text, NULL, NULL) ||
      (line = strstr (text, "\nwrite_bytes: ")) == NULL)
    return NAN;
  return g_ascii_strtoull (line + strlen ("\nwrite_bytes: "), NULL, 10) / 1e6;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

double
bench_percentile (GArray *values, guint percent)
{
  g_array_sort (values, compare_doubles);
  guint at = (guint)ceil (values->len * percent / 100.0);
  return g_array_index (values, double, at > 0 ? at - 1 : 0);
}

double
bench_median (GArray *values)
{
  return bench_percentile (values, 50);
}

static void
line_free (gpointer data)
{
  Line *line = data;
  g_free (line->name);
  g_free (line->unit);
  g_free (line->note);
  g_free (line);
}

void
bench_report (const char *name, double value, const char *unit, double floor, const char *format, ...)
{
  if (lines == NULL)
    lines = g_ptr_array_new_with_free_func (line_free);
  va_list arguments;
  va_start (arguments, format);
  Line *line = g_new0 (Line, 1);
  line->name = g_strdup (name);
  line->unit = g_strdup (unit);
  line->note = g_strdup_vprintf (format, arguments);
  line->value = value;
  line->floor = floor;
  va_end (arguments);
  g_ptr_array_add (lines, line);
}

static JsonObject *
line_to_json (const Line *line)
{
  JsonObject *object = json_object_new ();
  json_object_set_string_member (object, "name", line->name);
  json_object_set_double_member (object, "value", line->value);
  json_object_set_string_member (object, "unit", line->unit);
  if (!isnan (line->floor)) {
    json_object_set_double_member (object, "floor", line->floor);
    json_object_set_double_member (object, "ratio", line->floor > 0 ? line->value / line->floor : 0);
  }
  json_object_set_string_member (object, "note", line->note);
  return object;
}

/* A row of a Markdown table that people can read as it is. Widths count characters. */
static void
print_row (const char *name, const char *value, const char *unit, const char *floor, const char *ratio,
           const char *note)
{
  static const int widths[] = { 26, 10, 5, 10, 7 };
  const char *const cells[] = { name, value, unit, floor, ratio };

  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++) {
    const int gap = MAX (0, widths[i] - (int)g_utf8_strlen (cells[i], -1));
    const gboolean left = i == 0 || i == 2; /* words; numbers end where they end */

    printf ("| %*s%s%*s ", left ? 0 : gap, "", cells[i], left ? gap : 0, "");
  }
  printf ("| %s |\n", note);
}

static void
print_table (void)
{
  print_row ("figure", "value", "unit", "floor", "ratio", "what");
  print_row ("---", "---:", "---", "---:", "---:", "---");
  for (guint i = 0; lines != NULL && i < lines->len; i++) {
    const Line *line = g_ptr_array_index (lines, i);
    g_autofree char *value = g_strdup_printf (line->value < 10000 ? "%.4g" : "%.0f", line->value);
    g_autofree char *floor = isnan (line->floor) ? g_strdup ("–") : g_strdup_printf ("%.4g", line->floor);
    g_autofree char *ratio =
        isnan (line->floor) ? g_strdup ("–") : g_strdup_printf ("%.2f", line->value / line->floor);

    print_row (line->name, value, line->unit, floor, ratio, line->note);
  }
}

/* What took no time, or is no number, was not measured. */
static gboolean
check_lines (GError **error)
{
  if (lines == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND, "there is no such figure");
    return FALSE;
  }
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = g_ptr_array_index (lines, i);

    if (isfinite (line->value) && line->value > 0 && !(line->floor <= 0))
      continue;
    g_set_error (error, SATCHEL_ERROR, SATCHEL_ERROR_INVALID, "%s measured nothing", line->name);
    return FALSE;
  }
  return TRUE;
}

gboolean
bench_report_finish (const char *path, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *text = NULL;

  print_table ();
  json_builder_begin_array (builder);
  for (guint i = 0; lines != NULL && i < lines->len; i++) {
    JsonNode *node = json_node_new (JSON_NODE_OBJECT);

    json_node_take_object (node, line_to_json (g_ptr_array_index (lines, i)));
    json_builder_add_value (builder, node);
  }
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  if (!g_file_set_contents (path, text, -1, error) || !check_lines (error))
    return FALSE;
  g_clear_pointer (&lines, g_ptr_array_unref);
  return TRUE;
}
