// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"container/heap"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
)

// clock is the stack's: it stands still but for `advance`, and fires its timers one after the other, those of one instant in the order
// in which they were set. (gVisor's own ManualClock fires those in the order of a map, and those that are due at once in goroutines.)
type clock struct {
	now  time.Duration
	sets uint64
	due  schedule
}

type timer struct {
	clock *clock
	run   func()
	at    time.Duration
	turn  uint64
	place int // in the schedule; -1 when it is not in it
}

func (c *clock) Now() time.Time { return time.Unix(0, 0).Add(c.now) }

func (c *clock) NowMonotonic() tcpip.MonotonicTime { return tcpip.MonotonicTime{}.Add(c.now) }

func (c *clock) AfterFunc(d time.Duration, run func()) tcpip.Timer {
	t := &timer{clock: c, run: run, place: -1}
	t.Reset(d)
	return t
}

// runUntil moves the clock there and fires what is due on the way, which may set new timers.
func (c *clock) runUntil(end time.Duration) {
	for len(c.due) > 0 && c.due[0].at <= end {
		next := heap.Pop(&c.due).(*timer)
		c.now = max(c.now, next.at)
		next.run()
	}
	c.now = end
}

func (t *timer) Stop() bool {
	if t.place < 0 {
		return false
	}
	heap.Remove(&t.clock.due, t.place)
	return true
}

func (t *timer) Reset(d time.Duration) {
	t.Stop()
	t.clock.sets++
	t.at, t.turn = t.clock.now+d, t.clock.sets
	heap.Push(&t.clock.due, t)
}

type schedule []*timer

func (s schedule) Len() int { return len(s) }

func (s schedule) Less(i, j int) bool {
	return s[i].at < s[j].at || s[i].at == s[j].at && s[i].turn < s[j].turn
}

func (s schedule) Swap(i, j int) {
	s[i], s[j] = s[j], s[i]
	s[i].place, s[j].place = i, j
}

func (s *schedule) Push(x any) {
	x.(*timer).place = len(*s)
	*s = append(*s, x.(*timer))
}

func (s *schedule) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	last.place = -1
	return last
}
