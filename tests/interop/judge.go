// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const lineMax = 16384

const (
	intact     = "intact"
	crashTail  = "crash-tail"
	tampered   = "tampered"
	cannotTell = "cannot-tell"
)

var exits = map[string]int{intact: 0, crashTail: 14, tampered: 15, cannotTell: 16}

// verdict is the error that ends a judgement.
type verdict struct{ word, why string }

func (v *verdict) Error() string { return v.word + ": " + v.why }

func isTampered(format string, values ...interface{}) error {
	return &verdict{tampered, fmt.Sprintf(format, values...)}
}

// entry has an entry's members in the order they must have in a line.
type entry struct {
	B    int64           `json:"b"`
	Boot string          `json:"boot"`
	Data json.RawMessage `json:"data"`
	Inst string          `json:"inst"`
	Log  string          `json:"log"`
	Mono int64           `json:"mono"`
	Prev string          `json:"prev"`
	Seq  int64           `json:"seq"`
	TS   string          `json:"ts"`
	Type string          `json:"type"`
	V    int             `json:"v"`
	ZC   string          `json:"zc"`
}

// remains are the bytes behind the last good line of a segment.
type remains struct {
	segment string
	offset  int
	bytes   []byte
}

// recorded is the checkpoint of a log.checkpoint entry.
type recorded struct {
	seq  int64
	note []byte
	checkpoint
}

// walk is all that was read so far.
type walk struct {
	tree         tree
	origin, log  string
	head         string // leaf hash of the last good line
	batch        int64
	torn         bool
	mark         int64 // the last one
	acknowledged int64
	open         map[int64]bool // intents without outcome
	recorded     []recorded
}

// judge gives the verdict over a log at rest, and why.
func judge(folder string, key note.Verifier) (string, string) {
	err := check(folder, key)
	var found *verdict
	switch {
	case err == nil:
		return intact, ""
	case errors.As(err, &found):
		return found.word, found.why
	default:
		return cannotTell, err.Error()
	}
}

func check(folder string, key note.Verifier) error {
	w, err := readLog(filepath.Join(folder, "seg"))
	if err != nil {
		return err
	}
	newest, err := readCheckpoint(filepath.Join(folder, "checkpoint"), key)
	if err != nil {
		return err
	}
	if err := w.compare(newest); err != nil {
		return err
	}
	if err := w.checkRecorded(newest, key); err != nil {
		return err
	}
	return w.atRest(newest)
}

func readCheckpoint(path string, key note.Verifier) (*checkpoint, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	newest, err := openCheckpoint(signed, key)
	var unverified *note.UnverifiedNoteError
	if err != nil && !errors.As(err, &unverified) {
		return nil, isTampered("checkpoint: %v", err)
	}
	return newest, err
}

func (w *walk) compare(newest *checkpoint) error {
	if w.tree.size < newest.size {
		return isTampered("%d entries, the checkpoint has %d", w.tree.size, newest.size)
	}
	root, err := w.tree.root(newest.size)
	if err != nil {
		return err
	}
	if root != newest.root || w.tree.size > 0 && newest.origin != w.origin {
		return isTampered("the root is another")
	}
	return nil
}

func (w *walk) atRest(newest *checkpoint) error {
	switch {
	case w.tree.size > newest.size || w.torn:
		return &verdict{crashTail, "the log is longer than its checkpoint"}
	case w.mark > w.acknowledged:
		return &verdict{crashTail, "a crash nobody acknowledged"}
	case len(w.open) > 0:
		return &verdict{crashTail, "an intent without outcome"}
	}
	return nil
}

func (w *walk) checkRecorded(newest *checkpoint, key note.Verifier) error {
	size := int64(0)
	for i := range w.recorded {
		r := &w.recorded[i]
		if r.size <= size || r.size > r.seq || r.origin != w.origin {
			return isTampered("entry %d records a checkpoint out of order", r.seq)
		}
		size = r.size
		root, err := w.tree.root(size)
		if err != nil {
			return err
		}
		if root != r.root {
			return isTampered("entry %d records a checkpoint of another tree", r.seq)
		}
		var unverified *note.UnverifiedNoteError // by an older key
		if _, err := openCheckpoint(r.note, key); err != nil && !errors.As(err, &unverified) {
			return isTampered("entry %d records a checkpoint: %v", r.seq, err)
		}
	}
	if size > newest.size {
		return isTampered("a newer checkpoint was recorded")
	}
	return nil
}

