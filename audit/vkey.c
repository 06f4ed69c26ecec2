/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifier keys of c2sp.org/signed-note. A key has one form here: duplicates are found by comparing
 * bytes, and an id is a hash of them.
 */
#include <string.h>

#include "audit/note.h"
#include "audit/plain.h"
#include "base/base64.h"
#include "base/digest.h"
#include "base/hex.h"

#define TYPE_ED25519 1u
#define TYPE_ECDSA   2u

#define POINT_SIZE  32u /* of Ed25519 */
#define ID_HEX_SIZE 8u

/* What SubjectPublicKeyInfo begins with: no other parameters, no compressed point. */
static const uint8_t ed25519_head[] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                       0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
static const uint8_t p256_head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};

static const struct kind {
    enum fws_algorithm alg;
    uint8_t type;
    const uint8_t *head;
    size_t head_size;
    size_t spki_size;
    bool whole; /* the SPKI is the material, not only what follows its head */
} kinds[] = {
    {FWS_ALG_ED25519, TYPE_ED25519, ed25519_head, sizeof ed25519_head,
     sizeof ed25519_head + POINT_SIZE, false},
    {FWS_ALG_P256, TYPE_ECDSA, p256_head, sizeof p256_head, sizeof p256_head + 64, true},
};

static const struct kind *kind_of(const struct fws_pubkey *key)
{
    struct fws_reader spki = fws_reader_init(key->spki, key->spki_size);

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (key->alg == kinds[i].alg && key->spki_size == kinds[i].spki_size &&
            fws_reader_starts_with(&spki, kinds[i].head, kinds[i].head_size)) {
            return &kinds[i];
        }
    }
    return NULL;
}

/* y of the Ed25519 points of order 1, 2, 4 and 8, little endian, the sign of x not set. */
static const uint8_t small_order[][POINT_SIZE] = {
    {0},
    {1},
    {0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
     0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f},
    {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
     0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
     0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05},
    {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
     0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
     0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a},
};

/*
 * OpenSSL takes any 32 bytes for a key. Under a point of small order, all zeros among them, anybody
 * can sign anything; and a y that is not below p = 2^255 - 19 is a second name of another key.
 */
static bool is_sound_point(const uint8_t point[POINT_SIZE])
{
    const uint8_t *p_less_one = small_order[2];
    uint8_t y[POINT_SIZE];

    memcpy(y, point, sizeof y);
    y[POINT_SIZE - 1] &= 0x7f;
    for (size_t i = 0; i < sizeof small_order / sizeof small_order[0]; i++) {
        if (memcmp(y, small_order[i], sizeof y) == 0) {
            return false;
        }
    }
    return memcmp(&y[1], &p_less_one[1], sizeof y - 1) != 0 || y[0] < p_less_one[0];
}

static bool is_sound(const struct kind *kind, const struct fws_pubkey *key)
{
    return kind->alg != FWS_ALG_ED25519 || is_sound_point(key->spki + kind->head_size);
}

/* The type and the key's material: what stands in base64 in a vkey. */
static enum fws_status material_of(const struct kind *kind, const struct fws_pubkey *key,
                                   struct fws_buf *out, struct fws_error *err)
{
    size_t skip = kind->whole ? 0 : kind->head_size;
    enum fws_status status = fws_buf_append(out, &kind->type, 1, err);

    if (status != FWS_OK) {
        return status;
    }
    return fws_buf_append(out, key->spki + skip, key->spki_size - skip, err);
}

/* SHA-256(name, LF, type, key), of which an id is the beginning; of an ECDSA key's SPKI alone. */
static enum fws_status make_id(const struct kind *kind, struct fws_vkey *key, struct fws_error *err)
{
    FWS_AUTO(fws_buf) text = {0};
    uint8_t digest[32];
    enum fws_status status;

    if (kind->type == TYPE_ECDSA) {
        memcpy(key->id, key->key.spki_sha256, sizeof key->id);
        return FWS_OK;
    }
    status = fws_buf_printf(&text, err, "%s\n", key->name);
    if (status == FWS_OK) {
        status = material_of(kind, &key->key, &text, err);
    }
    if (status == FWS_OK) {
        status = fws_digest(FWS_HASH_SHA256, text.data, text.size, digest, err);
    }
    if (status == FWS_OK) {
        memcpy(key->id, digest, sizeof key->id);
    }
    return status;
}

enum fws_status fws_vkey_make(const char *name, const struct fws_pubkey *key, struct fws_vkey *out,
                              struct fws_error *err)
{
    const struct kind *kind = kind_of(key);
    struct fws_vkey made = {0};

