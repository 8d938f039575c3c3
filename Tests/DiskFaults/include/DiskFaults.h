/// Lets calls of the system fail, as those of a disk that is full or broken do.
#ifndef DISK_FAULTS_H
#define DISK_FAULTS_H

/// Which calls.
enum disk_faults_call {
  DISK_FAULTS_WRITE,
  DISK_FAULTS_SYNC,
  DISK_FAULTS_READ,
};

/// Lets every call of a kind fail after so many that succeed, with an `errno`.
void disk_faults_arm(enum disk_faults_call call, long after, int error);

/// Lets all calls succeed again.
void disk_faults_disarm(void);

/// How many calls have failed since they were armed.
long disk_faults_count(void);

#endif
