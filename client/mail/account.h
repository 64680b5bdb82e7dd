/* The user's mail accounts, as evolution-data-server keeps them for all programs of the desktop, and sending through them.
 *
 * All of it blocks and may ask the network: not in a thread that draws. Accounts, their settings and their passwords are the desktop's; Satchel keeps
 * none of it. A password comes from where the mail program put it (the Secret Service); nobody is asked for one.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/mail/outgoing.h"

G_BEGIN_DECLS

typedef struct {
  char *id;        /* of its identity */
  char *name;      /* as the user calls it */
  char *person;    /* what stands before the address; NULL: nothing */
  char *address;
  char *reply_to;  /* NULL: none */
  char *transport; /* id */
  char *protocol;  /* "smtp", "sendmail" */
  gboolean is_default;
} SatchelMailAccount;

typedef struct _SatchelPost SatchelPost;

/* UNREACHABLE: evolution-data-server is not there. */
SatchelPost *satchel_post_new (GError **error);
void         satchel_post_free (SatchelPost *post);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SatchelPost, satchel_post_free)

/* SatchelMailAccount*, those that can send, the default first; borrowed. */
const GPtrArray *satchel_post_get_accounts (SatchelPost *post);
/* By id, name or address; NULL: the default. NOT_FOUND; INVALID: several fit. Borrowed. */
const SatchelMailAccount *satchel_post_find_account (SatchelPost *post, const char *text, GError **error);

typedef enum {
  SATCHEL_POST_SENT,
  SATCHEL_POST_UNSENT,    /* certainly not: nobody answered, or the account was refused; later it may go */
  SATCHEL_POST_REFUSED,   /* certainly not: the server said why, which is the error's message */
  SATCHEL_POST_UNCERTAIN, /* the connection broke while the message was under way */
} SatchelPostResult;

/* @interrupted is asked from another thread while a message is under way: once it says so the sending is given up, which is UNSENT before the server
 * has anything of it, else UNCERTAIN. NULL: nobody interrupts. */
void satchel_post_set_interrupted (SatchelPost *post, gboolean (*interrupted) (void));

/* Within two minutes. A connection of its own, so that whatever breaks has to do with this message. */
SatchelPostResult satchel_post_send (SatchelPost *post, const SatchelMailAccount *account, const SatchelOutgoing *message,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
