/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/exit.h"

void fws_cli_note(const struct fws_cli *cli, const char *format, ...)
{
    va_list args;

    if (cli->global.quiet) {
        return;
    }
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
}

void fws_cli_warn(const char *format, ...)
{
    va_list args;

    (void)fputs("fwsign: ", stderr);
    va_start(args, format);
    (void)vfprintf(stderr, format, args);
    va_end(args);
    (void)fputc('\n', stderr);
}

enum fws_status fws_cli_write(const void *data, size_t size, struct fws_error *err)
{
    return fws_file_write_fd(STDOUT_FILENO, "standard output", data, size, err);
}

enum fws_status fws_cli_print(struct fws_error *err, const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    int size = vasprintf(&text, format, args);

    va_end(args);
    if (size < 0) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory for output");
    }
    struct fws_buf buf = {.data = (uint8_t *)text, .size = (size_t)size};
    enum fws_status status = fws_cli_write(buf.data, buf.size, err);

    fws_buf_free(&buf);
    return status;
}

void fws_cli_json_begin(struct fws_cli *cli, struct fws_json *json, bool ok)
{
    fws_json_object(json, NULL);
    fws_json_int(json, "schema", FWS_JSON_SCHEMA);
    if (cli->command != NULL) {
        fws_json_text(json, "command", cli->command->name);
    }
    fws_json_bool(json, "ok", ok);
}

enum fws_status fws_cli_json_end(struct fws_cli *cli, struct fws_json *json, struct fws_error *err)
{
    fws_json_end(json);
    enum fws_status status = fws_json_done(json, err);

    if (status == FWS_OK) {
        status = fws_buf_append(&json->buf, "\n", 1, err);
    }
    if (status == FWS_OK) {
        cli->reported = true;
        status = fws_cli_write(json->buf.data, json->buf.size, err);
        if (status != FWS_OK) {
            fws_cli_warn("%s", err->text); /* the object that would say it is what is lost */
        }
    }
    return status;
}

void fws_cli_json_error(struct fws_json *json, const char *key, const struct fws_error *err)
{
    enum fws_exit code = fws_exit_of(err->status);

    fws_json_object(json, key);
    fws_json_text(json, "code", fws_status_name(err->status));
    fws_json_int(json, "exit", code);
    fws_json_text(json, "message", err->text);
    fws_json_text(json, "advice", fws_status_advice(err->status));
    fws_json_bool(json, "retryable", fws_exit_retryable(code));
    fws_json_end(json);
}

enum fws_status fws_cli_json_list(struct fws_cli *cli, const char *member, struct fws_json *list,
                                  const struct fws_error *first, struct fws_error *err)
{
    FWS_AUTO(fws_json) object = {0};

    fws_json_end(list);
    enum fws_status status = fws_json_done(list, err);

    if (status != FWS_OK) {
        return status;
    }
    fws_cli_json_begin(cli, &object, first->status == FWS_OK);
    fws_json_raw(&object, member, list->buf.data, list->buf.size);
    if (first->status != FWS_OK) {
        fws_cli_json_error(&object, "error", first);
    }
    return fws_cli_json_end(cli, &object, err);
}
