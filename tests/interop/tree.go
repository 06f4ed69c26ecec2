// SPDX-License-Identifier: Apache-2.0

package main

import (
	"crypto/sha256"

	"golang.org/x/mod/sumdb/tlog"
)

// tree keeps the hashes that package tlog asks for, in its own order.
type tree struct {
	stored []tlog.Hash
	size   int64
}

func (t *tree) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = t.stored[index]
	}
	return out, nil
}

// add appends a line and returns its leaf hash.
func (t *tree) add(line []byte) (tlog.Hash, error) {
	leaf := tlog.RecordHash(line)
	hashes, err := tlog.StoredHashesForRecordHash(t.size, leaf, t)
	if err != nil {
		return leaf, err
	}
	t.stored = append(t.stored, hashes...)
	t.size++
	return leaf, nil
}

// root is that of the first size lines. Package tlog has zeros for none, RFC 6962 the empty hash.
func (t *tree) root(size int64) (tlog.Hash, error) {
	if size == 0 {
		return sha256.Sum256(nil), nil
	}
	return tlog.TreeHash(size, t)
}
