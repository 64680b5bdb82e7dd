/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/print/compose.h"

#include <glib/gi18n.h>

#include "client/replica/column.h"
#include "client/report/number.h"
#include "protocol/error.h"
#include "protocol/metadata/form.h"
#include "protocol/rules/amounts.h"
#include "ui/display.h"

#define ROWS_AT_ONCE 500

static const char *
get_company (SatchelSession *session)
{
  return satchel_replica_peek_meta (satchel_session_get_replica (session), "organisation_name");
}

/* "" where the record has no such field, or nothing in it. */
static char *
show (SatchelReplica *replica, const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_display_in (record, replica, field, value) : g_strdup ("");
}

/* ---- a list ---- */

static void
add_columns (SatchelPaper *paper, GPtrArray *columns)
{
  g_autofree SatchelPaperColumn *heads = g_new0 (SatchelPaperColumn, columns->len);

  for (guint i = 0; i < columns->len; i++) {
    const SatchelField *field = satchel_column_get_field (columns->pdata[i]);
    gboolean numeric = satchel_display_is_numeric (field);

    heads[i] = (SatchelPaperColumn){ _ (field->label), i == 0 ? 2 : numeric ? 0.9 : 1.2, numeric, FALSE };
  }
  satchel_paper_add_table (paper, heads, columns->len);
}

static void
add_record (SatchelPaper *paper, SatchelReplica *replica, GPtrArray *columns, const SatchelRecord *record)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < columns->len; i++) {
    g_autoptr (SatchelValue) value = satchel_column_get_value (columns->pdata[i], replica, record);

    g_ptr_array_add (
        cells, satchel_display_in (record, replica, satchel_column_get_field (columns->pdata[i]), value));
  }
  satchel_paper_add_row (paper, (const char *const *)cells->pdata);
}

