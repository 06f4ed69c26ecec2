// SPDX-License-Identifier: Apache-2.0

// Audit-judge checks fwsign's audit logs with other people's code: the packages note and tlog of
// golang.org/x/mod/sumdb. It shares nothing with fwsign but the format's description.
//
//	audit-judge verify VKEY FOLDER              the verdict over a log at rest
//	audit-judge many VKEY                       "VERDICT<TAB>FOLDER<TAB>why" for each folder of stdin
//	audit-judge checkpoint VKEY FILE            a signed checkpoint
//	audit-judge proof VKEY PROOF [LINE]         a .tlog-proof; LINE holds the entry it must be about
//	audit-judge consistency VKEY OLD NEW PROOF  a proof between two checkpoints, base64 lines
//	audit-judge prove VKEY OLD NEW FOLDER       make that proof from a log, check it, print it
//	audit-judge bits WHAT VKEY FILE...          as checkpoint, proof or consistency, with each bit of
//	                                            FILE (of PROOF for consistency) changed, one at a time
//
// Verify exits as fwsign does: 0 intact, 14 crash-tail, 15 tampered, 16 cannot-tell. The others exit
// 0 for good and 1 for refused. Bits prints each change that was not refused, and exits 1 for one
// that changed more than a spelling.
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
)

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	if len(args) == 3 && args[0] == "verify" {
		return verify(args[1], args[2])
	}
	commands := map[string]struct {
		least, most int
		call        func(key note.Verifier, args []string) error
	}{
		"many":        {0, 0, many},
		"checkpoint":  {1, 1, cmdCheckpoint},
		"proof":       {1, 2, cmdProof},
		"consistency": {3, 3, cmdConsistency},
		"prove":       {3, 3, cmdProve},
		"bits":        {2, 4, cmdBits},
	}
	if len(args) > 2 && args[0] == "bits" {
		args[1], args[2] = args[2], args[1]
	}
	if len(args) < 2 || len(args)-2 < commands[args[0]].least || len(args)-2 > commands[args[0]].most {
		fmt.Fprintln(os.Stderr, "usage: see main.go")
		return 2
	}
	key, err := newVerifier(args[1])
	if err == nil {
		err = commands[args[0]].call(key, args[2:])
	}
	if err != nil {
		fmt.Println("refused:", err)
		return 1
	}
	return 0
}

func verify(vkey, folder string) int {
	word, why := cannotTell, ""
	key, err := newVerifier(vkey)
	if err != nil {
		why = err.Error()
	} else {
		word, why = judge(folder, key)
	}
	fmt.Printf("%s\t%s\t%s\n", word, folder, why)
	return exits[word]
}

func many(key note.Verifier, _ []string) error {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	folders := bufio.NewScanner(os.Stdin)
	for folders.Scan() {
		word, why := judge(folders.Text(), key)
		fmt.Fprintf(out, "%s\t%s\t%s\n", word, folders.Text(), why)
	}
	return folders.Err()
}

func loadCheckpoint(key note.Verifier, path string) (*checkpoint, error) {
	signed, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return openCheckpoint(signed, key)
}

func loadTwo(key note.Verifier, args []string) (old, new *checkpoint, err error) {
	if old, err = loadCheckpoint(key, args[0]); err != nil {
		return nil, nil, err
	}
	new, err = loadCheckpoint(key, args[1])
	return old, new, err
}

func cmdCheckpoint(key note.Verifier, args []string) error {
	c, err := loadCheckpoint(key, args[0])
	if err == nil {
		fmt.Println("good: size", c.size)
	}
	return err
}

func cmdProof(key note.Verifier, args []string) error {
	text, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	p, err := checkProof(text, key)
	if err != nil {
		return err
	}
	if len(args) > 1 {
		line, err := os.ReadFile(args[1])
		if err != nil {
			return err
		}
		if !bytes.Equal(bytes.TrimSuffix(line, []byte("\n")), p.line) {
			return errors.New("the proof is about another entry")
		}
	}
	fmt.Println("good: entry", p.index)
	return nil
}

func cmdConsistency(key note.Verifier, args []string) error {
	old, new, err := loadTwo(key, args)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(args[2])
	if err == nil {
		err = checkConsistency(text, old, new)
	}
	if err == nil {
		fmt.Println("good:", old.size, "to", new.size)
	}
	return err
}

func cmdProve(key note.Verifier, args []string) error {
	old, new, err := loadTwo(key, args)
	if err != nil {
		return err
	}
	hashes, err := proveTree(args[2], old, new)
	if err != nil {
		return err
	}
	for _, hash := range hashes {
		fmt.Println(hash)
	}
	return nil
}
