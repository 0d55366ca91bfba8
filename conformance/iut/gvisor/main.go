// SPDX-License-Identifier: BSD-2-Clause

// gVisor's netstack over inherited descriptors: frames by `--fd`, the upper tester's lines by standard input and output. All of it
// happens in one goroutine and on a clock that only `advance` moves, so that the same input gives the same output.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand"
	"net"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
	"golang.org/x/time/rate"
	"gvisor.dev/gvisor/pkg/buffer"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/link/ethernet"
	"gvisor.dev/gvisor/pkg/tcpip/link/loopback"
	"gvisor.dev/gvisor/pkg/tcpip/network/arp"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/raw"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
)

const (
	frameMax  = 65549
	mtu       = 1500
	queued    = 8192 // frames of one operation, at most
	loopbacks = tcpip.NICID(100)
)

// iface is one interface: its descriptor, and what the command line says of it.
type iface struct {
	fd      int
	mac     tcpip.LinkAddress
	address netip.Prefix
	link    *channel.Endpoint
}

type host struct {
	ifaces  []*iface
	gateway tcpip.Address
	seed    int64
	clock   *clock
	stack   *stack.Stack
	socks   []*sock
	groups  []tcpip.Address // that anybody has joined
	ways    []way
	last    int
	events  []string
}

func must(what string, err error) {
	if err != nil {
		fmt.Fprintf(os.Stderr, "gvisor: %s: %v\n", what, err)
		os.Exit(2)
	}
}

func mustTCPIP(what string, err tcpip.Error) {
	if err != nil {
		must(what, fmt.Errorf("%s", err))
	}
}

func (h *host) readFlags() {
	last := func() *iface { return h.ifaces[len(h.ifaces)-1] }
	flag.Func("fd", "the descriptor of the next interface", func(text string) error {
		h.ifaces = append(h.ifaces, &iface{})
		_, err := fmt.Sscan(text, &last().fd)
		return err
	})
	flag.Func("addr", "its address and prefix", func(text string) (err error) {
		last().address, err = netip.ParsePrefix(text)
		return err
	})
	flag.Func("mac", "its MAC", func(text string) error {
		mac, err := net.ParseMAC(text)
		last().mac = tcpip.LinkAddress(mac)
		return err
	})
	flag.Func("gateway", "of interface 0", func(text string) error {
		address, err := netip.ParseAddr(text)
		h.gateway = tcpip.AddrFromSlice(address.AsSlice())
		return err
	})
	flag.Int64Var(&h.seed, "seed", 1, "of what is random")
	flag.Parse()
}

// open makes a stack that knows nothing, at the time that it is. IGMP is off by default. Its errors are not limited to so many a second,
// since a clock that stands still would make that so many for good.
func (h *host) open() {
	h.clock = &clock{now: h.clock.now}
	h.socks, h.groups, h.ways, h.last, h.events = nil, []tcpip.Address{header.IPv4AllSystems}, nil, 0, nil
	ip := ipv4.NewProtocolWithOptions(ipv4.Options{IGMP: ipv4.IGMPOptions{Enabled: true}})
	h.stack = stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ip, arp.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{udp.NewProtocol, icmp.NewProtocol4},
		RawFactory:         raw.EndpointFactory{},
		HandleLocal:        true,
		Clock:              h.clock,
		SecureRNG:          rand.New(rand.NewSource(h.seed)),
		RandSource:         rand.NewSource(h.seed),
	})
	h.stack.SetICMPLimit(rate.Inf)
	h.nic(loopbacks, loopback.New(), netip.MustParsePrefix("127.0.0.1/8"))
	for n, each := range h.ifaces {
		each.link = channel.New(queued, mtu+header.EthernetMinimumSize, each.mac)
		h.nic(tcpip.NICID(n+1), ethernet.New(each.link), each.address)
	}
	if h.gateway.Len() != 0 {
		h.take(append(h.ways, way{tcpip.Route{Destination: header.IPv4EmptySubnet, Gateway: h.gateway, NIC: 1}, 0}))
	}
}

func (h *host) nic(id tcpip.NICID, link stack.LinkEndpoint, prefix netip.Prefix) {
	mustTCPIP("CreateNIC", h.stack.CreateNIC(id, link))
	address := tcpip.AddressWithPrefix{Address: tcpip.AddrFromSlice(prefix.Addr().AsSlice()), PrefixLen: prefix.Bits()}
	mustTCPIP("AddProtocolAddress", h.stack.AddProtocolAddress(id,
		tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: address}, stack.AddressProperties{}))
	h.take(append(h.ways, way{tcpip.Route{Destination: address.Subnet(), NIC: id}, 0}))
}

// receive hands a frame to the stack, unless a network card would have kept it: the stack leaves the MAC's match to that.
func (h *host) receive(each *iface, frame []byte) {
	if len(frame) >= header.EthernetMinimumSize && frame[0]&1 == 0 && tcpip.LinkAddress(frame[:6]) != each.mac {
		return
	}
	pkt := stack.NewPacketBuffer(stack.PacketBufferOptions{Payload: buffer.MakeWithData(bytes.Clone(frame))})
	defer pkt.DecRef()
	each.link.InjectInbound(0, pkt)
	h.settle()
}

// settle lets run what was to run at once, sends what is to be sent, and takes from the sockets what has been delivered.
func (h *host) settle() {
	h.clock.runUntil(h.clock.now)
	for _, each := range h.ifaces {
		for pkt := each.link.Read(); pkt != nil; pkt = each.link.Read() {
			_, err := unix.Write(each.fd, pkt.ToView().AsSlice())
			must("writing a frame", err)
			pkt.DecRef()
		}
	}
	h.collect()
}

// run reads frames before lines: what came before a line is then told before its answer.
func (h *host) run() {
	frame, chunk, rest := make([]byte, frameMax), make([]byte, 65536), []byte{}
	polled := []unix.PollFd{}
	for _, each := range h.ifaces {
		polled = append(polled, unix.PollFd{Fd: int32(each.fd), Events: unix.POLLIN})
	}
	polled = append(polled, unix.PollFd{Fd: 0, Events: unix.POLLIN})
	for {
		if _, err := unix.Poll(polled, -1); err == unix.EINTR {
			continue
		}
		idle := true
		for n, each := range h.ifaces {
			if polled[n].Revents != 0 {
				idle = false
				size, err := unix.Read(each.fd, frame)
				if err != nil || size == 0 {
					return
				}
				h.receive(each, frame[:size])
			}
		}
		if !idle || polled[len(h.ifaces)].Revents == 0 {
			continue
		}
		size, err := unix.Read(0, chunk)
		if err != nil || size == 0 {
			return
		}
		rest = h.answer(append(rest, chunk[:size]...))
	}
}

// answer answers each whole line, and returns what is behind the last.
func (h *host) answer(text []byte) []byte {
	for {
		line, rest, found := bytes.Cut(text, []byte("\n"))
		if !found {
			return text
		}
		text = rest
		reply := h.perform(line)
		out := bytes.Buffer{}
		for _, event := range h.events {
			fmt.Fprintln(&out, event)
		}
		h.events = nil
		fmt.Fprintln(&out, reply)
		_, err := os.Stdout.Write(out.Bytes())
		must("writing a line", err)
	}
}

func main() {
	h := &host{clock: &clock{}}
	h.readFlags()
	h.open()
	h.settle()
	h.run()
}