static gboolean
add_records (SatchelPaper *paper, SatchelReplica *replica, const SatchelEntity *entity, GArray *numbers,
             GPtrArray *columns, GCancellable *cancellable, GError **error)
{
  const guint most = MIN (numbers->len, SATCHEL_PRINT_MOST);

  for (guint i = 0; i < most; i += ROWS_AT_ONCE) {
    g_autoptr (GPtrArray) records = satchel_replica_read_rows (
        replica, entity, &g_array_index (numbers, guint32, i), MIN (most - i, ROWS_AT_ONCE), error);

    if (records == NULL || g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    for (guint j = 0; j < records->len; j++)
      if (records->pdata[j] != NULL)
        add_record (paper, replica, columns, records->pdata[j]);
  }
  return TRUE;
}

SatchelPaper *
satchel_compose_list (SatchelSession *session, const SatchelEntity *entity, GArray *numbers,
                      const char *const *paths, const char *subtitle, GCancellable *cancellable,
                      GError **error)
{
  g_autoptr (SatchelPaper) paper = satchel_paper_new (get_company (session), _ (entity->plural), subtitle);
  g_autoptr (GPtrArray) columns = g_ptr_array_new_with_free_func ((GDestroyNotify)satchel_column_free);
  g_autofree char *rest = NULL;

  for (guint i = 0; paths[i] != NULL; i++) {
    SatchelColumn *column =
        satchel_column_parse (satchel_session_get_registry (session), entity, paths[i], error);

    if (column == NULL)
      return NULL;
    g_ptr_array_add (columns, column);
  }
  add_columns (paper, columns);
  if (!add_records (paper, satchel_session_get_replica (session), entity, numbers, columns, cancellable,
                    error))
    return NULL;
  if (numbers->len > SATCHEL_PRINT_MOST) {
    rest = g_strdup_printf (_ ("The first %'d of %'d records."), SATCHEL_PRINT_MOST, (int)numbers->len);
    satchel_paper_add_text (paper, rest);
  }
  return g_steal_pointer (&paper);
}

/* ---- a record ---- */

static void
add_field (SatchelPaper *paper, SatchelReplica *replica, const SatchelRecord *record,
           const SatchelField *field)
{
  const SatchelValue *value = satchel_record_get (record, field);
  g_autofree char *text = NULL;

  if (value == NULL || field->retired)
    return;
  text = field->type == SATCHEL_TYPE_TEXT ? g_strdup (satchel_value_get_string (value))
                                          : satchel_display_in (record, replica, field, value);
  satchel_paper_add_field (paper, _ (field->label), text);
}

/* Empty fields would be lines without a meaning; and so would be sections without any. */
static void
add_section (SatchelPaper *paper, SatchelReplica *replica, const SatchelRecord *record,
             const SatchelFormSection *section)
{
  gboolean has_any = FALSE;

  for (guint i = 0; i < section->n_cells; i++) {
    const SatchelField *field = satchel_entity_find_field (record->entity, section->cells[i].field);

    if (field == NULL || satchel_record_get (record, field) == NULL)
      continue;
    if (!has_any)
      satchel_paper_add_heading (paper, _ (section->label));
    has_any = TRUE;
    add_field (paper, replica, record, field);
  }
}

static SatchelPaper *
compose_form (SatchelSession *session, const SatchelRecord *record)
{
  SatchelReplica *replica = satchel_session_get_replica (session);
  const SatchelForm *form = satchel_entity_find_form (record->entity, NULL);
  g_autofree char *title = satchel_record_dup_title (record);
  SatchelPaper *paper = satchel_paper_new (get_company (session), title, _ (record->entity->label));

  for (guint i = 0; form != NULL && i < form->n_tabs; i++)
    for (guint j = 0; j < form->tabs[i].n_sections; j++)
      add_section (paper, replica, record, &form->tabs[i].sections[j]);
  return paper;
}

/* ---- a document ---- */

typedef struct {
  SatchelSession *session;
  SatchelReplica *replica;
  SatchelPaper *paper;
  const SatchelRecord *head;
  guint digits; /* of its currency */
} Document;

/* With the digits of the document's currency; "" for nothing. */
static char *
show_money (const Document *document, const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value != NULL ? satchel_number_display (satchel_value_get_decimal (value), document->digits)
                       : g_strdup ("");
}

static void
append_line (GString *text, const char *line)
{
  if (*line != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

/* As it is written on a letter. */
static void
add_recipient (Document *document)
{
  g_autofree char *account = show (document->replica, document->head, "account");
  g_autofree char *contact = show (document->replica, document->head, "contact");
  g_autofree char *street = show (document->replica, document->head, "street");
  g_autofree char *code = show (document->replica, document->head, "postal_code");
  g_autofree char *city = show (document->replica, document->head, "city");
  g_autofree char *country = show (document->replica, document->head, "country");
  g_autofree char *town = g_strstrip (g_strdup_printf ("%s %s", code, city));
  g_autoptr (GString) text = g_string_new (NULL);

  append_line (text, account);
  append_line (text, contact);
  append_line (text, street);
  append_line (text, town);
  append_line (text, country);
  if (text->len > 0)
    satchel_paper_add_text (document->paper, text->str);
}

static void
add_terms (Document *document)
{
  static const char *const names[] = { "number",         "revision",    "valid_from", "valid_until",
                                       "invoiced_on",    "ordered_on",  "due_on",     "payment_terms",
                                       "delivery_terms", "delivery_on", "owner" };

  satchel_paper_add_heading (document->paper, _ (document->head->entity->label));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelField *field = satchel_entity_find_field (document->head->entity, names[i]);

    if (field != NULL)
      add_field (document->paper, document->replica, document->head, field);
  }
}

static void
add_line (Document *document, guint place, const SatchelRecord *line)
{
  SatchelReplica *replica = document->replica;
  g_autofree char *number = g_strdup_printf ("%u", place);
  g_autofree char *name = show (replica, line, "name"), *remarks = show (replica, line, "description");
  g_autofree char *item = g_strdup_printf ("%s%s%s", name, *remarks != '\0' ? "\n" : "", remarks);
  const SatchelValue *quantity = satchel_record_get_by_name (line, "quantity");
  g_autofree char *quantity_text =
      quantity != NULL ? satchel_decimal_to_text (satchel_value_get_decimal (quantity)) : g_strdup ("");
  g_autofree char *count = satchel_number_group (quantity_text);
  g_autofree char *measure = show (replica, line, "measure");
  g_autofree char *much = g_strstrip (g_strdup_printf ("%s %s", count, measure));
  g_autofree char *entered = show_money (document, line, "price");
  g_autofree char *listed = show_money (document, line, "list_price");
  g_autofree char *discount = show_money (document, line, "discount");
  g_autofree char *amount = show_money (document, line, "amount");
  const char *const cells[] = { number, item, much, *entered != '\0' ? entered : listed, discount, amount };

  satchel_paper_add_row (document->paper, cells);
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  const SatchelRecord *first = *(SatchelRecord *const *)a, *second = *(SatchelRecord *const *)b;
  const SatchelValue *one = satchel_record_get_by_name (first, "position");
  const SatchelValue *other = satchel_record_get_by_name (second, "position");
  gint64 place = one != NULL ? satchel_value_get_integer (one) : G_MAXINT64;
  gint64 other_place = other != NULL ? satchel_value_get_integer (other) : G_MAXINT64;

  return place < other_place ? -1 : place > other_place ? 1 : g_strcmp0 (first->id, second->id);
}

static gboolean
add_lines (Document *document, const SatchelEntity *entity, GError **error)
{
  const SatchelPaperColumn columns[] = {
    { _ ("No."), 0.4, TRUE, FALSE },      { _ ("Item"), 3, FALSE, TRUE },
    { _ ("Quantity"), 1.1, TRUE, FALSE }, { _ ("Price"), 1.2, TRUE, FALSE },
    { _ ("Discount"), 1, TRUE, FALSE },   { _ ("Amount"), 1.3, TRUE, FALSE },
  };
  const SatchelReference reference = { entity, satchel_amounts_head_field (entity) };
  g_autoptr (GPtrArray) lines =
      satchel_replica_list_referring (document->replica, &reference, document->head->id, error);

  if (lines == NULL)
    return FALSE;
  g_ptr_array_sort (lines, compare_lines);
  satchel_paper_add_table (document->paper, columns, G_N_ELEMENTS (columns));
  for (guint i = 0; i < lines->len; i++)
    add_line (document, i + 1, lines->pdata[i]);
  return TRUE;
}

static gboolean
is_zero (const SatchelRecord *record, const char *name)
{
  const SatchelField *field = satchel_entity_find_field (record->entity, name);
  const SatchelValue *value = field != NULL ? satchel_record_get (record, field) : NULL;

  return value == NULL || satchel_value_get_decimal (value).coefficient == 0;
}

/* What is nothing is left out, but for what it all comes to. */
static void
add_totals (Document *document)
{
  static const char *const names[] = { "lines_amount", "lines_discount", "discount", "freight", "tax" };
  g_autofree char *currency = show (document->replica, document->head, "currency");
  g_autofree char *total = show_money (document, document->head, "total");
  g_autofree char *all = g_strstrip (g_strdup_printf ("%s %s", total, currency));

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const SatchelField *field = satchel_entity_find_field (document->head->entity, names[i]);
    g_autofree char *text = show_money (document, document->head, names[i]);

    if (field != NULL && !is_zero (document->head, names[i]))
      satchel_paper_add_total (document->paper, _ (field->label), text, FALSE);
  }
  satchel_paper_add_total (document->paper, _ ("Total"), all, TRUE);
}

static SatchelPaper *
compose_document (SatchelSession *session, const SatchelRecord *record, const SatchelEntity *lines,
                  GError **error)
{
  g_autofree char *title = satchel_record_dup_title (record);
  g_autoptr (SatchelPaper) paper =
      satchel_paper_new (get_company (session), title, _ (record->entity->label));
  const SatchelValue *digits = satchel_record_get_by_name (record, "currency_digits");
  Document document = { .session = session,
                        .replica = satchel_session_get_replica (session),
                        .paper = paper,
                        .head = record,
                        .digits =
                            digits != NULL ? (guint)CLAMP (satchel_value_get_integer (digits), 0, 4) : 2 };
  g_autofree char *remarks = NULL;
  const SatchelField *description = satchel_entity_find_field (record->entity, "description");

  add_recipient (&document);
  add_terms (&document);
  if (!add_lines (&document, lines, error))
    return NULL;
  add_totals (&document);
  if (description != NULL && satchel_record_get (record, description) != NULL)
    satchel_paper_add_text (paper, satchel_value_get_string (satchel_record_get (record, description)));
  return g_steal_pointer (&paper);
}

/* A document says what is asked for or owed; an opportunity has lines, too, but is nobody's paper but ours.
 */
static const SatchelEntity *
find_lines (SatchelSession *session, const SatchelEntity *entity)
{
  const char *name = satchel_amounts_line_entity (entity);

  if (name == NULL || satchel_entity_find_field (entity, "total") == NULL)
    return NULL;
  return satchel_registry_find (satchel_session_get_registry (session), name);
}

SatchelPaper *
satchel_compose_record (SatchelSession *session, const SatchelEntity *entity, const char *id, GError **error)
{
  g_autoptr (SatchelRecord) record = NULL;
  const SatchelEntity *lines = find_lines (session, entity);

  if (!satchel_replica_read (satchel_session_get_replica (session), entity, id, &record, error))
    return NULL;
  if (record == NULL) {
    g_set_error_literal (error, SATCHEL_ERROR, SATCHEL_ERROR_NOT_FOUND,
                         _ ("The record is not here any more."));
    return NULL;
  }
  return lines != NULL ? compose_document (session, record, lines, error) : compose_form (session, record);
}
