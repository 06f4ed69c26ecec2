# SPDX-License-Identifier: Apache-2.0
# Judges the includes of each file against the rules in $RULES, which scripts/layers writes: lines of
# "house FOLDER MAY...", "public HEADER", "stranger FILE", "installed HEADER", "freestanding FILE",
# "pkcs11 FILE".

function starts_with(text, prefix) { return substr(text, 1, length(prefix)) == prefix }

# "folder/*" stands for everything below, anything else for itself.
function in_list(path, list, count,    i, pattern) {
    for (i = 1; i <= count; i++) {
        pattern = list[i]
        if (path == pattern) return 1
        if (pattern ~ /\*$/ && starts_with(path, substr(pattern, 1, length(pattern) - 1))) return 1
    }
    return 0
}

# The folder of the house a path belongs to: verifier/port/NAME is one of its own.
function folder_of(path,    parts) {
    if (starts_with(path, "verifier/port/")) {
        split(path, parts, "/")
        return "verifier/port/" parts[3]
    }
    return substr(path, 1, index(path, "/") - 1)
}

function floor_of(folder) { return starts_with(folder, "verifier/port/") ? "verifier/port" : folder }

function is_freestanding(path) {
    return !starts_with(path, "verifier/port/") && in_list(path, freestanding, freestanding_count)
}

function refuse(why) {
    printf "%s:%d: %s\n", FILENAME, FNR, why
    bad = 1
}

# Drop comments and the content of strings; remembers a comment that goes on.
function code_of(line,    out, two, c) {
    out = ""
    while (line != "") {
        two = substr(line, 1, 2); c = substr(line, 1, 1)
        if (in_comment) {
            if (two == "*/") { in_comment = 0; line = substr(line, 3) }
            else line = substr(line, 2)
        } else if (two == "/*") { in_comment = 1; line = substr(line, 3) }
        else if (two == "//") break
        else if (c == "\"") {
            if (match(line, /^"([^"\\]|\\.)*"/)) line = substr(line, RLENGTH + 1)
            else line = substr(line, 2)
            out = out "\"\""
        } else { out = out c; line = substr(line, 2) }
    }
    return out
}

function check_system(header) {
    if (is_freestanding(FILENAME) && header !~ /^(stdint|stddef|stdbool|string|limits)\.h$/)
        refuse("<" header "> in freestanding code: only stdint.h, stddef.h, stdbool.h, string.h, limits.h")
    if (header ~ /(^|\/)(pkcs11|libp11|cryptoki)[^\/]*\.h$/ && !in_list(FILENAME, pkcs11, pkcs11_count))
        refuse("<" header ">: PKCS#11 is spoken in keys/ only")
}

function check_own(header,    from, to) {
    from = folder_of(FILENAME)
    to = folder_of(header)
    if (in_list(FILENAME, stranger, stranger_count)) {
        if (header ~ /\// && !in_list(header, installed, installed_count))
            refuse("\"" header "\": it includes only headers beside it and what is installed")
        return
    }
    if (!(floor_of(to) in known) || header ~ /\.\.|\/\.?\//) {
        refuse("\"" header "\": write includes from the root, \"folder/file.h\"")
        return
    }
    if (from == to || starts_with(FILENAME, "tests/")) return
    if (index(may[floor_of(from)], " " floor_of(to) " ") == 0 ||
        (floor_of(from) == "verifier/port" && floor_of(to) == "verifier/port"))
        refuse("\"" header "\": " from "/ may not include " to "/")
    else if (!in_list(header, public, public_count))
        refuse("\"" header "\" is private to " to "/")
}

BEGIN {
    lines = split(ENVIRON["RULES"], line, "\n")
    for (i = 1; i <= lines; i++) {
        n = split(line[i], word, " ")
        if (word[1] == "house") {
            known[word[2]] = 1
            may[word[2]] = " "
            for (j = 3; j <= n; j++) may[word[2]] = may[word[2]] word[j] " "
        }
        if (word[1] == "stranger") stranger[++stranger_count] = word[2]
        if (word[1] == "installed") installed[++installed_count] = word[2]
        if (word[1] == "public") public[++public_count] = word[2]
        if (word[1] == "freestanding") freestanding[++freestanding_count] = word[2]
        if (word[1] == "pkcs11") pkcs11[++pkcs11_count] = word[2]
    }
}

FNR == 1 {
    in_comment = 0
    if (!(floor_of(folder_of(FILENAME)) in known)) refuse("no folder of the house; add it to scripts/layers")
}

!in_comment && /^[ \t]*#[ \t]*include/ {
    header = $0
    sub(/^[ \t]*#[ \t]*include[ \t]*/, "", header)
    if (match(header, /^<[^>]+>/)) check_system(substr(header, 2, RLENGTH - 2))
    else if (match(header, /^"[^"]+"/)) check_own(substr(header, 2, RLENGTH - 2))
    else refuse("an include must name its file")
}

# Taking a line apart is slow; most lines can be told to hold nothing of interest.
(in_comment && /\*\//) || (!in_comment && /\/\*|CK/) {
    code = code_of($0)
    if (code ~ /(^|[^A-Za-z0-9_])CK[AFIKMORSUZ]?_[A-Z]/ && !in_list(FILENAME, pkcs11, pkcs11_count))
        refuse("a name of PKCS#11 (CK_...): no such type leaves keys/")
}

END { exit bad }
