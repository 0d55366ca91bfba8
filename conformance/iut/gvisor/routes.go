// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"cmp"
	"net"
	"net/netip"
	"slices"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/link/channel"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
)

const routerNames = "forwarding,mtu,route"

// way is a route and its preference, by which netstack's user, and not netstack, has to order those of one length.
type way struct {
	tcpip.Route
	preference int
}

// forwarding is netstack's of all its interfaces; of one alone nobody asks here.
func forwarding(h *host, _ request) int {
	is, err := h.stack.NICForwarding(1, ipv4.ProtocolNumber)
	expect(err)
	if is {
		return 1
	}
	return 0
}

func setForwarding(h *host, _ request, value int) {
	expect(h.stack.SetForwardingDefaultAndAllNICs(ipv4.ProtocolNumber, value == 1))
}

// linkOf is an interface's, whose MTU has room for the header of Ethernet too. That it is no longer than its frames is the glue's to see.
func (h *host) linkOf(r request) *channel.Endpoint { return h.ifaces[h.nicOf(r, "iface")-1].link }

func mtuOf(h *host, r request) int { return int(h.linkOf(r).MTU()) - header.EthernetMinimumSize }

func setMTU(h *host, r request, value int) {
	h.linkOf(r).SetMTU(uint32(value + header.EthernetMinimumSize))
}

// destination is the network of a route: netstack's has no bits behind its prefix.
func destination(r request) tcpip.Subnet {
	if len(r.address("net")) == 0 {
		panic(failure("EINVAL"))
	}
	mask := tcpip.MaskFromBytes(net.CIDRMask(r.number("len", 32, 0), 32))
	subnet, err := tcpip.NewSubnet(tcpip.AddrFromSlice(r.address("net")), mask)
	if err != nil {
		panic(failure("EINVAL"))
	}
	return subnet
}

func gateway(r request) tcpip.Address {
	if octets := r.address("gateway"); octets != nil && !slices.Equal(octets, make([]byte, 4)) {
		return tcpip.AddrFromSlice(octets)
	}
	return tcpip.Address{}
}

// towards is the interface in whose network a gateway is.
func (h *host) towards(gateway tcpip.Address) tcpip.NICID {
	address, _ := netip.AddrFromSlice(gateway.AsSlice())
	for n, each := range h.ifaces {
		if each.address.Contains(address) {
			return tcpip.NICID(n + 1)
		}
	}
	panic(failure("EINVAL"))
}

// take hands netstack its table: the longest prefixes first, of one length the most preferred.
func (h *host) take(ways []way) {
	slices.SortStableFunc(ways, func(one, other way) int {
		return cmp.Or(other.Destination.Prefix()-one.Destination.Prefix(), one.preference-other.preference)
	})
	table := []tcpip.Route{}
	for _, each := range ways {
		table = append(table, each.Route)
	}
	h.ways = ways
	h.stack.SetRouteTable(table)
}

// same says whether two ways are to one network by one gateway, or by none and one interface.
func (w way) same(other way) bool {
	return w.Destination.Equal(other.Destination) && w.Gateway == other.Gateway && (w.Gateway.Len() != 0 || w.NIC == other.NIC)
}

// addRoute: netstack's have no type but unicast, and no type of service.
func (h *host) addRoute(r request) string {
	r.takes("kind net len", "gateway iface preference tos type")
	added := way{tcpip.Route{Destination: destination(r), Gateway: gateway(r), NIC: h.nicOf(r, "iface")}, r.number("preference", 1<<32-1, 0)}
	if r.number("tos", 255, 0) != 0 || (r.has("type") && r.given["type"] != "unicast") {
		panic(failure("EOPNOTSUPP"))
	}
	if added.NIC == 0 && added.Gateway.Len() == 0 {
		panic(failure("EINVAL"))
	}
	if added.NIC == 0 {
		added.NIC = h.towards(added.Gateway)
	}
	if slices.ContainsFunc(h.ways, added.same) {
		panic(failure("EEXIST"))
	}
	h.take(append(h.ways, added))
	return ""
}

func (h *host) delRoute(r request) string {
	r.takes("kind net len", "gateway iface preference tos type")
	to, by, nic := destination(r), gateway(r), h.nicOf(r, "iface")
	at := slices.IndexFunc(h.ways, func(each way) bool {
		return each.Destination.Equal(to) && each.Gateway == by && (nic == 0 || each.NIC == nic)
	})
	if at < 0 {
		panic(failure("ENOENT"))
	}
	h.take(slices.Delete(h.ways, at, at+1))
	return ""
}

func (h *host) listRoutes(r request) string {
	r.takes("kind", "iface")
	only := h.nicOf(r, "iface")
	for _, each := range h.ways {
		if each.NIC == loopbacks || (only != 0 && each.NIC != only) {
			continue
		}
		by := "0.0.0.0"
		if each.Gateway.Len() != 0 {
			by = each.Gateway.String()
		}
		h.tell("* route net=%s len=%d gateway=%s iface=%d preference=%d tos=0 type=unicast", each.Destination.ID(), each.Destination.Prefix(), by,
			each.NIC-1, each.preference)
	}
	return ""
}
