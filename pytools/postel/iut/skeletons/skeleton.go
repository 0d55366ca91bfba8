// NAME, plugged into Postel: frames come and go by one descriptor, lines of the upper tester's protocol by standard input
// and output. Nothing answers yet: frame is where your stack begins, operations where its upper interface does.
package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"
	"syscall"
)

const lineMax = 140000 // octets, with LF

var (
	link int // a message is a frame, at most 65,549 octets
	mac  net.HardwareAddr
	addr net.IP
	line = regexp.MustCompile(`^([0-9]{1,10}) ([A-Za-z0-9._-]+)((?: [A-Za-z0-9._-]+=[!-~]*)*)$`)
)

// A frame came in: the frames that go out for it.
func frame(octets []byte) [][]byte {
	return nil
}

type operation struct {
	act   func(keys map[string]string) string
	needs []string
}

var operations = map[string]operation{
	"hello": {hello, []string{"version"}},
	"reset": {done, nil}, // forget sockets, neighbours, fragments, counters
	"sync":  {done, nil}, // events of what was delivered before go out first
}

func hello(keys map[string]string) string {
	if keys["version"] != "1" {
		return "err code=EINVAL"
	}
	return "ok version=1 name=NAME release=0 caps=skeleton" // `skeleton` goes when frames are answered; udp, vtime, ... come, and the names that set and add know
}

func done(map[string]string) string { return "ok" }

func answer(text string) string {
	words := line.FindStringSubmatch(text)
	if words == nil || len(text) >= lineMax {
		return "0 err code=EPROTO"
	}
	asked, known := operations[words[2]]
	if !known {
		return words[1] + " err code=ENOSYS"
	}
	given := strings.Fields(words[3])
	keys := map[string]string{}
	for _, word := range given {
		key, value, _ := strings.Cut(word, "=")
		keys[key] = value
	}
	right := len(given) == len(asked.needs)
	for _, key := range asked.needs {
		_, there := keys[key]
		right = right && there
	}
	if !right {
		return words[1] + " err code=EINVAL"
	}
	return words[1] + " " + asked.act(keys)
}

func readable(fds ...int) []bool {
	var set syscall.FdSet
	most := 0
	for _, fd := range fds {
		set.Bits[fd/64] |= 1 << (uint(fd) % 64)
		most = max(most, fd)
	}
	for {
		if _, err := syscall.Select(most+1, &set, nil, nil, nil); err != syscall.EINTR {
			break
		}
	}
	var ready []bool
	for _, fd := range fds {
		ready = append(ready, set.Bits[fd/64]&(1<<(uint(fd)%64)) != 0)
	}
	return ready
}

func main() {
	link, _ = strconv.Atoi(os.Args[1])
	mac, _ = net.ParseMAC(os.Args[2])
	addr = net.ParseIP(os.Args[3]).To4()
	octets := make([]byte, 65549)
	var held []byte
	for {
		fd, take := 0, readable(link, 0)
		if take[0] { // frames first: what came before a line is then told before its answer
			fd = link
		}
		n, err := syscall.Read(fd, octets)
		if err == syscall.EINTR {
			continue
		}
		if n <= 0 {
			return
		}
		if fd == link {
			for _, reply := range frame(octets[:n]) {
				syscall.Write(link, reply)
			}
			continue
		}
		held = append(held, octets[:n]...)
		for end := bytes.IndexByte(held, '\n'); end >= 0; end = bytes.IndexByte(held, '\n') {
			fmt.Println(answer(string(held[:end])))
			held = held[end+1:]
		}
		held = held[:min(len(held), lineMax)] // of a line that is too long the beginning will do
	}
}