// ---- Segments ----

var segmentName = regexp.MustCompile(`^[0-9]{20}\.jsonl$`)

func readLog(folder string) (*walk, error) {
	files, err := os.ReadDir(folder) // sorted by name
	if err != nil {
		return nil, err
	}
	w := &walk{mark: -1, acknowledged: -1, open: map[int64]bool{}}
	var before *remains
	for _, file := range files {
		if !segmentName.MatchString(file.Name()) {
			continue
		}
		if !file.Type().IsRegular() {
			return nil, isTampered("%s is no file", file.Name())
		}
		data, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			return nil, err
		}
		if before, err = w.segment(file.Name(), data, before); err != nil {
			return nil, err
		}
	}
	if before != nil && len(before.bytes) > 0 {
		w.torn = true
		return w, w.lookBehind(before.bytes)
	}
	return w, nil
}

func (w *walk) segment(name string, data []byte, before *remains) (*remains, error) {
	if name != fmt.Sprintf("%020d.jsonl", w.tree.size) {
		return nil, isTampered("%s begins with entry %d", name, w.tree.size)
	}
	at := 0
	for {
		end := bytes.IndexByte(data[at:], '\n')
		if end < 0 || !isGood(data[at:at+end]) {
			break
		}
		var opens *remains
		if at == 0 {
			opens = before
			if before == nil {
				opens = &remains{}
			}
		}
		if err := w.entry(data[at:at+end], opens); err != nil {
			return nil, err
		}
		at += end + 1
	}
	if at == 0 {
		return nil, isTampered("%s has no whole first line", name)
	}
	return &remains{name, at, data[at:]}, nil
}

// lookBehind: only lines of the batch that was being written may stand behind a damaged one.
func (w *walk) lookBehind(data []byte) error {
	for {
		end := bytes.IndexByte(data, '\n')
		if end < 0 {
			return nil
		}
		if isGood(data[:end]) {
			e, err := parseEntry(data[:end])
			if err != nil {
				return err
			}
			if e.B > w.tree.size {
				return isTampered("entry %d is damaged, a later batch is not", w.tree.size)
			}
		}
		data = data[end+1:]
	}
}

// ---- Entries ----

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// isGood is false for a damaged line: its CRC is wrong, or it is too long.
func isGood(line []byte) bool {
	body := len(line) - len(`,"zc":"00000000"}`)
	if body < 0 || len(line) > lineMax {
		return false
	}
	wanted := fmt.Sprintf(`,"zc":"%08x"}`, crc32.Checksum(line[:body], castagnoli))
	return string(line[body:]) == wanted
}

// parseEntry refuses what is not the one spelling of its entry; data's inside is not looked at.
func parseEntry(line []byte) (*entry, error) {
	e := &entry{}
	if err := json.Unmarshal(line, e); err != nil {
		return nil, isTampered("a good CRC over no entry: %v", err)
	}
	if e.V != 1 {
		return nil, &verdict{cannotTell, fmt.Sprintf("format version %d", e.V)}
	}
	var again bytes.Buffer
	encoder := json.NewEncoder(&again)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(e); err != nil || again.String() != string(line)+"\n" || e.Data[0] != '{' {
		return nil, isTampered("a good CRC over another form")
	}
	return e, nil
}

var noLink = fmt.Sprintf("%064d", 0)

// entry checks a line by what stands before it; opens is how the segment before ended, for the first
// line of a segment.
func (w *walk) entry(line []byte, opens *remains) error {
	seq := w.tree.size
	e, err := parseEntry(line)
	if err != nil {
		return err
	}
	if seq == 0 {
		w.head = noLink
	}
	if e.Seq != seq || e.Prev != w.head {
		return isTampered("entry %d does not follow", seq)
	}
	if e.B != seq && e.B != w.batch {
		return isTampered("entry %d is of no batch", seq)
	}
	w.batch = e.B
	if err := w.checkOpener(e, opens); err != nil {
		return err
	}
	if e.Log != w.log {
		return isTampered("entry %d is of another log", seq)
	}
	if err := w.note(e); err != nil {
		return err
	}
	leaf, err := w.tree.add(line)
	w.head = hex.EncodeToString(leaf[:])
	return err
}

