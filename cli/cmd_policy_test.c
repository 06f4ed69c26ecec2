/* SPDX-License-Identifier: Apache-2.0 */
/* A team's own cases, in its CI: each is decided, and compared with what it expects. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"
#include "cli/commands.h"
#include "policy/policy.h"

#define PAYLOAD_MAX_SIZE 67108864u

struct test_options {
    const char *policy;
    const char *junit;
};

const struct fws_option fws_policy_test_options[] = {
    {"policy", 0, FWS_OPTION_TEXT, offsetof(struct test_options, policy), "FILE",
     "policy file to ask; default: the configured one of the product that the cases name",
     FWS_VALUES_FILE, NULL},
    {"junit", 0, FWS_OPTION_TEXT, offsetof(struct test_options, junit), "FILE",
     "also write the result as JUnit XML", FWS_VALUES_FILE, NULL},
    {0},
};
const size_t fws_policy_test_options_size = sizeof(struct test_options);

struct test {
    struct fws_cli *cli;
    const struct test_options *options;
    struct fws_policy_set set; /* with --policy: that one alone */
    struct fws_json list;
    struct fws_buf xml; /* testsuite elements */
    size_t run, failed;
};

/* ---- JUnit ---- */

/* Of an attribute. What XML does not allow (XML 1.0, 2.2) becomes '?'; a report that cannot be read
 * would fail the pipeline, or pass it. */
static enum fws_status put_character(struct fws_buf *out, struct fws_reader *text,
                                     struct fws_error *err)
{
    struct fws_reader at = *text;
    uint32_t point = 0;

    if (!fws_utf8_next(text, &point)) {
        *text = at;
        fws_reader_skip(text, 1);
        return fws_buf_append(out, "?", 1, err);
    }
    switch (point) {
    case '&':
        return fws_buf_append(out, "&amp;", 5, err);
    case '<':
        return fws_buf_append(out, "&lt;", 4, err);
    case '"':
        return fws_buf_append(out, "&quot;", 6, err);
    default:
        return point < 0x20 || point == 0xfffe || point == 0xffff
                   ? fws_buf_append(out, "?", 1, err)
                   : fws_buf_append(out, at.data, at.left - text->left, err);
    }
}

static enum fws_status put_xml(struct fws_buf *out, const char *text, struct fws_error *err)
{
    struct fws_reader reader = fws_reader_init(text, strlen(text));
    enum fws_status status = FWS_OK;

    while (status == FWS_OK && reader.left > 0) {
        status = put_character(out, &reader, err);
    }
    return status;
}

static enum fws_status put_attribute(struct fws_buf *out, const char *name, const char *text,
                                     struct fws_error *err)
{
    enum fws_status status = fws_buf_printf(out, err, " %s=\"", name);

    if (status == FWS_OK) {
        status = put_xml(out, text, err);
    }
    return status == FWS_OK ? fws_buf_append(out, "\"", 1, err) : status;
}

static enum fws_status put_testcase(struct fws_buf *out, const char *product,
                                    const struct fws_case *the_case, const char *why,
                                    struct fws_error *err)
{
    enum fws_status status = fws_buf_printf(out, err, "    <testcase");

    if (status == FWS_OK) {
        status = put_attribute(out, "classname", product, err);
    }
    if (status == FWS_OK) {
        status = put_attribute(out, "name", the_case->name, err);
    }
    if (status == FWS_OK && why[0] == '\0') {
        return fws_buf_printf(out, err, "/>\n");
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(out, err, ">\n      <failure");
    }
    if (status == FWS_OK) {
        status = put_attribute(out, "message", why, err);
    }
    return status == FWS_OK ? fws_buf_printf(out, err, "/>\n    </testcase>\n") : status;
}

