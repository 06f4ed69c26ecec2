# SPDX-License-Identifier: Apache-2.0
# Puts the sources named into two files; scripts/amalgamate says how it is called.
#
# What is needed is found by names: a source is taken when one that was taken uses a name which it
# defines. That rests on how this project is written: every name that is seen outside its file starts
# with fws_ and is defined at the start of a line, and no header but public ones declares such data.
#
# Names of one source only (static functions and data, tags, enumerators) may be the same in two. They
# are renamed in both, after their files, and so is data that a variable elsewhere would shadow. Macros
# of a source are undefined at its end. A private header with static functions or data that are not
# inline is a part of each source that includes it; other headers stand once and keep their names.

# ---- Lexing ----

# The line without comments and texts; remembers in_comment.
function code_of(line,    out, c) {
    out = ""
    while (line != "") {
        if (in_comment) {
            if (!match(line, /\*\//)) return out
            line = substr(line, RSTART + 2)
            in_comment = 0
            out = out " "
            continue
        }
        if (!match(line, /\/\*|\/\/|"|'/)) return out line
        c = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART)
        if (c == "//") return out
        if (c == "/*") { in_comment = 1; line = substr(line, 3); continue }
        if (!match(line, c == "\"" ? "^\"([^\"\\\\]|\\\\.)*\"" : "^'([^'\\\\]|\\\\.)*'"))
            refuse(FILENAME ":" FNR ": a text that does not end")
        line = substr(line, RLENGTH + 1)
        out = out c c
    }
    return out
}

function refuse(why) {
    print "scripts/amalgamate: " why > "/dev/stderr"
    failed = 1
    exit 1
}

function is_source(file) { return file ~ /\.c$/ }

function stem_of(file,    stem) {
    stem = file
    if (!sub(/^verifier\/port\//, "", stem)) sub(/.*\//, "", stem)
    sub(/\.c$/, "", stem)
    gsub(/[^A-Za-z0-9_]/, "_", stem)
    return stem
}

# ---- Names of one file ----

function add_local(file, name) {
    if (name == "" || (file, name) in local) return
    local[file, name] = 1
    locals[file] = locals[file] " " name
}

# The name that a declaration at file level declares: the last one before its first of ( = [ ; {
function declared_in(text,    head) {
    gsub(/__attribute__ *\(\([^)]*(\([^)]*\))?[^)]*\)\)/, "", text)
    gsub(/_Alignas *\([^)]*\)/, "", text)
    if (match(text, /\( *\*/)) { # a pointer to a function
        head = substr(text, RSTART + RLENGTH)
        sub(/^ *(const)? */, "", head)
        match(head, /^[A-Za-z_0-9]+/)
        if (substr(text, 1, RSTART) !~ /[a-z_0-9]\($/) return substr(head, 1, RLENGTH)
    }
    match(text, /[(=;{[]/)
    terminator = substr(text, RSTART, 1)
    head = substr(text, 1, RSTART - 1)
    sub(/ *$/, "", head)
    return match(head, /[A-Za-z_][A-Za-z_0-9]*$/) ? substr(head, RSTART) : ""
}

# A line outside of any braces, with what is still open of the one before. Every name that starts with
# fws_ is the project's; any other is its file's, whether a macro makes it static or the word does.
function at_file_level(file, code,    text, name) {
    if (in_declaration) {
        if (code ~ /[;{]/) in_declaration = 0
        return
    }
    pending = pending code " "
    text = pending
    if (text !~ /[(=;{[]/) return
    pending = ""
    in_declaration = text !~ /[;{]/
    name = declared_in(text)
    if (name ~ /^(struct|union|enum|_.*)?$/) return
    if (name ~ /^fws_/) {
        if (!is_source(file) || terminator !~ /[(=[]/ || text ~ /; *$/) return
        if (name in definer) refuse(file ": " name " is also defined in " definer[name])
        definer[name] = file
        return
    }
    add_local(file, name)
    if (terminator ~ /[=[]/) data[file, name] = 1
    if (terminator ~ /[(=[]/ && text !~ /(^|[^A-Za-z_])inline |_INLINE /) part[file] = 1
}

function take_enumerators(file, code,    n, i, item) {
    sub(/^.*enum[^{]*\{/, "", code)
    n = split(code, item, /,/)
    for (i = 1; i <= n; i++) {
        sub(/^ */, "", item[i])
        if (match(item[i], /^[A-Za-z_][A-Za-z_0-9]*/)) add_local(file, substr(item[i], 1, RLENGTH))
    }
}

function look_at_source(file, code,    i, c, opens, closes, rest) {
    if (code ~ /^ *#/ || in_directive) {
        if (code ~ /^ *# *define /) {
            split(code, word, /[ (]+/)
            if (!((file, word[2]) in macro)) {
                macro[file, word[2]] = 1
                macros[file] = macros[file] " " word[2]
            }
        }
        in_directive = code ~ /\\$/
        return
    }
    if (depth == 0 && code ~ /[^ ]/) {
        if (code ~ /(^|[^a-z_])enum[^(;]*\{/) in_enum = 1
        if (code ~ /^ *(static )?(const )?(struct|union)( [A-Za-z_0-9]+)? *\{/) in_struct = 1
        at_file_level(file, code)
    }
    # The name behind an anonymous type's body.
    if (depth == 1 && match(code, /^\} *(const )?[A-Za-z_][A-Za-z_0-9]* *[[=;]/)) {
        at_file_level(file, substr(code, 2))
    }
    if (in_enum) take_enumerators(file, code)
    if (in_struct) has_members[file, FNR] = 1
    rest = code
    opens = gsub(/\{/, "", rest)
    closes = gsub(/\}/, "", rest)
    depth += opens - closes
    if (depth == 0 && closes) in_enum = in_struct = in_declaration = 0
    if (depth == 0 && closes) pending = ""
}

function look_for_uses(file, code,    name) {
    while (match(code, /[A-Za-z_][A-Za-z_0-9]*/)) {
        name = substr(code, RSTART, RLENGTH)
        code = substr(code, RSTART + RLENGTH)
        if ((file, name) in uses) continue
        uses[file, name] = 1
        if (name ~ /^fws_/) used[file] = used[file] " " name
    }
}

# ---- Reading ----

FNR == 1 {
    files[++file_count] = FILENAME
    exists[FILENAME] = 1
    depth = 0; pending = ""; in_comment = 0; in_directive = 0; in_enum = 0; in_struct = 0; in_declaration = 0
}

{
    line[FILENAME, FNR] = $0
    length_of[FILENAME] = FNR
    include = ""
    if (!in_comment && match($0, /^#[ ]*include[ ]*["<][^">]+[">]/)) {
        include = substr($0, RSTART, RLENGTH)
        sub(/^#[ ]*include[ ]*/, "", include)
        included[FILENAME, FNR] = include
        next
    }
    code = code_of($0)
    look_for_uses(FILENAME, code)
    look_at_source(FILENAME, code)
}

# ---- Choosing ----

# What a header offers: its objects by the ends of their names, p256 for fws_builtin_p256.
function offer(header, prefix, shown,    n, i, name, end, offered) {
    n = split(used[header], name, " ")
    for (i = 1; i <= n; i++) {
        if (!(name[i] in definer) || index(name[i], prefix) != 1) continue
        end = shown substr(name[i], length(prefix) + 1)
        gsub(/_/, "-", end)
        choice[end] = definer[name[i]]
        choice_header[end] = header
        offered = offered " " end
    }
    return offered
}

function collect_choices() {
    builtin = offer("verifier/builtin/builtin.h", "fws_builtin_", "")
    choices = builtin offer("verifier/port/cortex-m/cortex-m.h", "fws_cortex_m_", "cortex-m-") " status-text"
    choice["status-text"] = "bytes/status.c"
}

function need(file,    i, n, name, j, header) {
    if (file in needed) return
    needed[file] = 1
    n = split(used[file], name, " ")
    for (i = 1; i <= n; i++)
        if (name[i] in definer && definer[name[i]] != file) need(definer[name[i]])
    for (j = 1; j <= length_of[file]; j++)
        if ((file, j) in included) {
            header = included[file, j]
            if (header ~ /^"/) {
                gsub(/"/, "", header)
                if (!(header in exists)) refuse(file ": includes '" header "', which is not here")
                if (!(header in public)) need(header)
            }
        }
}

function choose(    n, i, name) {
    if (with == "all") with = builtin
    n = split(with, name, /[ ,]+/)
    for (i = 1; i <= n; i++) {
        if (name[i] == "" || name[i] == "none") continue
        if (!(name[i] in choice)) refuse("there is no '" name[i] "'; there are" choices " none")
        if (name[i] in choice_header) mark_public(choice_header[name[i]])
        need(choice[name[i]])
    }
    for (i = 1; i <= file_count; i++)
        if (files[i] ~ /^verifier\/[a-z0-9_]+\.c$/) need(files[i])
}

# ---- Parts ----

# What a source's parts hold is the source's.
function adopt_parts(file,    j, k, n, name, header) {
    for (j = 1; j <= length_of[file]; j++) {
        if (!((file, j) in included)) continue
        header = included[file, j]
        gsub(/"/, "", header)
        if (!is_part(header)) continue
        if (!is_source(file)) refuse(file ": includes '" header "', which only a source may")
        parts[file] = parts[file] " " header
        macros[file] = macros[file] macros[header]
        n = split(locals[header], name, " ")
        for (k = 1; k <= n; k++) {
            add_local(file, name[k])
            if ((header, name[k]) in data) data[file, name[k]] = 1
        }
    }
}

function is_part(file) { return (file in part) && !is_source(file) && !(file in public) }

function uses_word(file, word,    i, n, header) {
    if ((file, word) in uses) return 1
    n = split(parts[file], header, " ")
    for (i = 1; i <= n; i++)
        if ((header[i], word) in uses) return 1
    return 0
}

# ---- Renaming ----

# Does another file that is taken use the word?
function used_elsewhere(file, word,    i) {
    for (i = 1; i <= file_count; i++)
        if (files[i] != file && (files[i] in needed) && !is_part(files[i]) && uses_word(files[i], word)) return 1
    return 0
}

function rename_local(file, name,    fresh) {
    fresh = stem_of(file) "_" name
    if ((fresh in count) || used_elsewhere("", fresh))
        refuse(file ": '" name "' would become '" fresh "', which is taken; rename one")
    count[fresh] = 1
    renamed[file, name] = fresh
    renames[file]++
}

function find_clashes(    i, k, n, file, name) {
    for (i = 1; i <= file_count; i++) {
        file = files[i]
        if (!(file in needed) || is_part(file)) continue
        n = split(locals[file], name, " ")
        for (k = 1; k <= n; k++) {
            count[name[k]]++
            if (is_source(file)) continue
            if (name[k] in of_header)
                refuse(file ": '" name[k] "' is also defined in " of_header[name[k]] "; rename one")
            of_header[name[k]] = file
        }
    }
    for (i = 1; i <= file_count; i++) {
        file = files[i]
        if (!(file in needed) || !is_source(file)) continue
        n = split(locals[file], name, " ")
        for (k = 1; k <= n; k++)
            if (count[name[k]] > 1 || (((file, name[k]) in data) && used_elsewhere(file, name[k])))
                rename_local(file, name[k])
    }
}

# Is the word, between before and after, a member's name? Then it is no name of the file's.
function is_member(before, after, declares) {
    return before ~ /(\.|->) *$/ || (declares && after ~ /^ *[;,:)[]/)
}

# Put the new names of owner into a line, outside of comments and texts.
function rename_in(owner, text, declares,    out, word) {
    out = ""
    while (text != "") {
        if (in_comment) {
            if (!match(text, /\*\//)) return out text
        } else if (!match(text, /\/\*|\/\/|"([^"\\]|\\.)*"|'([^'\\]|\\.)*'|[A-Za-z_0-9]+/)) {
            return out text
        }
        out = out substr(text, 1, RSTART - 1)
        word = substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
        if (word == "//") return out word text
        if (in_comment) in_comment = 0
        else if (word == "/*") in_comment = 1
        else if (((owner, word) in renamed) && !is_member(out, text, declares)) word = renamed[owner, word]
        out = out word
    }
    return out
}

# ---- Writing ----

function put(text) { print text > target }

# Leave out what holds a header together as a file: its guard.
function skip_guard(file,    first, last) {
    first = 1
    last = length_of[file]
    while (first <= last && line[file, first] !~ /^#ifndef FWS_[A-Z0-9_]+_H$/) first++
    while (last > first && line[file, last] !~ /^#endif/) last--
    if (first >= last) refuse(file ": has no guard FWS_..._H")
    skip[file, first] = skip[file, first + 1] = skip[file, last] = 1
}

# The lines of file with the names of owner: itself, or the source it is a part of.
function put_lines(file, owner,    i, text, gap) {
    if (!is_source(file)) skip_guard(file)
    put("")
    put("/* ---- " file " ---- */")
    gap = 1
    in_comment = 0
    for (i = 1; i <= length_of[file]; i++) {
        text = line[file, i]
        if ((file, i) in included || (file, i) in skip) continue
        if (text ~ /^\/\* SPDX-License-Identifier.*\*\/$/) continue
        if (text == "") { gap = 1; continue }
        if (gap) put("")
        gap = 0
        # What a private header declares is nobody's but this file's, and its definition follows it.
        if (!is_source(file) && !(file in public) && text ~ /^[a-zA-Z].*[ *]fws_[a-z0-9_]+\(/ &&
            text !~ /^(static|typedef|extern|FWS_[A-Z0-9_]*INLINE) /)
            text = "static " text
        put(renames[owner] ? rename_in(owner, text, (file, i) in has_members) : text)
    }
}

# A file once, behind what it includes.
function put_file(file,    i, n, header) {
    if (file in written) return
    written[file] = 1
    put_includes(file)
    n = split(parts[file], header, " ")
    for (i = 1; i <= n; i++) put_includes(header[i])
    for (i = 1; i <= n; i++) put_lines(header[i], file)
    put_lines(file, file)
}

# Own headers are written where they are first needed; those of the compiler once, at the top.
function put_includes(file,    i, header) {
    for (i = 1; i <= length_of[file]; i++) {
        header = ((file, i) in included) ? included[file, i] : ""
        if (header !~ /^"/) continue
        gsub(/"/, "", header)
        if (!is_part(header)) put_file(header)
    }
}

# private: those of sources and private headers; what the public ones include is there already.
function put_system_includes(private,    i, j, file, include) {
    for (i = 1; i <= file_count; i++) {
        file = files[i]
        if (!(file in needed) || ((file in public) == private)) continue
        for (j = 1; j <= length_of[file]; j++) {
            include = ((file, j) in included) ? included[file, j] : ""
            if (include !~ /^</ || (include in written)) continue
            written[include] = 1
            put("#include " include)
        }
    }
}

function put_top(what) {
    put("/* SPDX-License-Identifier: Apache-2.0 */")
    put("/* fwsign " version ": " what)
    put(" * Made by scripts/amalgamate with" made_with "; edit the sources instead. */")
}

function mark_public(file,    j, header) {
    if (file in public) return
    public[file] = 1
    needed[file] = 1
    for (j = 1; j <= length_of[file]; j++)
        if (((file, j) in included) && included[file, j] ~ /^"/) {
            header = included[file, j]
            gsub(/"/, "", header)
            if (!(header in exists)) refuse(file ": includes '" header "', which is not here")
            mark_public(header)
        }
}

function write_header() {
    target = output "/fwsign_verifier.h"
    put_top("the verifier for MCUboot images, its header.")
    put("#ifndef FWSIGN_VERIFIER_H")
    put("#define FWSIGN_VERIFIER_H")
    put("")
    put_system_includes(0)
    put_file("verifier/verifier.h")
    put_file("verifier/builtin/builtin.h")
    if ("verifier/port/cortex-m/cortex-m.h" in public) put_file("verifier/port/cortex-m/cortex-m.h")
    put("")
    put("#endif")
    close(target)
}

function write_source(    i, k, n, name, file) {
    target = output "/fwsign_verifier.c"
    put_top("the verifier for MCUboot images.")
    put("#include \"fwsign_verifier.h\"")
    put("")
    put_system_includes(1)
    for (i = 1; i <= file_count; i++) {
        file = files[i]
        if (!(file in needed) || !is_source(file)) continue
        put_file(file)
        n = split(macros[file], name, " ")
        if (n) put("")
        for (k = 1; k <= n; k++) put("#undef " name[k])
    }
    close(target)
}

END {
    if (failed) exit 1
    collect_choices()
    if (list) {
        n = split(choices, name, " ")
        for (i = 1; i <= n; i++) print name[i]
        exit 0
    }
    mark_public("verifier/verifier.h")
    mark_public("verifier/builtin/builtin.h")
    choose()
    made_with = with
    gsub(/,/, " ", made_with)
    sub(/^ */, " ", made_with)
    for (i = 1; i <= file_count; i++) if ((files[i] in needed) && !is_part(files[i])) adopt_parts(files[i])
    find_clashes()
    write_header()
    write_source()
}