var openers = map[string]bool{"log.genesis": true, "log.segment.open": true, "log.recovery": true}

func (w *walk) checkOpener(e *entry, opens *remains) error {
	if openers[e.Type] != (opens != nil) {
		return isTampered("entry %d stands at the wrong place", e.Seq)
	}
	switch {
	case opens == nil:
		return nil
	case opens.segment == "":
		return w.genesis(e)
	}
	kind, data := opens.opener()
	if e.Type != kind || string(e.Data) != data {
		return isTampered("entry %d does not say how %s ends", e.Seq, opens.segment)
	}
	return nil
}

// opener is the type and the data that must follow.
func (r *remains) opener() (string, string) {
	if len(r.bytes) == 0 {
		return "log.segment.open", fmt.Sprintf(`{"previous":"%s"}`, r.segment)
	}
	reason := "no-newline"
	if len(bytes.Trim(r.bytes, "\x00")) == 0 {
		reason = "zeros"
	} else if r.bytes[len(r.bytes)-1] == '\n' {
		reason = "crc"
	}
	return "log.recovery", fmt.Sprintf(
		`{"length":%d,"offset":%d,"reason":"%s","segment":"%s","sha256":"sha256:%x"}`,
		len(r.bytes), r.offset, reason, r.segment, sha256.Sum256(r.bytes))
}

func (w *walk) genesis(e *entry) error {
	var data struct{ Origin string }
	if e.Type != "log.genesis" || json.Unmarshal(e.Data, &data) != nil {
		return isTampered("the first entry is no genesis")
	}
	digest := sha256.Sum256([]byte(data.Origin))
	w.origin, w.log = data.Origin, hex.EncodeToString(digest[:8])
	return nil
}

// note keeps what of an entry counts for the verdict.
func (w *walk) note(e *entry) error {
	var data struct {
		Until, Intent int64
		Note          string
	}
	switch e.Type {
	case "log.recovery", "log.tail", "sign.unresolved":
		w.mark = e.Seq
	}
	switch e.Type {
	case "sign.intent":
		w.open[e.Seq] = true
		return nil
	case "log.ack", "sign.outcome", "sign.unresolved", "log.checkpoint":
		if err := json.Unmarshal(e.Data, &data); err != nil {
			return isTampered("entry %d: %v", e.Seq, err)
		}
	}
	switch e.Type {
	case "log.ack":
		w.acknowledged = data.Until
	case "sign.outcome", "sign.unresolved":
		if !w.open[data.Intent] {
			return isTampered("entry %d ends no intent", e.Seq)
		}
		delete(w.open, data.Intent)
	case "log.checkpoint":
		return w.record(e.Seq, data.Note)
	}
	return nil
}

func (w *walk) record(seq int64, signed string) error {
	text, err := noteText([]byte(signed))
	if err != nil {
		return isTampered("entry %d: %v", seq, err)
	}
	parsed, err := parseCheckpoint(text)
	if err != nil {
		return isTampered("entry %d: %v", seq, err)
	}
	w.recorded = append(w.recorded, recorded{seq, []byte(signed), *parsed})
	return nil
}

// ---- What is made of a log ----

// proveTree makes the proof that the log at old is the beginning of the log at new, and checks it.
func proveTree(folder string, old, new *checkpoint) (tlog.TreeProof, error) {
	w, err := readLog(filepath.Join(folder, "seg"))
	if err != nil {
		return nil, err
	}
	if w.tree.size < new.size {
		return nil, errors.New("the log is shorter than the checkpoint")
	}
	proof, err := tlog.ProveTree(new.size, old.size, &w.tree)
	if err != nil {
		return nil, err
	}
	return proof, tlog.CheckTree(proof, new.size, new.root, old.size, old.root)
}
