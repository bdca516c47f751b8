/* A disk that is slow or fails, for one process: preload this library into it.
 *
 * MUSUBI_SHIM_FSYNC_DELAY_MICROS   so long every fsync and fdatasync sleeps before it does its work
 * MUSUBI_SHIM_FSYNC_FAIL_FILE      while a file of this path exists, each of them fails with EIO
 *
 * The environment is read once, when the library is loaded. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct timespec delay;
static const char *fail_file;

__attribute__((constructor)) static void read_environment(void)
{
    const char *micros = getenv("MUSUBI_SHIM_FSYNC_DELAY_MICROS");
    if (micros) {
        long n = strtol(micros, NULL, 10);
        if (n > 0) {
            delay.tv_sec = n / 1000000;
            delay.tv_nsec = n % 1000000 * 1000;
        }
    }
    const char *file = getenv("MUSUBI_SHIM_FSYNC_FAIL_FILE");
    if (file && *file)
        fail_file = file;
}

/* The call itself goes to the kernel, so there is no other library to look up. */
static int sync_file(long call, int fd)
{
    int before = errno;
    if (delay.tv_sec || delay.tv_nsec) {
        struct timespec left = delay;
        while (nanosleep(&left, &left) == -1 && errno == EINTR)
            ;
    }
    if (fail_file && access(fail_file, F_OK) == 0) {
        errno = EIO;
        return -1;
    }
    errno = before;
    return (int)syscall(call, fd);
}

int fsync(int fd)
{
    return sync_file(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return sync_file(SYS_fdatasync, fd);
}
