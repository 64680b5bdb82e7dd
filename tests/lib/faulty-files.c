/* For LD_PRELOAD into the real programs: the nth operation that alters a file fails, whoever asks for it
 * (SQLite, GLib, ourselves), the clock says what a test wants, and so does the list of certificates that are
 * trusted. Steered by the environment:
 *
 *   SATCHEL_FAULT_UNDER   only files below this directory (needed)
 *   SATCHEL_FAULT_AT      which operation fails, counted from 1; 0 or absent: none
 *   SATCHEL_FAULT_ERRNO   with what; ENOSPC where it is absent
 *   SATCHEL_FAULT_LASTING all that follow fail as well
 *   SATCHEL_FAULT_OPEN    the first opening for writing of a file that is there and whose name ends so fails
 *   SATCHEL_FAULT_COUNT   a file: how many there were is written there at the program's end
 *   SATCHEL_CLOCK_SHIFT_S seconds by which the wall clock is wrong; or the path of a file that holds them,
 * read each time
 *   SATCHEL_CLOCK_RATE    how many seconds of a main loop's time-outs go by in one
 *   SATCHEL_TRUST         a file of certificates that takes the place of the system's
 *
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *under;
static long fault_at;
static int fault_errno = ENOSPC;
static int lasting;
static atomic_long count;
static long rate = 1;
static struct timespec began;

/* ---- what the environment says ---- */

static long
number (const char *name, long fallback)
{
  const char *text = getenv (name);

  return text != NULL && *text != '\0' ? strtol (text, NULL, 10) : fallback;
}

__attribute__ ((constructor)) static void
begin (void)
{
  under = getenv ("SATCHEL_FAULT_UNDER");
  fault_at = number ("SATCHEL_FAULT_AT", 0);
  fault_errno = (int)number ("SATCHEL_FAULT_ERRNO", ENOSPC);
  lasting = getenv ("SATCHEL_FAULT_LASTING") != NULL;
  rate = number ("SATCHEL_CLOCK_RATE", 1);
  syscall (SYS_clock_gettime, CLOCK_MONOTONIC, &began);
}

__attribute__ ((destructor)) static void
end (void)
{
  const char *path = getenv ("SATCHEL_FAULT_COUNT");
  FILE *file = path != NULL ? fopen (path, "w") : NULL;

  if (file != NULL) {
    fprintf (file, "%ld\n", atomic_load (&count));
    fclose (file);
  }
}

/* ---- which operations count ---- */

static int
is_under (const char *path)
{
  const size_t length = under != NULL ? strlen (under) : 0;

  return length > 0 && path != NULL && strncmp (path, under, length) == 0;
}

static int
is_ours (int fd)
{
  char link[64], path[PATH_MAX];
  ssize_t length;
  int saved = errno;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  errno = saved;
  if (length <= 0)
    return 0;
  path[length] = '\0';
  return is_under (path);
}

/* Sets errno when the operation that is asked for now is to fail. */
static int
fails (int ours)
{
  long now;

  if (!ours)
    return 0;
  now = atomic_fetch_add (&count, 1) + 1;
  if (fault_at == 0 || (lasting ? now < fault_at : now != fault_at))
    return 0;
  errno = fault_errno;
  return 1;
}

