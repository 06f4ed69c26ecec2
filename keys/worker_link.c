/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "keys/spawn.h"
#include "keys/worker_link.h"

#define STOP_MS       1000
#define WAIT_SLICE_MS 100 /* how often a wait looks whether a stop was asked for */

/* After this the process is gone, whatever it was doing. Returns its wait status. */
static int reap(struct fws_worker_link *link)
{
    int wait_status = 0;

    (void)close(link->fd);
    (void)kill(link->pid, SIGKILL);
    while (waitpid(link->pid, &wait_status, 0) < 0 && errno == EINTR) {
    }
    fws_keeper_dismiss(&link->keeper);
    link->pid = 0;
    link->fd = -1;
    return wait_status;
}

void fws_worker_link_kill(struct fws_worker_link *link)
{
    if (link->pid != 0) {
        (void)reap(link);
    }
}

/* Closing this end tells the worker to finish; its end hangs up when it has. */
void fws_worker_link_stop(struct fws_worker_link *link)
{
    if (link->pid == 0) {
        return;
    }
    struct pollfd end = {.fd = link->fd, .events = 0};
    int64_t deadline = fws_clock_monotonic_ms() + STOP_MS;
    int64_t left = STOP_MS;

    (void)shutdown(link->fd, SHUT_WR);
    while (left > 0 && poll(&end, 1, (int)left) < 0 && errno == EINTR) {
        left = deadline - fws_clock_monotonic_ms();
    }
    (void)reap(link);
}

bool fws_worker_link_alive(struct fws_worker_link *link)
{
    if (link->pid == 0) {
        return false;
    }
    struct pollfd end = {.fd = link->fd, .events = 0};

    if (poll(&end, 1, 0) == 1) {
        (void)reap(link);
        return false;
    }
    return true;
}

static enum fws_status say_hello(struct fws_worker_link *link,
                                 const struct fws_hsm_options *options, struct fws_error *err)
{
    struct fws_request hello = {.op = FWS_REQUEST_HELLO, .lock_ms = FWS_HSM_LOCK_MS};
    size_t size = strlen(options->module);

    if (size >= sizeof hello.module) {
        return fws_error_set(err, FWS_E_MODULE, "the module's path is longer than %u bytes",
                             FWS_MODULE_PATH_SIZE - 1);
    }
    memcpy(hello.module, options->module, size + 1);
    return fws_worker_link_send(link, &hello, NULL, 0, err);
}

enum fws_status fws_worker_link_start(struct fws_worker_link *link,
                                      const struct fws_hsm_options *options, struct fws_error *err)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return fws_error_errno(err, errno, "socket of the HSM worker");
    }
    /* dup2 of a descriptor to its own number would keep it close-on-exec. */
    int theirs = fcntl(ends[1], F_DUPFD_CLOEXEC, FWS_WORKER_FD + 1);
    enum fws_status status =
        theirs < 0 ? fws_error_errno(err, errno, "socket of the HSM worker")
                   : fws_keeper_spawn(&link->keeper, options, theirs, &link->pid, err);

    (void)close(ends[1]);
    if (theirs >= 0) {
        (void)close(theirs);
    }
    if (status != FWS_OK) {
        link->pid = 0;
        (void)close(ends[0]);
        return status;
    }
    link->fd = ends[0];
    link->used = false;
    (void)!getrandom(&link->generation, sizeof link->generation, 0);
    status = say_hello(link, options, err);
    if (status != FWS_OK) {
        fws_worker_link_kill(link);
    }
    return status;
}

static enum fws_status died(struct fws_worker_link *link, struct fws_error *err)
{
    int wait_status = reap(link);

    if (WIFSIGNALED(wait_status)) {
        return fws_error_set(err, FWS_E_HSM_CRASHED, "the HSM worker died of signal %d (%s)",
                             WTERMSIG(wait_status), strsignal(WTERMSIG(wait_status)));
    }
    return fws_error_set(err, FWS_E_HSM_CRASHED, "the HSM worker ended with code %d",
                         WEXITSTATUS(wait_status));
}

