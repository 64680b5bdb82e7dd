/* Definitions under construction, with the places they came from: what reader.c fills and check.c judges. Private to
 * this room.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "protocol/metadata/dashboard.h"
#include "protocol/metadata/entity.h"
#include "protocol/metadata/markup.h"
#include "protocol/metadata/reader.h"
#include "protocol/metadata/registry.h"
#include "protocol/predicate/predicate.h"

G_BEGIN_DECLS

typedef struct {
  SatchelField field; /* complete when its element ends */
  SatchelPlace place;
} SatchelFieldDraft;

typedef struct {
  const char *entity;
  SatchelView view; /* complete when its element ends */
  SatchelPlace place;
  gboolean retired;
  GArray *column_places; /* SatchelPlace, one a column */
} SatchelViewDraft;

typedef struct {
  const char *entity;
  SatchelForm form; /* complete when its element ends */
  SatchelPlace place;
  GArray *cell_places; /* SatchelPlace, in the order of the document */
  GArray *list_places;
} SatchelFormDraft;

typedef struct {
  const char *entity;
  SatchelProcess process; /* complete when its element ends */
  SatchelPlace place;
  GArray *stage_places; /* SatchelPlace, in the order of the document */
  GArray *criterion_places;
} SatchelProcessDraft;

typedef struct {
  SatchelDashboard dashboard; /* complete when its element ends */
  SatchelPlace place;
  gboolean retired;
  GArray *chart_places;  /* SatchelPlace, one a chart */
  GArray *chart_retired; /* gboolean, likewise */
} SatchelDashboardDraft;

typedef struct {
  SatchelEntity entity; /* complete when all files are read */
  SatchelPlace place;
  const char *title_name;
  const char *once_name;  /* NULL: none */
  const char *const *proof_names; /* NULL-terminated */
  const char *state_name; /* NULL: no state machine */
  SatchelPlace states_place;
  GPtrArray *fields;      /* SatchelFieldDraft*; those that every entity gets have their entity's place */
  GArray *transitions;    /* SatchelTransition */
  GArray *transition_places;
  GArray *rules; /* SatchelRule */
  GArray *rule_places;
  GPtrArray *closed_states; /* const char* */
  GArray *closed_places;
  GPtrArray *actions; /* const char* */
  GArray *action_places;
  GPtrArray *views; /* SatchelViewDraft*, the default first */
  GPtrArray *forms;     /* SatchelFormDraft* */
  GPtrArray *processes; /* SatchelProcessDraft* */
} SatchelEntityDraft;

SatchelEntityDraft *satchel_entity_draft_new (const SatchelPlace *place);
void                satchel_entity_draft_free (SatchelEntityDraft *draft);
SatchelViewDraft   *satchel_view_draft_new (const SatchelPlace *place);
void                satchel_view_draft_free (SatchelViewDraft *draft);

SatchelFormDraft    *satchel_form_draft_new (const SatchelPlace *place);
void                 satchel_form_draft_free (SatchelFormDraft *draft);
SatchelProcessDraft *satchel_process_draft_new (const SatchelPlace *place);
void                 satchel_process_draft_free (SatchelProcessDraft *draft);
SatchelDashboardDraft *satchel_dashboard_draft_new (const SatchelPlace *place);
void                   satchel_dashboard_draft_free (SatchelDashboardDraft *draft);

struct _SatchelMetadataReader {
  GStringChunk *strings; /* every string of every definition */
  GPtrArray *blocks;     /* every array of every definition */
  GPtrArray *sources;    /* SatchelSource* */
  SatchelMarkup *root;   /* <satchel>: what was read */
  GPtrArray *drafts;     /* SatchelEntityDraft* */
  GPtrArray *views;      /* SatchelViewDraft*, until they find their entity */
  GPtrArray *forms;      /* SatchelFormDraft*, likewise */
  GPtrArray *processes;  /* SatchelProcessDraft*, likewise */
  GPtrArray *dashboards; /* SatchelDashboardDraft* */
  GHashTable *by_name;   /* name → SatchelEntityDraft */
  const SatchelEntity **entities;

