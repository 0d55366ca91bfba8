// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const lineMax = 139_999 // without LF

var grammar = regexp.MustCompile(`^[0-9]{1,10} [A-Za-z0-9._-]+( [A-Za-z0-9._-]+=[!-~]*)*$`)

// failure is an error's code, thrown from wherever it is found.
type failure string

// request is one line of the upper tester's protocol (docs/upper-tester.md).
type request struct {
	sequence, operation string
	given               map[string]string
	twice               bool
}

func readRequest(line []byte) (request, bool) {
	line = bytes.TrimSuffix(line, []byte("\n"))
	if len(line) > lineMax || !grammar.Match(line) {
		return request{}, false
	}
	words := strings.Split(string(line), " ")
	r := request{sequence: words[0], operation: words[1], given: map[string]string{}}
	for _, word := range words[2:] {
		key, value, _ := strings.Cut(word, "=")
		_, again := r.given[key]
		r.twice = r.twice || again
		r.given[key] = value
	}
	return r, true
}

// takes refuses a line without each of `must`, or with a key that is in neither.
func (r request) takes(must, may string) {
	known := strings.Fields(must + " " + may)
	for key := range r.given {
		if !slices.Contains(known, key) {
			panic(failure("EINVAL"))
		}
	}
	for _, key := range strings.Fields(must) {
		if !r.has(key) {
			panic(failure("EINVAL"))
		}
	}
	if r.twice {
		panic(failure("EINVAL"))
	}
}

func (r request) has(key string) bool {
	_, has := r.given[key]
	return has
}

func (r request) number(key string, most, missing int) int {
	text, has := r.given[key]
	if !has {
		return missing
	}
	number, err := strconv.ParseUint(text, 10, 40)
	if err != nil || len(text) > 10 || int(number) > most {
		panic(failure("EINVAL"))
	}
	return int(number)
}

func (r request) octets(key string) []byte {
	text := r.given[key]
	octets, err := hex.DecodeString(text)
	if err != nil || strings.ToLower(text) != text {
		panic(failure("EINVAL"))
	}
	return octets
}

// address is four octets, or none where the key is not there.
func (r request) address(key string) []byte {
	text, has := r.given[key]
	if !has {
		return nil
	}
	address, err := netip.ParseAddr(text)
	if err != nil || !address.Is4() {
		panic(failure("EINVAL"))
	}
	return address.AsSlice()
}
