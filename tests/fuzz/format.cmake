# SPDX-License-Identifier: Apache-2.0
fws_fuzz(format_image fuzz/format_image_fuzz.c LINK format base bytes)
fws_fuzz(format_ihex fuzz/format_ihex_fuzz.c LINK format base bytes)
fws_fuzz(format_der fuzz/format_der_fuzz.c LINK format base bytes)
fws_fuzz(verifier_image fuzz/verifier_image_fuzz.c LINK verifier format base bytes)
