/* Everything that reads what strangers wrote, as functions of bytes. Run by test-fuzz.c (seeds and seeded mutations, any compiler)
 * and by fuzzer.c (libFuzzer); README.md says how.
 *
 * A target returns when the bytes were taken or refused in order; whatever else happens (a failed assertion here or there, a
 * sanitizer's report, a warning of GLib's) ends the process. What a target keeps from one input to the next must not let one
 * input's result depend on another's.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/session.h"

G_BEGIN_DECLS

typedef struct {
  const char *name; /* of its folder of seeds, too */
  void (*run) (const guint8 *bytes, gsize size);
  gsize most_bytes; /* of an input */
  guint n_mutations; /* of each seed, in an ordinary test */
} FuzzTarget;

extern const FuzzTarget fuzz_targets[]; /* ends with a name NULL */

const FuzzTarget *fuzz_find (const char *name); /* or NULL */
/* Isolates the process from the machine and its user; before the first input. */
void              fuzz_init (void);

/* ---- for targets ---- */

/* @bytes as text, NUL-terminated; NULL unless it is UTF-8 without U+0000. Owned. */
char *fuzz_dup_text (const guint8 *bytes, gsize size);
/* The same, cut at lines "%%" into at most @n_parts; NULL-terminated, owned. */
char **fuzz_split (const guint8 *bytes, gsize size, guint n_parts);
/* Asserts that a refusal says why: a function has failed if and only if it has set @error, of the domain SATCHEL_ERROR and with a
 * sentence in UTF-8. */
#define fuzz_check_error(failed, error)                                                                       \
  G_STMT_START                                                                                                 \
  {                                                                                                            \
    const gboolean failed_ = (failed); /* a call that sets the other argument */                               \
    fuzz_check_refusal (failed_, error);                                                                       \
  }                                                                                                            \
  G_STMT_END
void fuzz_check_refusal (gboolean failed, const GError *error);

/* A file with just these bytes. */
void fuzz_write_file (const char *path, const guint8 *bytes, gsize size);
/* Every record that is shown can be read, and found by quick find. */
void fuzz_read_all (SatchelSession *session);

/* ---- the targets, in files by what they read ---- */

void fuzz_json (const guint8 *bytes, gsize size);       /* a document */
void fuzz_message (const guint8 *bytes, gsize size);    /* each message that there is, both ways */
void fuzz_row (const guint8 *bytes, gsize size);        /* a line of a pull */
void fuzz_value (const guint8 *bytes, gsize size);      /* a value in each of its forms, for a field of each type */
void fuzz_number (const guint8 *bytes, gsize size);     /* decimals, dates, instants, ids */
void fuzz_merge_text (const guint8 *bytes, gsize size); /* three texts */
void fuzz_metadata (const guint8 *bytes, gsize size);   /* definitions: amended, followed, joined */
void fuzz_predicate (const guint8 *bytes, gsize size);  /* text; asked in memory and in SQLite */
void fuzz_predicate_json (const guint8 *bytes, gsize size);

void fuzz_csv (const guint8 *bytes, gsize size);    /* rows, and dates by a format */
void fuzz_map (const guint8 *bytes, gsize size);    /* a saved map */
void fuzz_import (const guint8 *bytes, gsize size); /* a file into a replica */
void fuzz_page (const guint8 *bytes, gsize size);   /* an answer to an online question */
void fuzz_pull (const guint8 *bytes, gsize size);   /* into a replica */
void fuzz_answers (const guint8 *bytes, gsize size); /* of a server to all that a device asks in its rounds */
void fuzz_image (const guint8 *bytes, gsize size);  /* a replica's image as a file */
void fuzz_image_sql (const guint8 *bytes, gsize size); /* an image to which SQL was done */
void fuzz_mail (const guint8 *bytes, gsize size);   /* a message */
void fuzz_card (const guint8 *bytes, gsize size);   /* a file of vCards */
void fuzz_calendar (const guint8 *bytes, gsize size); /* a file of appointments and tasks */
void fuzz_vault (const guint8 *bytes, gsize size);  /* sealed pages and files */

void fuzz_head (const guint8 *bytes, gsize size);     /* of a request */
void fuzz_body (const guint8 *bytes, gsize size);     /* compressed, on both sides */
void fuzz_cursor (const guint8 *bytes, gsize size);
void fuzz_password (const guint8 *bytes, gsize size); /* a file with one */
void fuzz_request (const guint8 *bytes, gsize size);  /* a path and a body, to a server with records */

G_END_DECLS
