/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The functions of PKCS#11 2.40 that the mock passes on unchanged, as data:
 * X(name, session in use, parameters, arguments). The few whose results faults alter are written
 * out in mock_module.c.
 */
#ifndef FWS_TESTS_MOCK_FUNCTIONS_H
#define FWS_TESTS_MOCK_FUNCTIONS_H

#define NO_SESSION 0

#define MOCK_PLAIN_FUNCTIONS(X)                                                                    \
    X(C_Initialize, NO_SESSION, (void *init_args), (init_args))                                    \
    X(C_Finalize, NO_SESSION, (void *reserved), (reserved))                                        \
    X(C_GetInfo, NO_SESSION, (CK_INFO * info), (info))                                             \
    X(C_GetSlotList, NO_SESSION,                                                                   \
      (CK_BYTE token_present, CK_SLOT_ID * slot_list, CK_ULONG * count),                           \
      (token_present, slot_list, count))                                                           \
    X(C_GetSlotInfo, NO_SESSION, (CK_SLOT_ID slot_id, CK_SLOT_INFO * info), (slot_id, info))       \
    X(C_WaitForSlotEvent, NO_SESSION, (CK_FLAGS flags, CK_SLOT_ID * slot, void *reserved),         \
      (flags, slot, reserved))                                                                     \
    X(C_GetMechanismList, NO_SESSION,                                                              \
      (CK_SLOT_ID slot_id, CK_MECHANISM_TYPE * mechanism_list, CK_ULONG * count),                  \
      (slot_id, mechanism_list, count))                                                            \
    X(C_GetMechanismInfo, NO_SESSION,                                                              \
      (CK_SLOT_ID slot_id, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO * info),                      \
      (slot_id, type, info))                                                                       \
    X(C_InitToken, NO_SESSION,                                                                     \
      (CK_SLOT_ID slot_id, CK_BYTE * pin, CK_ULONG pin_len, CK_BYTE * label),                      \
      (slot_id, pin, pin_len, label))                                                              \
    X(C_InitPIN, session, (CK_SESSION_HANDLE session, CK_BYTE * pin, CK_ULONG pin_len),            \
      (session, pin, pin_len))                                                                     \
    X(C_SetPIN, session,                                                                           \
      (CK_SESSION_HANDLE session, CK_BYTE * old_pin, CK_ULONG old_len, CK_BYTE * new_pin,          \
       CK_ULONG new_len),                                                                          \
      (session, old_pin, old_len, new_pin, new_len))                                               \
    X(C_OpenSession, NO_SESSION,                                                                   \
      (CK_SLOT_ID slot_id, CK_FLAGS flags, void *application, CK_NOTIFY notify,                    \
       CK_SESSION_HANDLE *session),                                                                \
      (slot_id, flags, application, notify, session))                                              \
    X(C_CloseSession, session, (CK_SESSION_HANDLE session), (session))                             \
    X(C_CloseAllSessions, NO_SESSION, (CK_SLOT_ID slot_id), (slot_id))                             \
    X(C_GetSessionInfo, session, (CK_SESSION_HANDLE session, CK_SESSION_INFO * info),              \
      (session, info))                                                                             \
    X(C_GetOperationState, session,                                                                \
      (CK_SESSION_HANDLE session, CK_BYTE * operation_state, CK_ULONG * operation_state_len),      \
      (session, operation_state, operation_state_len))                                             \
    X(C_SetOperationState, session,                                                                \
      (CK_SESSION_HANDLE session, CK_BYTE * operation_state, CK_ULONG operation_state_len,         \
       CK_OBJECT_HANDLE encryption_key, CK_OBJECT_HANDLE authentication_key),                      \
      (session, operation_state, operation_state_len, encryption_key, authentication_key))         \
    X(C_Login, session,                                                                            \
      (CK_SESSION_HANDLE session, CK_USER_TYPE user_type, CK_BYTE * pin, CK_ULONG pin_len),        \
      (session, user_type, pin, pin_len))                                                          \
    X(C_Logout, session, (CK_SESSION_HANDLE session), (session))                                   \
    X(C_CreateObject, session,                                                                     \
      (CK_SESSION_HANDLE session, CK_ATTRIBUTE * templ, CK_ULONG count,                            \
       CK_OBJECT_HANDLE * object),                                                                 \
      (session, templ, count, object))                                                             \
    X(C_CopyObject, session,                                                                       \
      (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE * templ, CK_ULONG count,   \
       CK_OBJECT_HANDLE * new_object),                                                             \
      (session, object, templ, count, new_object))                                                 \
    X(C_DestroyObject, session, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object),              \
      (session, object))                                                                           \
    X(C_GetObjectSize, session,                                                                    \
      (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ULONG * size),                       \
      (session, object, size))                                                                     \
    X(C_GetAttributeValue, session,                                                                \
      (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE * templ, CK_ULONG count),  \
      (session, object, templ, count))                                                             \
    X(C_SetAttributeValue, session,                                                                \
      (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE * templ, CK_ULONG count),  \
      (session, object, templ, count))                                                             \
    X(C_FindObjectsInit, session,                                                                  \
      (CK_SESSION_HANDLE session, CK_ATTRIBUTE * templ, CK_ULONG count), (session, templ, count))  \
    X(C_FindObjectsFinal, session, (CK_SESSION_HANDLE session), (session))                         \
    X(C_EncryptInit, session,                                                                      \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE key),                 \
      (session, mechanism, key))                                                                   \
    X(C_Encrypt, session,                                                                          \
      (CK_SESSION_HANDLE session, CK_BYTE * data, CK_ULONG data_len, CK_BYTE * encrypted_data,     \
       CK_ULONG * encrypted_data_len),                                                             \
      (session, data, data_len, encrypted_data, encrypted_data_len))                               \
    X(C_EncryptUpdate, session,                                                                    \
      (CK_SESSION_HANDLE session, CK_BYTE * part, CK_ULONG part_len, CK_BYTE * encrypted_part,     \
       CK_ULONG * encrypted_part_len),                                                             \
      (session, part, part_len, encrypted_part, encrypted_part_len))                               \
    X(C_EncryptFinal, session,                                                                     \
      (CK_SESSION_HANDLE session, CK_BYTE * last_encrypted_part,                                   \
       CK_ULONG * last_encrypted_part_len),                                                        \
      (session, last_encrypted_part, last_encrypted_part_len))                                     \
    X(C_DecryptInit, session,                                                                      \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE key),                 \
      (session, mechanism, key))                                                                   \
    X(C_Decrypt, session,                                                                          \
      (CK_SESSION_HANDLE session, CK_BYTE * encrypted_data, CK_ULONG encrypted_data_len,           \
       CK_BYTE * data, CK_ULONG * data_len),                                                       \
      (session, encrypted_data, encrypted_data_len, data, data_len))                               \
    X(C_DecryptUpdate, session,                                                                    \
      (CK_SESSION_HANDLE session, CK_BYTE * encrypted_part, CK_ULONG encrypted_part_len,           \
       CK_BYTE * part, CK_ULONG * part_len),                                                       \
      (session, encrypted_part, encrypted_part_len, part, part_len))                               \
    X(C_DecryptFinal, session,                                                                     \
      (CK_SESSION_HANDLE session, CK_BYTE * last_part, CK_ULONG * last_part_len),                  \
      (session, last_part, last_part_len))                                                         \
    X(C_DigestInit, session, (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism),                \
      (session, mechanism))                                                                        \
    X(C_Digest, session,                                                                           \
      (CK_SESSION_HANDLE session, CK_BYTE * data, CK_ULONG data_len, CK_BYTE * digest,             \
       CK_ULONG * digest_len),                                                                     \
      (session, data, data_len, digest, digest_len))                                               \
    X(C_DigestUpdate, session, (CK_SESSION_HANDLE session, CK_BYTE * part, CK_ULONG part_len),     \
      (session, part, part_len))                                                                   \
    X(C_DigestKey, session, (CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key), (session, key))     \
    X(C_DigestFinal, session,                                                                      \
      (CK_SESSION_HANDLE session, CK_BYTE * digest, CK_ULONG * digest_len),                        \
      (session, digest, digest_len))                                                               \
    X(C_SignInit, session,                                                                         \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE key),                 \
      (session, mechanism, key))                                                                   \
    X(C_SignUpdate, session, (CK_SESSION_HANDLE session, CK_BYTE * part, CK_ULONG part_len),       \
      (session, part, part_len))                                                                   \
    X(C_SignRecoverInit, session,                                                                  \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE key),                 \
      (session, mechanism, key))                                                                   \
    X(C_SignRecover, session,                                                                      \
      (CK_SESSION_HANDLE session, CK_BYTE * data, CK_ULONG data_len, CK_BYTE * signature,          \
       CK_ULONG * signature_len),                                                                  \
      (session, data, data_len, signature, signature_len))                                         \
    X(C_VerifyInit, session,                                                                       \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE key),                 \
      (session, mechanism, key))                                                                   \
    X(C_Verify, session,                                                                           \
      (CK_SESSION_HANDLE session, CK_BYTE * data, CK_ULONG data_len, CK_BYTE * signature,          \
       CK_ULONG signature_len),                                                                    \
      (session, data, data_len, signature, signature_len))                                         \
    X(C_VerifyUpdate, session, (CK_SESSION_HANDLE session, CK_BYTE * part, CK_ULONG part_len),     \
      (session, part, part_len))                                                                   \
    X(C_VerifyFinal, session,                                                                      \
      (CK_SESSION_HANDLE session, CK_BYTE * signature, CK_ULONG signature_len),                    \
      (session, signature, signature_len))                                                         \
    X(C_VerifyRecoverInit, session,                                                                \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE key),                 \
      (session, mechanism, key))                                                                   \
    X(C_VerifyRecover, session,                                                                    \
      (CK_SESSION_HANDLE session, CK_BYTE * signature, CK_ULONG signature_len, CK_BYTE * data,     \
       CK_ULONG * data_len),                                                                       \
      (session, signature, signature_len, data, data_len))                                         \
    X(C_DigestEncryptUpdate, session,                                                              \
      (CK_SESSION_HANDLE session, CK_BYTE * part, CK_ULONG part_len, CK_BYTE * encrypted_part,     \
       CK_ULONG * encrypted_part_len),                                                             \
      (session, part, part_len, encrypted_part, encrypted_part_len))                               \
    X(C_DecryptDigestUpdate, session,                                                              \
      (CK_SESSION_HANDLE session, CK_BYTE * encrypted_part, CK_ULONG encrypted_part_len,           \
       CK_BYTE * part, CK_ULONG * part_len),                                                       \
      (session, encrypted_part, encrypted_part_len, part, part_len))                               \
    X(C_SignEncryptUpdate, session,                                                                \
      (CK_SESSION_HANDLE session, CK_BYTE * part, CK_ULONG part_len, CK_BYTE * encrypted_part,     \
       CK_ULONG * encrypted_part_len),                                                             \
      (session, part, part_len, encrypted_part, encrypted_part_len))                               \
    X(C_DecryptVerifyUpdate, session,                                                              \
      (CK_SESSION_HANDLE session, CK_BYTE * encrypted_part, CK_ULONG encrypted_part_len,           \
       CK_BYTE * part, CK_ULONG * part_len),                                                       \
      (session, encrypted_part, encrypted_part_len, part, part_len))                               \
    X(C_GenerateKey, session,                                                                      \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_ATTRIBUTE * templ, CK_ULONG count,  \
       CK_OBJECT_HANDLE * key),                                                                    \
      (session, mechanism, templ, count, key))                                                     \
    X(C_GenerateKeyPair, session,                                                                  \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_ATTRIBUTE * public_key_template,    \
       CK_ULONG public_key_attribute_count, CK_ATTRIBUTE * private_key_template,                   \
       CK_ULONG private_key_attribute_count, CK_OBJECT_HANDLE * public_key,                        \
       CK_OBJECT_HANDLE * private_key),                                                            \
      (session, mechanism, public_key_template, public_key_attribute_count, private_key_template,  \
       private_key_attribute_count, public_key, private_key))                                      \
    X(C_WrapKey, session,                                                                          \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE wrapping_key,         \
       CK_OBJECT_HANDLE key, CK_BYTE * wrapped_key, CK_ULONG * wrapped_key_len),                   \
      (session, mechanism, wrapping_key, key, wrapped_key, wrapped_key_len))                       \
    X(C_UnwrapKey, session,                                                                        \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE unwrapping_key,       \
       CK_BYTE * wrapped_key, CK_ULONG wrapped_key_len, CK_ATTRIBUTE * templ,                      \
       CK_ULONG attribute_count, CK_OBJECT_HANDLE * key),                                          \
      (session, mechanism, unwrapping_key, wrapped_key, wrapped_key_len, templ, attribute_count,   \
       key))                                                                                       \
    X(C_DeriveKey, session,                                                                        \
      (CK_SESSION_HANDLE session, CK_MECHANISM * mechanism, CK_OBJECT_HANDLE base_key,             \
       CK_ATTRIBUTE * templ, CK_ULONG attribute_count, CK_OBJECT_HANDLE * key),                    \
      (session, mechanism, base_key, templ, attribute_count, key))                                 \
    X(C_SeedRandom, session, (CK_SESSION_HANDLE session, CK_BYTE * seed, CK_ULONG seed_len),       \
      (session, seed, seed_len))                                                                   \
    X(C_GenerateRandom, session,                                                                   \
      (CK_SESSION_HANDLE session, CK_BYTE * random_data, CK_ULONG random_len),                     \
      (session, random_data, random_len))                                                          \
    X(C_GetFunctionStatus, session, (CK_SESSION_HANDLE session), (session))                        \
    X(C_CancelFunction, session, (CK_SESSION_HANDLE session), (session))

#endif