#define REAL(name)                                                                                           \
  static __typeof__ (name) *real;                                                                            \
  if (real == NULL)                                                                                          \
  real = (__typeof__ (name) *)dlsym (RTLD_NEXT, #name)

/* ---- files ---- */

ssize_t
write (int fd, const void *bytes, size_t size)
{
  REAL (write);
  return fails (is_ours (fd)) ? -1 : real (fd, bytes, size);
}

ssize_t
pwrite (int fd, const void *bytes, size_t size, off_t place)
{
  REAL (pwrite);
  return fails (is_ours (fd)) ? -1 : real (fd, bytes, size, place);
}

ssize_t
pwrite64 (int fd, const void *bytes, size_t size, off64_t place)
{
  REAL (pwrite64);
  return fails (is_ours (fd)) ? -1 : real (fd, bytes, size, place);
}

int
fsync (int fd)
{
  REAL (fsync);
  return fails (is_ours (fd)) ? -1 : real (fd);
}

int
fdatasync (int fd)
{
  REAL (fdatasync);
  return fails (is_ours (fd)) ? -1 : real (fd);
}

int
ftruncate (int fd, off_t size)
{
  REAL (ftruncate);
  return fails (is_ours (fd)) ? -1 : real (fd, size);
}

int
ftruncate64 (int fd, off64_t size)
{
  REAL (ftruncate64);
  return fails (is_ours (fd)) ? -1 : real (fd, size);
}

int
rename (const char *from, const char *to)
{
  REAL (rename);
  return fails (is_under (to)) ? -1 : real (from, to);
}

int
link (const char *from, const char *to)
{
  REAL (link);
  return fails (is_under (to)) ? -1 : real (from, to);
}

int
mkdir (const char *path, mode_t mode)
{
  REAL (mkdir);
  return fails (is_under (path)) ? -1 : real (path, mode);
}

static int
takes_mode (int flags)
{
  return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE;
}

/* Room is needed for nothing else. */
static int
makes (const char *path, int flags)
{
  return (flags & O_TMPFILE) == O_TMPFILE || ((flags & O_CREAT) != 0 && access (path, F_OK) != 0);
}

static int
is_barred (const char *path, int flags)
{
  static atomic_int done;
  const char *ending = getenv ("SATCHEL_FAULT_OPEN");
  const size_t length = strlen (path), size = ending != NULL ? strlen (ending) : 0;

  if (size == 0 || length < size || strcmp (path + length - size, ending) != 0 ||
      (flags & O_ACCMODE) != O_RDWR || access (path, F_OK) != 0 || atomic_exchange (&done, 1))
    return 0;
  errno = fault_errno;
  return 1;
}

#define OPEN(name)                                                                                           \
  int name (const char *path, int flags, ...)                                                                \
  {                                                                                                          \
    mode_t mode = 0;                                                                                         \
    va_list arguments;                                                                                       \
    REAL (name);                                                                                             \
                                                                                                             \
    if (takes_mode (flags)) {                                                                                \
      va_start (arguments, flags);                                                                           \
      mode = va_arg (arguments, mode_t);                                                                     \
      va_end (arguments);                                                                                    \
    }                                                                                                        \
    if (is_barred (path, flags))                                                                             \
      return -1;                                                                                             \
    return is_under (path) && makes (path, flags) && fails (1) ? -1 : real (path, flags, mode);              \
  }

OPEN (open)
OPEN (open64)

/* ---- the clock ---- */

static long
shift_s (void)
{
  const char *text = getenv ("SATCHEL_CLOCK_SHIFT_S");
  char held[32];
  ssize_t length;
  int fd;

  if (text == NULL || *text != '/')
    return text != NULL ? strtol (text, NULL, 10) : 0;
  fd = (int)syscall (SYS_openat, AT_FDCWD, text, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return 0;
  length = read (fd, held, sizeof held - 1);
  close (fd);
  held[length > 0 ? length : 0] = '\0';
  return strtol (held, NULL, 10);
}

static void
hurry (struct timespec *now)
{
  const long long second = 1000000000;
  long long passed = (now->tv_sec - began.tv_sec) * second + now->tv_nsec - began.tv_nsec;

  passed = passed * rate + began.tv_nsec;
  now->tv_sec = began.tv_sec + passed / second;
  now->tv_nsec = passed % second;
}

int
poll (struct pollfd *files, nfds_t n_files, int timeout_ms)
{
  REAL (poll);
  return real (files, n_files, timeout_ms > 0 ? (int)((timeout_ms + rate - 1) / rate) : timeout_ms);
}

int
ppoll (struct pollfd *files, nfds_t n_files, const struct timespec *timeout, const sigset_t *signals)
{
  struct timespec sooner;
  REAL (ppoll);

  if (timeout != NULL) {
    sooner.tv_sec = timeout->tv_sec / rate;
    sooner.tv_nsec = (timeout->tv_sec % rate * 1000000000 + timeout->tv_nsec) / rate;
  }
  return real (files, n_files, timeout != NULL ? &sooner : NULL, signals);
}

int
clock_gettime (clockid_t clock, struct timespec *now)
{
  int result = (int)syscall (SYS_clock_gettime, clock, now);

  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
    now->tv_sec += shift_s ();
  else if (result == 0 && clock == CLOCK_MONOTONIC && rate > 1)
    hurry (now);
  return result;
}

int
gettimeofday (struct timeval *now, void *zone)
{
  struct timespec exact;

  clock_gettime (CLOCK_REALTIME, &exact);
  now->tv_sec = exact.tv_sec;
  now->tv_usec = exact.tv_nsec / 1000;
  return 0;
}

time_t
time (time_t *now)
{
  struct timespec exact;

  clock_gettime (CLOCK_REALTIME, &exact);
  if (now != NULL)
    *now = exact.tv_sec;
  return exact.tv_sec;
}

/* ---- whom to trust ---- */

#define SYSTEM_TRUST "/etc/ssl/certs/"

FILE *
fopen (const char *path, const char *mode)
{
  const char *trust = getenv ("SATCHEL_TRUST");
  REAL (fopen);

  return real (trust != NULL && strncmp (path, SYSTEM_TRUST, strlen (SYSTEM_TRUST)) == 0 ? trust : path,
               mode);
}
