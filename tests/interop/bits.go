// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
)

// cmdBits refuses a file's every change by one bit, but for those that change no decoded byte.
func cmdBits(key note.Verifier, args []string) error {
	good, accepts, err := prepareBits(key, args[0], args[1:])
	if err != nil {
		return err
	}
	if !accepts(good) {
		return errors.New("the file itself is not good")
	}
	harmless, harmful := 0, 0
	for bit := 0; bit < len(good)*8; bit++ {
		changed := append([]byte(nil), good...)
		changed[bit/8] ^= 1 << (bit % 8)
		if !accepts(changed) {
			continue
		}
		if sameSignature(good, changed) {
			harmless++
			fmt.Printf("byte %d bit %d: the same signature, base64 spelt otherwise\n", bit/8, bit%8)
		} else {
			harmful++
			fmt.Printf("byte %d bit %d: ACCEPTED\n", bit/8, bit%8)
		}
	}
	fmt.Printf("%d bits, %d only spelling, %d accepted\n", len(good)*8, harmless, harmful)
	if harmful > 0 {
		return errors.New("changes that were not noticed")
	}
	return nil
}

func prepareBits(key note.Verifier, what string, paths []string) ([]byte, func([]byte) bool, error) {
	wanted := map[string]int{"checkpoint": 1, "proof": 1, "consistency": 3}
	if wanted[what] == 0 || len(paths) != wanted[what] {
		return nil, nil, errors.New("usage: see main.go")
	}
	good, err := os.ReadFile(paths[len(paths)-1])
	if err != nil {
		return nil, nil, err
	}
	switch what {
	case "checkpoint":
		return good, func(file []byte) bool {
			_, err := openCheckpoint(file, key)
			return err == nil
		}, nil
	case "proof":
		return good, func(file []byte) bool {
			_, err := checkProof(file, key)
			return err == nil
		}, nil
	}
	old, new, err := loadTwo(key, paths)
	return good, func(file []byte) bool { return checkConsistency(file, old, new) == nil }, err
}

// sameSignature: package note reads base64 whose unused last bits are not zero. Is that all that
// differs, in the last line of the note?
func sameSignature(good, changed []byte) bool {
	one, other := lastWord(good), lastWord(changed)
	if len(good) != len(changed) || len(one) != len(other) ||
		!bytes.Equal(good[:len(good)-len(one)-1], changed[:len(good)-len(one)-1]) {
		return false
	}
	first, err1 := base64.StdEncoding.DecodeString(string(one))
	second, err2 := base64.StdEncoding.DecodeString(string(other))
	return err1 == nil && err2 == nil && bytes.Equal(first, second)
}

// lastWord is what stands between the last blank and the last newline.
func lastWord(file []byte) []byte {
	file = bytes.TrimSuffix(file, []byte("\n"))
	return file[bytes.LastIndexByte(file, ' ')+1:]
}
