// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// proof is a c2sp.org/tlog-proof@v1 whose extra data is the entry's line.
type proof struct {
	line   []byte
	index  int64
	hashes tlog.RecordProof
	note   []byte
}

func parseProof(text []byte) (*proof, error) {
	head, signed, found := bytes.Cut(text, []byte("\n\n"))
	rows := strings.Split(string(head), "\n")
	if !found || len(rows) < 3 || rows[0] != "c2sp.org/tlog-proof@v1" ||
		!strings.HasPrefix(rows[1], "extra ") || !strings.HasPrefix(rows[2], "index ") {
		return nil, errors.New("no proof with an entry")
	}
	p := &proof{note: signed}
	var err error
	if p.line, err = strict64.DecodeString(rows[1][len("extra "):]); err != nil {
		return nil, err
	}
	if p.index, err = strconv.ParseInt(rows[2][len("index "):], 10, 64); err != nil {
		return nil, err
	}
	if strconv.FormatInt(p.index, 10) != rows[2][len("index "):] {
		return nil, errors.New("the index has another spelling")
	}
	p.hashes, err = parseHashes(rows[3:])
	return p, err
}

func parseHashes(rows []string) ([]tlog.Hash, error) {
	hashes := []tlog.Hash{}
	for _, row := range rows {
		hash, err := parseHash(row)
		if err != nil {
			return nil, err
		}
		hashes = append(hashes, hash)
	}
	return hashes, nil
}

// checkProof: is the line at the index of a tree that the key has signed?
func checkProof(text []byte, key note.Verifier) (*proof, error) {
	p, err := parseProof(text)
	if err != nil {
		return nil, err
	}
	signed, err := openCheckpoint(p.note, key)
	if err != nil {
		return nil, err
	}
	e, err := parseEntry(p.line)
	if err != nil {
		return nil, err
	}
	if e.Seq != p.index {
		return nil, fmt.Errorf("the entry says it is %d", e.Seq)
	}
	return p, tlog.CheckRecord(p.hashes, signed.size, signed.root, p.index, tlog.RecordHash(p.line))
}

// checkConsistency: does the proof, hashes in base64 one a line, hold between two checkpoints?
func checkConsistency(text []byte, old, new *checkpoint) error {
	rows := strings.Split(string(text), "\n")
	if rows[len(rows)-1] != "" {
		return errors.New("the proof does not end with a line")
	}
	hashes, err := parseHashes(rows[:len(rows)-1])
	if err != nil {
		return err
	}
	return tlog.CheckTree(hashes, new.size, new.root, old.size, old.root)
}
