/* Records what a process writes to and flushes in the files below one folder, in order.
 *
 * Preloaded with WRITE_LOG (the file to write to) and WRITE_LOG_BELOW (the folder) in the environment. A record is
 * "OP OFFSET LENGTH NAME\n" followed by LENGTH bytes; OP is W (write), T (truncate to OFFSET) or S (flush). */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static int log_file = -1;
static const char *below;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void begin(void) {
  below = getenv("WRITE_LOG_BELOW");
  if (below && getenv("WRITE_LOG"))
    log_file = open(getenv("WRITE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void note(char op, int fd, off_t offset, const void *data, size_t length) {
  char link[64], path[PATH_MAX], head[PATH_MAX + 64];
  if (log_file < 0) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return;
  path[size] = 0;
  size_t folder = strlen(below);
  if (strncmp(path, below, folder) != 0 || path[folder] != '/') return;
  int head_length = snprintf(head, sizeof head, "%c %lld %zu %s\n", op, (long long)offset, length, path + folder + 1);
  struct iovec parts[2] = {{head, (size_t)head_length}, {(void *)data, length}};
  pthread_mutex_lock(&lock);
  if (writev(log_file, parts, length ? 2 : 1) < 0) abort();
  pthread_mutex_unlock(&lock);
}

#define REAL(name, type) static type real; if (!real) real = (type)dlsym(RTLD_NEXT, name)

typedef ssize_t (*pwrite_type)(int, const void *, size_t, off_t);
typedef ssize_t (*write_type)(int, const void *, size_t);
typedef int (*truncate_type)(int, off_t);
typedef int (*flush_type)(int);

static ssize_t written(pwrite_type real, int fd, const void *data, size_t length, off_t offset) {
  ssize_t done = real(fd, data, length, offset);
  if (done > 0) note('W', fd, offset, data, (size_t)done);
  return done;
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
  REAL("pwrite", pwrite_type);
  return written(real, fd, data, length, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t offset) {
  REAL("pwrite64", pwrite_type);
  return written(real, fd, data, length, offset);
}

ssize_t write(int fd, const void *data, size_t length) {
  REAL("write", write_type);
  off_t offset = log_file < 0 ? -1 : lseek(fd, 0, SEEK_CUR); /* -1 if it is not a file */
  ssize_t done = real(fd, data, length);
  if (done > 0 && offset >= 0) note('W', fd, offset, data, (size_t)done);
  return done;
}

int ftruncate(int fd, off_t length) {
  REAL("ftruncate", truncate_type);
  int result = real(fd, length);
  if (result == 0) note('T', fd, length, NULL, 0);
  return result;
}

int ftruncate64(int fd, off_t length) {
  REAL("ftruncate64", truncate_type);
  int result = real(fd, length);
  if (result == 0) note('T', fd, length, NULL, 0);
  return result;
}

int fsync(int fd) {
  REAL("fsync", flush_type);
  int result = real(fd);
  if (result == 0) note('S', fd, 0, NULL, 0);
  return result;
}

int fdatasync(int fd) {
  REAL("fdatasync", flush_type);
  int result = real(fd);
  if (result == 0) note('S', fd, 0, NULL, 0);
  return result;
}