    if (!fws_origin_ok(name)) {
        return fws_error_set(err, FWS_E_USAGE, "log key: not a name a log may have");
    }
    if (kind == NULL) {
        return fws_error_set(err, FWS_E_LOG_KEY,
                             "log key '%s': %s, where Ed25519 and ECDSA P-256 sign notes", name,
                             key->type);
    }
    if (!is_sound(kind, key)) {
        return fws_error_set(err, FWS_E_LOG_KEY,
                             "log key '%s': a point under which anybody can sign", name);
    }
    memcpy(made.name, name, strlen(name));
    made.key = *key;
    enum fws_status status = make_id(kind, &made, err);

    if (status == FWS_OK) {
        *out = made; /* last, as key may be out's own */
    }
    return status;
}

static enum fws_status bad_vkey(struct fws_error *err, const char *why)
{
    return fws_error_set(err, FWS_E_TRUST, "verifier key: %s", why);
}

/* material is the type and the key. */
static enum fws_status parse_key(const struct fws_buf *material, struct fws_pubkey *out,
                                 struct fws_error *err)
{
    struct fws_reader reader = fws_reader_init(material->data, material->size);
    uint8_t type = fws_reader_u8(&reader);
    enum fws_status status;

    if (type == TYPE_ED25519 && reader.left == POINT_SIZE) {
        status = fws_pubkey_from_ed25519(reader.data, out, err);
    } else if (type == TYPE_ECDSA) {
        status = fws_pubkey_from_spki(reader.data, reader.left, out, err);
    } else {
        return bad_vkey(err, "of a type other than Ed25519 (1) and ECDSA P-256 (2)");
    }
    if (status == FWS_E_PUBKEY) {
        return bad_vkey(err, "no public key in it");
    }
    /* OpenSSL's decoder takes more than DER, and writes it back in order. */
    if (status == FWS_OK && type == TYPE_ECDSA &&
        (out->spki_size != reader.left || memcmp(out->spki, reader.data, reader.left) != 0)) {
        return bad_vkey(err, "a public key in another form than DER");
    }
    const struct kind *kind = status == FWS_OK ? kind_of(out) : NULL;

    if (status == FWS_OK && (kind == NULL || kind->type != type)) {
        return bad_vkey(err, "a public key of another kind than its type says");
    }
    return status;
}

/* The three parts; the base64 of a key may have pluses too. */
static bool take_apart(struct fws_reader text, char name[FWS_AUDIT_ORIGIN_MAX + 1],
                       struct fws_reader *id, struct fws_reader *material)
{
    struct fws_reader part;

    if (!fws_plain_until(&text, '+', &part) || !fws_plain_origin(&part, name) ||
        !fws_plain_until(&text, '+', id)) {
        return false;
    }
    *material = text;
    return true;
}

enum fws_status fws_vkey_parse(const char *text, size_t size, struct fws_vkey *out,
                               struct fws_error *err)
{
    FWS_AUTO(fws_buf) material = {0};
    struct fws_pubkey key;
    struct fws_reader id, base64;
    char name[FWS_AUDIT_ORIGIN_MAX + 1];
    char id_text[ID_HEX_SIZE + 1];

    *out = (struct fws_vkey){0};
    if (size > FWS_VKEY_TEXT_MAX || !take_apart(fws_reader_init(text, size), name, &id, &base64)) {
        return bad_vkey(err, "not of the form name+id+key");
    }
    enum fws_status status = fws_base64_decode(base64.data, base64.left, &material, err);

    if (status == FWS_E_INPUT) {
        return bad_vkey(err, "its key is not base64 in its canonical form");
    }
    if (status == FWS_OK) {
        status = parse_key(&material, &key, err);
    }
    if (status == FWS_OK) {
        status = fws_vkey_make(name, &key, out, err);
    }
    if (status == FWS_E_LOG_KEY) {
        err->status = FWS_E_TRUST;
        return fws_error_wrap(err, "verifier key");
    }
    if (status != FWS_OK) {
        return status;
    }
    if (!fws_plain_is(&id, fws_hex_encode(out->id, sizeof out->id, id_text))) {
        return bad_vkey(err, "its id is not the key's");
    }
    return FWS_OK;
}

enum fws_status fws_vkey_write(const struct fws_vkey *key, struct fws_buf *out,
                               struct fws_error *err)
{
    FWS_AUTO(fws_buf) material = {0};
    FWS_AUTO(fws_buf) text = {0};
    const struct kind *kind = kind_of(&key->key);
    char id[ID_HEX_SIZE + 1];

    if (kind == NULL) {
        return fws_error_set(err, FWS_E_LOG_KEY, "log key '%s': %s keys sign no notes", key->name,
                             key->key.type);
    }
    enum fws_status status = material_of(kind, &key->key, &material, err);

    if (status == FWS_OK) {
        status = fws_buf_printf(&text, err, "%s+%s+", key->name,
                                fws_hex_encode(key->id, sizeof key->id, id));
    }
    if (status == FWS_OK) {
        status = fws_base64_encode(material.data, material.size, &text, err);
    }
    return status == FWS_OK ? fws_buf_append(out, text.data, text.size, err) : status;
}
