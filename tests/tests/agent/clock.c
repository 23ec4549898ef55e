/* Moves the calendar of a program that is started with this library preloaded, by the seconds that a file tells. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *now) {
    int failed = (int)syscall(SYS_clock_gettime, id, now);
    const char *path = getenv("CLOCK_SHIFT_FILE");
    if (failed != 0 || id != CLOCK_REALTIME || path == NULL) {
        return failed;
    }
    char text[32] = {0};
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        if (read(file, text, sizeof text - 1) > 0) {
            now->tv_sec += atoll(text);
        }
        close(file);
    }
    return 0;
}