/* A pipe that holds the secret and then ends; returns its reading end. */
static enum fws_status make_pipe(const struct fws_secret *secret, int *out, struct fws_error *err)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return fws_error_errno(err, errno, "pipe for a PIN");
    }
    /* At most FWS_SECRET_MAX_SIZE bytes, which every pipe has room for. */
    enum fws_status status =
        fws_file_write_fd(ends[1], "pipe for a PIN", secret->data, secret->size, err);

    (void)close(ends[1]);
    if (status != FWS_OK) {
        (void)close(ends[0]);
        return status;
    }
    *out = ends[0];
    return FWS_OK;
}

static enum fws_status send_packet(struct fws_worker_link *link, uint8_t *packet, size_t size,
                                   const int *fds, size_t fd_count, struct fws_error *err)
{
    _Alignas(struct cmsghdr)
        uint8_t control[CMSG_SPACE(FWS_PACKET_SECRETS_MAX * sizeof(int))] = {0};
    struct iovec part = {.iov_base = packet, .iov_len = size};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (fd_count > 0) {
        message.msg_control = control;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof *fds);
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);

        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(fd_count * sizeof *fds);
        memcpy(CMSG_DATA(header), fds, fd_count * sizeof *fds);
    }
    while (sendmsg(link->fd, &message, MSG_NOSIGNAL) < 0) {
        if (errno != EINTR) {
            return died(link, err);
        }
    }
    return FWS_OK;
}

enum fws_status fws_worker_link_send(struct fws_worker_link *link, struct fws_request *request,
                                     const struct fws_secret *const *secrets, size_t secret_count,
                                     struct fws_error *err)
{
    uint8_t packet[FWS_PACKET_MAX_SIZE];
    int fds[FWS_PACKET_SECRETS_MAX];
    size_t fd_count = 0;
    size_t size = 0;
    enum fws_status status = fws_request_write(request, packet, &size, err);

    while (status == FWS_OK && fd_count < secret_count) {
        status = make_pipe(secrets[fd_count], &fds[fd_count], err);
        fd_count += status == FWS_OK;
    }
    if (status == FWS_OK) {
        status = send_packet(link, packet, size, fds, fd_count, err);
    }
    while (fd_count > 0) {
        (void)close(fds[--fd_count]);
    }
    return status;
}

/* Until a packet or the end of the worker is there to be read. */
static enum fws_status wait_readable(struct fws_worker_link *link, int64_t deadline_ms,
                                     enum fws_on_stop on_stop, struct fws_error *err)
{
    struct pollfd end = {.fd = link->fd, .events = POLLIN};

    for (;;) {
        if (on_stop == FWS_ON_STOP_FAIL && fws_process_stop_signal() != 0) {
            fws_worker_link_kill(link);
            return fws_error_set(err, FWS_E_INTERRUPTED, "interrupted while the HSM was working");
        }
        int64_t left = deadline_ms - fws_clock_monotonic_ms();

        if (left <= 0) {
            fws_worker_link_kill(link);
            return fws_error_set(err, FWS_E_HSM_TIMEOUT, "the HSM did not answer in time");
        }
        if (poll(&end, 1, left < WAIT_SLICE_MS ? (int)left : WAIT_SLICE_MS) > 0) {
            return FWS_OK;
        }
    }
}

enum fws_status fws_worker_link_receive(struct fws_worker_link *link, int64_t deadline_ms,
                                        enum fws_on_stop on_stop, struct fws_reply *reply,
                                        struct fws_error *err)
{
    uint8_t packet[FWS_PACKET_MAX_SIZE];
    enum fws_status status = wait_readable(link, deadline_ms, on_stop, err);

    if (status != FWS_OK) {
        return status;
    }
    ssize_t got = recv(link->fd, packet, sizeof packet, MSG_DONTWAIT | MSG_TRUNC);

    if (got <= 0 || (size_t)got > sizeof packet) {
        return died(link, err);
    }
    status = fws_reply_parse(packet, (size_t)got, reply, err);
    if (status != FWS_OK) {
        fws_worker_link_kill(link);
        return fws_error_set(err, FWS_E_HSM_CRASHED, "the HSM worker sent a malformed message");
    }
    return FWS_OK;
}
