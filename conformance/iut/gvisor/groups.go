// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"slices"
	"strconv"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
)

const groupNames = "multicast-ttl,multicast-loop,multicast-iface,igmp-version,group"

// setting is one of a socket or of an interface, as the endpoints of netstack have them.
type setting struct {
	scope       string
	least, most int
	get         func(h *host, r request) int
	set         func(h *host, r request, value int)
}

var settings = map[string]setting{
	"multicast-ttl":   {"sock", 0, 255, multicastTTL, setMulticastTTL},
	"multicast-loop":  {"sock", 0, 1, multicastLoop, setMulticastLoop},
	"multicast-iface": {"sock", 0, 7, multicastIface, setMulticastIface},
	"igmp-version":    {"iface", 1, 3, igmpVersion, setIGMPVersion},
	"forwarding":      {"", 0, 1, forwarding, setForwarding},
	"mtu":             {"iface", header.IPv4MinimumMTU, mtu, mtuOf, setMTU},
}

// configure finds what is named, and refuses keys that are not of it.
func configure(r request, more string) setting {
	if !r.has("name") {
		panic(failure("EINVAL"))
	}
	found, known := settings[r.given["name"]]
	if !known {
		panic(failure("EOPNOTSUPP"))
	}
	if found.scope == "" && r.has("iface") {
		panic(failure("EOPNOTSUPP")) // of an interface it has none
	}
	r.takes("name "+found.scope+more, "")
	return found
}

func (h *host) get(r request) string {
	return " value=" + strconv.Itoa(configure(r, "").get(h, r))
}

func (h *host) set(r request) string {
	named := configure(r, " value")
	value := r.number("value", named.most, 0)
	if value < named.least {
		panic(failure("EINVAL"))
	}
	named.set(h, r, value)
	return ""
}

// sock is that of the user, UDP's or raw.
func (h *host) sock(r request) tcpip.Endpoint {
	number := r.number("sock", 1<<32-1, 0)
	for _, each := range h.socks {
		if each.number == number && number != 0 {
			return each.endpoint
		}
	}
	panic(failure("EBADF"))
}

// nicOf is the interface of this number; 0 where none is named.
func (h *host) nicOf(r request, key string) tcpip.NICID {
	if !r.has(key) {
		return 0
	}
	return tcpip.NICID(r.number(key, len(h.ifaces)-1, 0) + 1)
}

func multicastTTL(h *host, r request) int {
	ttl, err := h.sock(r).GetSockOptInt(tcpip.MulticastTTLOption)
	expect(err)
	return ttl
}

func setMulticastTTL(h *host, r request, value int) {
	expect(h.sock(r).SetSockOptInt(tcpip.MulticastTTLOption, value))
}

func multicastLoop(h *host, r request) int {
	if h.sock(r).SocketOptions().GetMulticastLoop() {
		return 1
	}
	return 0
}

func setMulticastLoop(h *host, r request, value int) {
	h.sock(r).SocketOptions().SetMulticastLoop(value == 1)
}

// multicastIface is that of the route where nobody has chosen one.
func multicastIface(h *host, r request) int {
	option := tcpip.MulticastInterfaceOption{}
	expect(h.sock(r).GetSockOpt(&option))
	if option.NIC == 0 {
		route, err := h.stack.FindRoute(0, tcpip.Address{}, header.IPv4AllSystems, ipv4.ProtocolNumber, false)
		expect(err)
		defer route.Release()
		option.NIC = route.NICID()
	}
	return int(option.NIC) - 1
}

func setMulticastIface(h *host, r request, _ int) {
	expect(h.sock(r).SetSockOpt(&tcpip.MulticastInterfaceOption{NIC: h.nicOf(r, "value")}))
}

// likewise has an endpoint send to groups as another one does.
func likewise(endpoint, other tcpip.Endpoint) {
	option := tcpip.MulticastInterfaceOption{}
	expect(other.GetSockOpt(&option))
	expect(endpoint.SetSockOpt(&option))
	ttl, err := other.GetSockOptInt(tcpip.MulticastTTLOption)
	expect(err)
	expect(endpoint.SetSockOptInt(tcpip.MulticastTTLOption, ttl))
	endpoint.SocketOptions().SetMulticastLoop(other.SocketOptions().GetMulticastLoop())
}

func (h *host) igmp(r request) ipv4.IGMPEndpoint {
	endpoint, err := h.stack.GetNetworkEndpoint(h.nicOf(r, "iface"), ipv4.ProtocolNumber)
	expect(err)
	return endpoint.(ipv4.IGMPEndpoint)
}

func igmpVersion(h *host, r request) int { return int(h.igmp(r).GetIGMPVersion()) }

func setIGMPVersion(h *host, r request, value int) {
	h.igmp(r).SetIGMPVersion(ipv4.IGMPVersion(value))
}

// kind is one of items.
type kind struct{ add, del, list func(r request) string }

// item is that which the request names; of others netstack has none.
func (h *host) item(r request) kind {
	if !r.has("kind") {
		panic(failure("EINVAL"))
	}
	found, known := map[string]kind{
		"group": {h.addGroup, h.delGroup, h.listGroups},
		"route": {h.addRoute, h.delRoute, h.listRoutes},
	}[r.given["kind"]]
	if !known {
		panic(failure("EOPNOTSUPP"))
	}
	return found
}

func (h *host) addItem(r request) string { return h.item(r).add(r) }

func (h *host) delItem(r request) string { return h.item(r).del(r) }

func (h *host) list(r request) string { return h.item(r).list(r) }

// addGroup joins: without an interface by netstack's own choice of one.
func (h *host) addGroup(r request) string {
	r.takes("kind sock addr", "iface")
	group := tcpip.AddrFromSlice(r.address("addr"))
	err := h.sock(r).SetSockOpt(&tcpip.AddMembershipOption{NIC: h.nicOf(r, "iface"), MulticastAddr: group})
	if _, twice := err.(*tcpip.ErrPortInUse); twice {
		panic(failure("EEXIST"))
	}
	expect(err)
	if !slices.Contains(h.groups, group) {
		h.groups = append(h.groups, group)
	}
	return ""
}

func (h *host) delGroup(r request) string {
	r.takes("kind sock addr", "iface")
	group := tcpip.AddrFromSlice(r.address("addr"))
	nic, endpoint := h.nicOf(r, "iface"), h.sock(r)
	err := endpoint.SetSockOpt(&tcpip.RemoveMembershipOption{NIC: nic, MulticastAddr: group})
	for n := 1; err != nil && nic == 0 && n <= len(h.ifaces); n++ {
		err = endpoint.SetSockOpt(&tcpip.RemoveMembershipOption{NIC: tcpip.NICID(n), MulticastAddr: group})
	}
	if _, absent := err.(*tcpip.ErrBadLocalAddress); absent {
		panic(failure("ENOENT"))
	}
	expect(err)
	return ""
}

// listGroups: netstack tells of a group whether an interface is in it, so those are asked for that anybody has ever joined.
func (h *host) listGroups(r request) string {
	r.takes("kind", "iface")
	only := h.nicOf(r, "iface")
	for n := range h.ifaces {
		for _, group := range h.groups {
			in, err := h.stack.IsInGroup(tcpip.NICID(n+1), group)
			expect(err)
			if in && (only == 0 || int(only) == n+1) {
				h.tell("* group iface=%d addr=%s mode=exclude sources=", n, group)
			}
		}
	}
	return ""
}
