/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "keys/protocol.h"
#include "tests/unit/test.h"

static uint8_t packet[FWS_PACKET_MAX_SIZE];

static struct fws_request full_request(void)
{
    struct fws_request request = {
        .op = FWS_REQUEST_SIGN,
        .alg = FWS_ALG_P384,
        .lock_ms = 70000,
        .handle = UINT64_C(1) << 40,
        .uri = {.token = "t", .serial = "s", .object = "o", .id = {0, 1}, .id_size = 2},
        .message = {9, 8},
        .message_size = 48,
        .module = "/m.so",
    };

    return request;
}

static struct fws_reply full_reply(enum fws_reply_kind kind)
{
    struct fws_reply reply = {.kind = (uint8_t)kind};

    if (kind == FWS_REPLY_KEY) {
        reply.key = (struct fws_key){
            .label = "l", .id = {7}, .id_size = 1, .sensitive = true, .derive = true, .handle = 3};
        reply.material = (struct fws_material){.kind = FWS_MATERIAL_RSA, .value_size = 1040};
    } else if (kind == FWS_REPLY_TOKEN) {
        reply.token = (struct fws_token){.label = "t", .serial = "s", .pin_locked = true};
    } else if (kind == FWS_REPLY_DONE) {
        reply.status = FWS_E_PIN_WRONG;
        reply.login_tried = true;
        reply.signature_size = 64;
        (void)snprintf(reply.text, sizeof reply.text, "why");
    }
    return reply;
}

TEST(a_request_arrives_as_it_was_sent)
{
    struct fws_request sent = full_request();
    struct fws_request got;
    struct fws_error err = {0};
    size_t size = 0;

    assert_status(fws_request_write(&sent, packet, &size, &err), FWS_OK);
    assert_status(fws_request_parse(packet, size, &got, &err), FWS_OK);
    assert_memory_equal(&got, &sent, sizeof got);
}

/* Every text and every field as long as it may be. */
static struct fws_request largest_request(void)
{
    struct fws_request request = full_request();

    memset(request.uri.token, 'a', sizeof request.uri.token - 1);
    memset(request.uri.manufacturer, 'a', sizeof request.uri.manufacturer - 1);
    memset(request.uri.model, 'a', sizeof request.uri.model - 1);
    memset(request.uri.serial, 'a', sizeof request.uri.serial - 1);
    memset(request.uri.object, 'a', sizeof request.uri.object - 1);
    memset(request.uri.type, 'a', sizeof request.uri.type - 1);
    memset(request.module, 'a', sizeof request.module - 1);
    request.uri.id_size = sizeof request.uri.id;
    memset(request.message, 0xa5, sizeof request.message);
    request.message_size = sizeof request.message;
    return request;
}

TEST(the_largest_request_fits_its_packet)
{
    struct fws_request sent = largest_request();
    struct fws_request got;
    struct fws_error err = {0};
    size_t size = 0;

    assert_status(fws_request_write(&sent, packet, &size, &err), FWS_OK);
    assert_status(fws_request_parse(packet, size, &got, &err), FWS_OK);
    assert_memory_equal(&got, &sent, sizeof got);
}

TEST(a_message_beyond_its_limit_is_refused)
{
    struct fws_request sent = full_request();
    struct fws_request got;
    struct fws_error err = {0};
    size_t size = 0;

    /* Module and its length, and the message before them, end the packet. */
    sent.message_size = FWS_MESSAGE_MAX_SIZE;
    assert_status(fws_request_write(&sent, packet, &size, &err), FWS_OK);
    size_t tail = 2 + strlen(sent.module);
    uint8_t *length = packet + size - tail - FWS_MESSAGE_MAX_SIZE - 2;

    assert_int_equal(length[0] | length[1] << 8, FWS_MESSAGE_MAX_SIZE);
    length[0]++;
    memmove(packet + size - tail + 1, packet + size - tail, tail);
    assert_status(fws_request_parse(packet, size + 1, &got, &err), FWS_E_INTERNAL);
}

TEST(a_reply_arrives_as_it_was_sent)
{
    for (unsigned kind = FWS_REPLY_WAITING; kind <= FWS_REPLY_DONE; kind++) {
        struct fws_reply sent = full_reply((enum fws_reply_kind)kind);
        struct fws_reply got;
        struct fws_error err = {0};
        size_t size = 0;

        assert_status(fws_reply_write(&sent, packet, &size, &err), FWS_OK);
        assert_status(fws_reply_parse(packet, size, &got, &err), FWS_OK);
        assert_memory_equal(&got, &sent, sizeof got);
    }
}

TEST(a_packet_cut_anywhere_or_longer_is_refused)
{
    struct fws_reply sent = full_reply(FWS_REPLY_DONE);
    struct fws_reply got;
    struct fws_error err = {0};
    size_t size = 0;

    assert_status(fws_reply_write(&sent, packet, &size, &err), FWS_OK);
    for (size_t cut = 0; cut < size; cut++) {
        assert_status(fws_reply_parse(packet, cut, &got, &err), FWS_E_INTERNAL);
    }
    assert_status(fws_reply_parse(packet, size + 1, &got, &err), FWS_E_INTERNAL);
}

TEST(a_length_beyond_its_field_is_refused)
{
    struct fws_reply sent = full_reply(FWS_REPLY_TOKEN);
    struct fws_reply got;
    struct fws_error err = {0};
    size_t size = 0;

    memset(sent.token.label, 'a', FWS_URI_LABEL_SIZE - 1);
    assert_status(fws_reply_write(&sent, packet, &size, &err), FWS_OK);
    assert_status(fws_reply_parse(packet, size, &got, &err), FWS_OK);
    /* One more byte in the label, and everything else as it should be. */
    assert_int_equal(packet[1], FWS_URI_LABEL_SIZE - 1);
    packet[1]++;
    memmove(packet + 4, packet + 3, size - 3);
    assert_status(fws_reply_parse(packet, size + 1, &got, &err), FWS_E_INTERNAL);
}

TEST(a_text_with_nul_inside_is_refused)
{
    struct fws_reply sent = full_reply(FWS_REPLY_TOKEN);
    struct fws_reply got;
    struct fws_error err = {0};
    size_t size = 0;

    assert_status(fws_reply_write(&sent, packet, &size, &err), FWS_OK);
    packet[3] = '\0';
    assert_status(fws_reply_parse(packet, size, &got, &err), FWS_E_INTERNAL);
}

TEST(a_flag_is_0_or_1_and_a_kind_is_known)
{
    struct fws_reply sent = full_reply(FWS_REPLY_TOKEN);
    struct fws_reply got;
    struct fws_error err = {0};
    size_t size = 0;

    assert_status(fws_reply_write(&sent, packet, &size, &err), FWS_OK);
    packet[size - 1] = 2;
    assert_status(fws_reply_parse(packet, size, &got, &err), FWS_E_INTERNAL);
    packet[size - 1] = 0;
    packet[0] = 99;
    assert_status(fws_reply_parse(packet, size, &got, &err), FWS_E_INTERNAL);
}

TEST_MAIN("keys/protocol")
