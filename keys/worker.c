/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/process.h"
#include "keys/spawn.h"
#include "keys/worker.h"

static fws_request_fn *const requests[] = {
    [FWS_REQUEST_TOKENS] = fws_request_tokens, [FWS_REQUEST_FIND] = fws_request_find,
    [FWS_REQUEST_LIST] = fws_request_list,     [FWS_REQUEST_SIGN] = fws_request_sign,
    [FWS_REQUEST_CREATE] = fws_request_create, [FWS_REQUEST_GENERATE] = fws_request_generate,
};

enum fws_status fws_worker_send(struct fws_worker *worker, struct fws_reply *reply,
                                struct fws_error *err)
{
    uint8_t packet[FWS_PACKET_MAX_SIZE];
    size_t size = 0;
    enum fws_status status = fws_reply_write(reply, packet, &size, err);

    if (status == FWS_OK && send(worker->fd, packet, size, MSG_NOSIGNAL) < 0) {
        status = fws_error_errno(err, errno, "answering");
    }
    return status;
}

/* Read each pipe that came with a message into secret memory. */
static enum fws_status take_secrets(struct msghdr *message, struct fws_secret *secrets,
                                    struct fws_error *err)
{
    enum fws_status status = FWS_OK;
    struct cmsghdr *header = CMSG_FIRSTHDR(message);

    if (header == NULL || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) {
        return FWS_OK;
    }
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);

    for (size_t i = 0; i < count; i++) {
        int fd;

        memcpy(&fd, CMSG_DATA(header) + i * sizeof fd, sizeof fd);
        if (status == FWS_OK && i < FWS_PACKET_SECRETS_MAX) {
            status = fws_secret_read(fd, &secrets[i], err);
        }
        (void)close(fd);
    }
    return status;
}

/* False when the parent is gone or does not speak this protocol. */
static bool receive(int fd, struct fws_request *request, struct fws_secret *secrets)
{
    uint8_t packet[FWS_PACKET_MAX_SIZE];
    _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(FWS_PACKET_SECRETS_MAX * sizeof(int))];
    struct iovec part = {.iov_base = packet, .iov_len = sizeof packet};
    struct msghdr message = {
        .msg_iov = &part,
        .msg_iovlen = 1,
        .msg_control = control,
        .msg_controllen = sizeof control,
    };
    struct fws_error err = {0};
    ssize_t got;

    do {
        got = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    return got > 0 && take_secrets(&message, secrets, &err) == FWS_OK &&
           fws_request_parse(packet, (size_t)got, request, &err) == FWS_OK;
}

/* The answer to a request, success or not, is always one DONE. */
static bool answer(struct fws_worker *worker, const struct fws_request *request,
                   const struct fws_secret *secrets)
{
    struct fws_error err = {0};
    enum fws_status status;

    worker->reply = (struct fws_reply){.kind = FWS_REPLY_DONE};
    worker->transient = false;
    if (request->op < sizeof requests / sizeof requests[0] && requests[request->op] != NULL) {
        status = requests[request->op](worker, request, secrets, &err);
    } else {
        status = fws_error_set(&err, FWS_E_INTERNAL, "unknown request");
    }
    worker->reply.status = (uint32_t)status;
    memcpy(worker->reply.text, status == FWS_OK ? "" : err.text,
           status == FWS_OK ? 1 : sizeof worker->reply.text);
    return fws_worker_send(worker, &worker->reply, &err) == FWS_OK;
}

static bool serve_one(struct fws_worker *worker)
{
    static struct fws_request request; /* larger than a stack frame should be */
    FWS_AUTO(fws_secret) first = {0};
    FWS_AUTO(fws_secret) second = {0};
    struct fws_secret secrets[FWS_PACKET_SECRETS_MAX] = {{0}};
    bool going = receive(worker->fd, &request, secrets);

    first = secrets[0];
    second = secrets[1];
    return going && answer(worker, &request, secrets);
}

/* Ctrl-C reaches the whole foreground group; what it means is the parent's decision. */
static void ignore_stop_signals(void)
{
    sigset_t none;

    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int serve(int fd)
{
    static struct fws_worker worker = {.lock_fd = -1};
    struct fws_secret none[FWS_PACKET_SECRETS_MAX] = {{0}};
    struct fws_error err = {0};

    ignore_stop_signals();
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    (void)prctl(PR_SET_NAME, "fwsign-hsm", 0, 0, 0);
    (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    closefrom(fd + 1);
    if (fws_process_harden(&err) != FWS_OK) {
        return 1;
    }
    worker.fd = fd;
    if (!receive(fd, &worker.hello, none) || worker.hello.op != FWS_REQUEST_HELLO) {
        return 1;
    }
    worker.lock_fd = open(worker.hello.module, O_RDONLY | O_CLOEXEC);
    if (fws_module_load(&worker.module, worker.hello.module, &worker.load_error) != FWS_OK) {
        worker.module.api = NULL;
    }
    while (serve_one(&worker)) {
    }
    fws_session_close_all(&worker);
    fws_module_stop(&worker.module);
    return 0;
}

void fws_hsm_worker_main(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[0], FWS_HSM_WORKER_NAME) != 0) {
        return;
    }
    if (strcmp(argv[1], FWS_WORKER_FD_TEXT) != 0) {
        _exit(2);
    }
    /* No exit handlers: modules have been seen to crash in theirs. */
    _exit(serve(FWS_WORKER_FD));
}