  /* What is open: */
  SatchelEntityDraft *draft;
  SatchelFieldDraft *field;
  GArray *choices; /* SatchelChoice of the open field */
  const char *views_entity;
  SatchelViewDraft *view;
  GArray *columns; /* SatchelViewColumn of the open view */
  const char *layout_entity;
  GArray *tabs;     /* SatchelFormTab of the open form */
  GArray *sections; /* SatchelFormSection of the open tab */
  GArray *lists;    /* SatchelFormList of the open tab */
  GArray *cells;    /* SatchelFormCell of the open section */
  GArray *stages;   /* SatchelStage of the open process */
  GArray *criteria; /* SatchelCriterion of the open stage */
  GArray *charts;   /* SatchelChart of the open dashboard */
};

/* The document as a <satchel>, whether it is one or a single definition. */
SatchelMarkup *satchel_metadata_reader_parse (SatchelMetadataReader *reader, const char *name, const char *text, gssize length,
                                              GError **error);

/* The reader owns every string and array of the definitions. keep_string takes NULL; keep_block and keep_array take their
 * argument over; keep_words splits at blanks and returns a NULL-terminated array, never NULL. */
const char        *satchel_reader_keep_string (SatchelMetadataReader *reader, const char *text);
gpointer           satchel_reader_keep_block (SatchelMetadataReader *reader, gpointer block);
gpointer           satchel_reader_keep_array (SatchelMetadataReader *reader, GArray *array);
const char *const *satchel_reader_keep_words (SatchelMetadataReader *reader, const char *text, guint *n_words);

/* A name as every definition has one: letters, digits and "_", none that is a word of the predicate language. */
gboolean satchel_tag_check_name (const SatchelTag *tag, const char *attribute, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What may stand in a metadata file; the handlers' data is the reader. */
extern const SatchelElement satchel_metadata_elements[];

/* ---- layout-elements.c ---- */
gboolean satchel_form_open_forms (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_form_open (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_form_close (gpointer data, GError **error);
gboolean satchel_form_open_tab (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_form_close_tab (gpointer data, GError **error);
gboolean satchel_form_open_section (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_form_close_section (gpointer data, GError **error);
gboolean satchel_form_open_cell (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_form_open_list (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_process_open (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_process_close (gpointer data, GError **error);
gboolean satchel_process_open_stage (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_process_close_stage (gpointer data, GError **error);
gboolean satchel_process_open_criterion (const SatchelTag *tag, gpointer data, GError **error);

/* ---- dashboard-elements.c ---- */
gboolean satchel_dashboard_open (const SatchelTag *tag, gpointer data, GError **error);
gboolean satchel_dashboard_close (gpointer data, GError **error);
gboolean satchel_dashboard_open_chart (const SatchelTag *tag, gpointer data, GError **error);

/* ---- dashboard-check.c ---- */
/* What charts name; takes off what is retired, or shows retired things. The entities are sound. */
gboolean satchel_drafts_check_dashboards (GPtrArray *dashboards, GHashTable *by_name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_drafts_check_chart_conditions (GPtrArray *dashboards, SatchelRegistry *registry,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- layout-check.c ---- */
/* What forms and processes name; takes retired fields off the forms. */
gboolean satchel_drafts_check_layout (GPtrArray *drafts, GHashTable *by_name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean satchel_drafts_read_criteria (SatchelRegistry *registry, const SatchelEntityDraft *draft,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* ---- check.c ---- */
/* A condition over a record's own fields, which the registry owns and which therefore does not own the registry. */
gboolean satchel_drafts_read_condition (SatchelRegistry *registry, const SatchelEntity *entity, const SatchelPlace *place,
                                        const char *attribute, const char *text, SatchelPredicate **condition,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Everything that only the whole set can show: targets, titles, owners, states, defaults, what views name. @drafts
 * holds SatchelEntityDraft* with complete entities, @by_name finds them. */
gboolean satchel_drafts_check (GPtrArray *drafts, GHashTable *by_name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Takes retired fields out of what the views show. The drafts are sound. */
gboolean satchel_drafts_hide_retired (GPtrArray *drafts, GHashTable *by_name, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The conditions of the views, which need the registry that the drafts became. */
gboolean satchel_drafts_check_predicates (GPtrArray *drafts, SatchelRegistry *registry,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