static enum fws_status put_suite(struct test *test, const char *path, size_t run, size_t failed,
                                 const struct fws_buf *cases, struct fws_error *err)
{
    enum fws_status status = fws_buf_printf(&test->xml, err, "  <testsuite");

    if (status == FWS_OK) {
        status = put_attribute(&test->xml, "name", path, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(&test->xml, err, " tests=\"%zu\" failures=\"%zu\">\n", run, failed);
    }
    if (status == FWS_OK) {
        status = fws_buf_append(&test->xml, cases->data, cases->size, err);
    }
    return status == FWS_OK ? fws_buf_printf(&test->xml, err, "  </testsuite>\n") : status;
}

static enum fws_status write_junit(const struct test *test, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    enum fws_status status = fws_buf_printf(
        &text, err,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" failures=\"%zu\">\n",
        test->run, test->failed);

    if (status == FWS_OK) {
        status = fws_buf_append(&text, test->xml.data, test->xml.size, err);
    }
    if (status == FWS_OK) {
        status = fws_buf_printf(&text, err, "</testsuites>\n");
    }
    return status == FWS_OK ? fws_file_replace(test->options->junit, text.data, text.size,
                                               FWS_OUTPUT_REPLACE, 0644, err)
                            : status;
}

/* ---- The cases ---- */

static enum fws_status read_payload(const struct fws_cases *cases, const struct fws_case *the_case,
                                    struct fws_buf *out, struct fws_error *err)
{
    const char *slash = strrchr(cases->path, '/');
    char *folder =
        slash != NULL ? strndup(cases->path, (size_t)(slash - cases->path) + 1) : strdup(".");
    char *path = folder != NULL ? fws_path_join(folder, the_case->payload) : NULL;
    enum fws_status status = path != NULL ? fws_file_read(path, PAYLOAD_MAX_SIZE, out, err)
                                          : fws_error_set(err, FWS_E_MEMORY, "no memory");

    free(folder);
    free(path);
    return status == FWS_OK ? FWS_OK
                            : fws_error_wrap(err, "%s:%u", cases->path, the_case->at_payload.line);
}

static enum fws_status report(struct test *test, const struct fws_cases *cases,
                              const struct fws_case *the_case, const char *why,
                              struct fws_error *err)
{
    char quoted[FWS_ERROR_QUOTE_SIZE];

    (void)fws_error_quote(the_case->name, strlen(the_case->name), quoted);
    fws_json_object(&test->list, NULL);
    fws_json_text(&test->list, "file", cases->path);
    fws_json_text(&test->list, "name", the_case->name);
    fws_json_bool(&test->list, "pass", why[0] == '\0');
    if (why[0] != '\0') {
        fws_json_text(&test->list, "why", why);
    }
    fws_json_end(&test->list);
    if (test->cli->global.json || (test->cli->global.quiet && why[0] == '\0')) {
        return FWS_OK;
    }
    return why[0] == '\0' ? fws_cli_print(err, "pass  %s\n", quoted)
                          : fws_cli_print(err, "FAIL  %s (%s:%u): %s\n", quoted, cases->path,
                                          the_case->at.line, why);
}

static enum fws_status run_case(struct test *test, const struct fws_policy *policy,
                                const struct fws_cases *cases, const struct fws_case *the_case,
                                struct fws_buf *xml, bool *failed, struct fws_error *err)
{
    FWS_AUTO(fws_buf) payload = {0};
    struct fws_decision decision;
    char why[FWS_CASE_WHY_SIZE];
    enum fws_status status =
        the_case->payload != NULL ? read_payload(cases, the_case, &payload, err) : FWS_OK;

    if (status != FWS_OK) {
        return status;
    }
    fws_case_run(policy, the_case, payload.data, payload.size, &decision, why);
    *failed = why[0] != '\0';
    status = report(test, cases, the_case, why, err);
    return status == FWS_OK ? put_testcase(xml, policy->product, the_case, why, err) : status;
}

static enum fws_status run_cases(struct test *test, const struct fws_cases *cases,
                                 struct fws_error *err)
{
    const struct fws_case *items = cases->cases.items;
    const struct fws_policy *policy = NULL;
    FWS_AUTO(fws_buf) xml = {0};
    size_t failed = 0;
    enum fws_status status = fws_policy_find(&test->set, cases->product, NULL, &policy, err);

    for (size_t i = 0; status == FWS_OK && i < cases->cases.count; i++) {
        bool bad = false;

        status = run_case(test, policy, cases, &items[i], &xml, &bad, err);
        failed += bad ? 1 : 0;
    }
    test->run += cases->cases.count;
    test->failed += failed;
    return status == FWS_OK ? put_suite(test, cases->path, cases->cases.count, failed, &xml, err)
                            : status;
}

static enum fws_status run_file(struct test *test, const char *path, struct fws_error *err)
{
    FWS_AUTO(fws_cases) cases = {0};
    enum fws_status status = fws_cases_load(path, &cases, err);

    return status == FWS_OK ? run_cases(test, &cases, err) : status;
}

static enum fws_status load_policies(struct test *test, struct fws_error *err)
{
    if (test->options->policy == NULL) {
        enum fws_status status = fws_cli_config(test->cli, err);
        char *folder = NULL;

        if (status == FWS_OK) {
            folder = fws_config_path(&test->cli->config, test->cli->config.policy);
            status = fws_policy_set_load(folder, &test->set, err);
        }
        free(folder);
        return status;
    }
    test->set.policies = calloc(1, sizeof *test->set.policies);
    if (test->set.policies == NULL) {
        return fws_error_set(err, FWS_E_MEMORY, "no memory");
    }
    test->set.count = 1;
    return fws_policy_load(test->options->policy, &test->set.policies[0], err);
}

static enum fws_status finish(struct test *test, struct fws_error *err)
{
    struct fws_error verdict = {0};
    enum fws_status status = test->options->junit != NULL ? write_junit(test, err) : FWS_OK;

    if (test->failed > 0) {
        (void)fws_error_set(&verdict, FWS_E_POLICY_CASE, "%zu of %zu cases failed", test->failed,
                            test->run);
    }
    if (status == FWS_OK && test->cli->global.json) {
        status = fws_cli_json_list(test->cli, "cases", &test->list, &verdict, err);
    }
    if (status == FWS_OK && test->failed > 0) {
        *err = verdict;
        return verdict.status;
    }
    return status;
}

enum fws_status fws_cmd_policy_test(struct fws_cli *cli, const void *options, struct fws_error *err)
{
    struct test test = {.cli = cli, .options = options};
    enum fws_status status = load_policies(&test, err);

    fws_json_array(&test.list, NULL);
    for (int i = 0; status == FWS_OK && i < cli->operand_count; i++) {
        status = run_file(&test, cli->operands[i], err);
    }
    if (status == FWS_OK) {
        status = finish(&test, err);
    }
    fws_json_free(&test.list);
    fws_buf_free(&test.xml);
    fws_policy_set_free(&test.set);
    return status;
}
