// Stands between SQLite and the system: the functions below are found before those of the C library, since they
// are in the program itself.
#define _GNU_SOURCE
#include "DiskFaults.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long remaining = -1;
static atomic_long failures = 0;
static atomic_int failing_call = 0;
static atomic_int failing_error = 0;

void disk_faults_arm(enum disk_faults_call call, long after, int error) {
  atomic_store(&failures, 0);
  atomic_store(&failing_call, call);
  atomic_store(&failing_error, error);
  atomic_store(&remaining, after);
}

void disk_faults_disarm(void) { atomic_store(&remaining, -1); }

long disk_faults_count(void) { return atomic_load(&failures); }

// Whether this call fails; counts down to the first that does, and lets all behind it fail.
static int fails(enum disk_faults_call call) {
  if (atomic_load(&remaining) < 0 || atomic_load(&failing_call) != (int)call) return 0;
  if (atomic_load(&remaining) > 0) {
    atomic_fetch_sub(&remaining, 1);
    return 0;
  }
  atomic_fetch_add(&failures, 1);
  errno = atomic_load(&failing_error);
  return 1;
}

#define REAL(type, name) ((type)dlsym(RTLD_NEXT, name))

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off64_t);
  if (!real) real = REAL(ssize_t(*)(int, const void *, size_t, off64_t), "pwrite64");
  return fails(DISK_FAULTS_WRITE) ? -1 : real(file, bytes, count, offset);
}

int fdatasync(int file) {
  static int (*real)(int);
  if (!real) real = REAL(int (*)(int), "fdatasync");
  return fails(DISK_FAULTS_SYNC) ? -1 : real(file);
}

int fsync(int file) {
  static int (*real)(int);
  if (!real) real = REAL(int (*)(int), "fsync");
  return fails(DISK_FAULTS_SYNC) ? -1 : real(file);
}

ssize_t pread64(int file, void *bytes, size_t count, off64_t offset) {
  static ssize_t (*real)(int, void *, size_t, off64_t);
  if (!real) real = REAL(ssize_t(*)(int, void *, size_t, off64_t), "pread64");
  return fails(DISK_FAULTS_READ) ? -1 : real(file, bytes, count, offset);
}
