// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var strict64 = base64.StdEncoding.Strict()

// ecdsaVerifier is signature type 2 of c2sp.org/signed-note, which package note does not know: ECDSA
// over the SHA-256 of the text, in DER; the key's id is the beginning of the SHA-256 of its SPKI.
type ecdsaVerifier struct {
	name string
	id   uint32
	key  *ecdsa.PublicKey
}

func (v *ecdsaVerifier) Name() string    { return v.name }
func (v *ecdsaVerifier) KeyHash() uint32 { return v.id }
func (v *ecdsaVerifier) Verify(text, signature []byte) bool {
	digest := sha256.Sum256(text)
	return ecdsa.VerifyASN1(v.key, digest[:], signature)
}

// newVerifier reads a vkey: of type 1 by package note itself, of type 2 here.
func newVerifier(vkey string) (note.Verifier, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("no vkey")
	}
	material, err := strict64.DecodeString(parts[2])
	if err != nil {
		return nil, err
	}
	if len(material) == 0 || material[0] != 2 {
		return note.NewVerifier(vkey)
	}
	return newECDSAVerifier(parts[0], parts[1], material[1:])
}

func newECDSAVerifier(name, id string, der []byte) (note.Verifier, error) {
	digest := sha256.Sum256(der)
	if name == "" || id != fmt.Sprintf("%x", digest[:4]) {
		return nil, errors.New("the vkey's id is not its key's")
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, errors.New("the vkey is not of P-256")
	}
	return &ecdsaVerifier{name, binary.BigEndian.Uint32(digest[:4]), key}, nil
}

// checkpoint is a c2sp.org/tlog-checkpoint without extension lines.
type checkpoint struct {
	origin string
	size   int64
	root   tlog.Hash
}

func parseCheckpoint(text string) (*checkpoint, error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 4 || lines[0] == "" || lines[3] != "" {
		return nil, errors.New("a checkpoint has three lines")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return nil, errors.New("the checkpoint's size is no number")
	}
	root, err := parseHash(lines[2])
	if err != nil {
		return nil, err
	}
	return &checkpoint{lines[0], size, root}, nil
}

// parseHash is tlog.ParseHash for canonical base64 only.
func parseHash(text string) (tlog.Hash, error) {
	data, err := strict64.DecodeString(text)
	if err != nil || len(data) != tlog.HashSize {
		return tlog.Hash{}, errors.New("no hash in base64")
	}
	return tlog.ParseHash(text)
}

// noteText is the text of a note whoever signed it.
func noteText(signed []byte) (string, error) {
	_, err := note.Open(signed, note.VerifierList())
	var unverified *note.UnverifiedNoteError
	if errors.As(err, &unverified) {
		return unverified.Note.Text, nil
	}
	return "", err
}

// openCheckpoint is note.Open and what a checkpoint must be besides: signed under its own name.
func openCheckpoint(signed []byte, key note.Verifier) (*checkpoint, error) {
	opened, err := note.Open(signed, note.VerifierList(key))
	if err != nil {
		return nil, err
	}
	parsed, err := parseCheckpoint(opened.Text)
	if err != nil {
		return nil, err
	}
	if parsed.origin != key.Name() {
		return nil, errors.New("the checkpoint's origin is not the key's name")
	}
	return parsed, badSignature(signed, opened.Text, key)
}

// badSignature looks at all signatures of the key: package note stops at its first.
func badSignature(signed []byte, text string, key note.Verifier) error {
	for _, line := range bytes.Split(signed[len(text)+1:], []byte("\n")) {
		words := strings.Split(string(line), " ")
		if len(words) != 3 || words[1] != key.Name() {
			continue
		}
		value, err := base64.StdEncoding.DecodeString(words[2])
		if err != nil || len(value) < 5 {
			return errors.New("malformed note")
		}
		if binary.BigEndian.Uint32(value) == key.KeyHash() && !key.Verify([]byte(text), value[4:]) {
			return &note.InvalidSignatureError{Name: key.Name(), Hash: key.KeyHash()}
		}
	}
	return nil
}
