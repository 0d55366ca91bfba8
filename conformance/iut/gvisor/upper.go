// SPDX-License-Identifier: BSD-2-Clause

package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/header"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/transport/icmp"
	"gvisor.dev/gvisor/pkg/tcpip/transport/udp"
	"gvisor.dev/gvisor/pkg/waiter"
)

const (
	capabilities = "udp,ip,echo,vtime,counters,udp-ttl," + groupNames + "," + routerNames
	sending      = "src ttl tos df options"
	bufferSize   = 4 << 20
)

// sock is an endpoint of the user, by its number; one of a ping is no socket of his, and has none. What arrives is told by `tell`.
type sock struct {
	number   int
	kind     tcpip.TransportProtocolNumber // 0: raw
	bound    tcpip.FullAddress
	endpoint tcpip.Endpoint
	tell     func(h *host, data []byte, told tcpip.ReadResult)
}

var codes = map[reflect.Type]failure{
	reflect.TypeFor[*tcpip.ErrPortInUse]():          "EADDRINUSE",
	reflect.TypeFor[*tcpip.ErrBadLocalAddress]():    "EADDRNOTAVAIL",
	reflect.TypeFor[*tcpip.ErrMessageTooLong]():     "EMSGSIZE",
	reflect.TypeFor[*tcpip.ErrNetworkUnreachable](): "ENETUNREACH",
	reflect.TypeFor[*tcpip.ErrHostUnreachable]():    "EHOSTUNREACH",
	reflect.TypeFor[*tcpip.ErrNoBufferSpace]():      "ENOBUFS",
	reflect.TypeFor[*tcpip.ErrWouldBlock]():         "ENOBUFS",
	reflect.TypeFor[*tcpip.ErrUnknownProtocol]():    "EOPNOTSUPP", // a raw socket of a protocol that it has not
	reflect.TypeFor[*tcpip.ErrMalformedHeader]():    "EINVAL",
	reflect.TypeFor[*tcpip.ErrBroadcastDisabled]():  "EPERM",
	reflect.TypeFor[*tcpip.ErrInvalidOptionValue](): "EINVAL", // a join of what is no group
	reflect.TypeFor[*tcpip.ErrUnknownDevice]():      "ENETUNREACH",
}

// expect throws the code of a stack's error.
func expect(err tcpip.Error) {
	if err == nil {
		return
	}
	if code, known := codes[reflect.TypeOf(err)]; known {
		panic(code)
	}
	panic(failure("EIO"))
}

func (h *host) perform(line []byte) (reply string) {
	r, good := readRequest(line)
	if !good {
		return "0 err code=EPROTO"
	}
	defer func() {
		switch thrown := recover().(type) {
		case nil:
		case failure:
			reply = fmt.Sprintf("%s err code=%s", r.sequence, thrown)
		default:
			panic(thrown)
		}
	}()
	operation, known := map[string]func(request) string{
		"hello": h.hello, "reset": h.reset, "sync": h.sync, "advance": h.advance, "counters": h.counters,
		"udp.bind": h.udpBind, "udp.send": h.udpSend, "udp.close": h.udpClose, "ip.bind": h.ipBind, "ip.send": h.ipSend,
		"ip.close": h.ipClose, "echo.send": h.echoSend,
		"set": h.set, "get": h.get, "add": h.addItem, "del": h.delItem, "list": h.list,
	}[r.operation]
	if !known {
		panic(failure("ENOSYS"))
	}
	extra := operation(r)
	h.settle()
	return r.sequence + " ok" + extra
}

func (h *host) hello(r request) string {
	r.takes("version", "")
	if r.number("version", 1, 0) != 1 {
		panic(failure("EINVAL"))
	}
	return " version=1 name=gvisor release=" + release() + " caps=" + capabilities + " unsupported=icmp-errors,udp-options"
}

func (h *host) reset(r request) string {
	r.takes("", "")
	h.stack.Close()
	h.open()
	return ""
}

func (h *host) sync(r request) string {
	r.takes("", "")
	return "" // all has been delivered when the frame has been handed in
}

func (h *host) advance(r request) string {
	r.takes("ms", "")
	h.clock.runUntil(h.clock.now + time.Duration(r.number("ms", 1<<32-1, 0))*time.Millisecond)
	return ""
}

// counters walks the stack's own tree of them.
func (h *host) counters(r request) string {
	r.takes("", "")
	out := strings.Builder{}
	var walk func(prefix string, value reflect.Value)
	walk = func(prefix string, value reflect.Value) {
		for n := range value.NumField() {
			name, field := value.Type().Field(n).Name, value.Field(n)
			if counter, is := field.Interface().(*tcpip.StatCounter); is {
				if counter.Value() != 0 {
					fmt.Fprintf(&out, " %s%s=%d", prefix, name, counter.Value())
				}
			} else if field.Kind() == reflect.Struct {
				walk(prefix+name+".", field)
			}
		}
	}
	walk("", reflect.ValueOf(h.stack.Stats()))
	return out.String()
}

// collect takes from the sockets, in the order in which they were made, what has been delivered to them.
func (h *host) collect() {
	for _, each := range h.socks {
		h.drain(each)
	}
}

func (h *host) drain(s *sock) {
	for {
		data := bytes.Buffer{}
		told, err := s.endpoint.Read(&data, tcpip.ReadOptions{NeedRemoteAddr: true})
		if err != nil {
			return
		}
		s.tell(h, data.Bytes(), told)
	}
}

func (h *host) tell(format string, words ...any) {
	h.events = append(h.events, fmt.Sprintf(format, words...))
}

func (h *host) add(kind tcpip.TransportProtocolNumber, bound tcpip.FullAddress, endpoint tcpip.Endpoint) *sock {
	endpoint.SocketOptions().SetReceiveBufferSize(bufferSize, false)
	endpoint.SocketOptions().SetSendBufferSize(bufferSize, false)
	added := &sock{kind: kind, bound: bound, endpoint: endpoint}
	if kind != icmp.ProtocolNumber4 {
		h.last++
		added.number = h.last
	}
	h.socks = append(h.socks, added)
	return added
}

func full(address []byte, port int) tcpip.FullAddress {
	if address == nil || bytes.Equal(address, make([]byte, 4)) {
		return tcpip.FullAddress{Port: uint16(port)}
	}
	return tcpip.FullAddress{Addr: tcpip.AddrFromSlice(address), Port: uint16(port)}
}

// bind makes an endpoint and binds it. Ports are shared, so that udpSend can do what it does; the adapter refuses a port that is taken.
func (h *host) bind(kind tcpip.TransportProtocolNumber, address tcpip.FullAddress) tcpip.Endpoint {
	endpoint, err := h.stack.NewEndpoint(kind, ipv4.ProtocolNumber, &waiter.Queue{})
	expect(err)
	options := endpoint.SocketOptions()
	options.SetReusePort(true)
	options.SetReceiveTOS(true)
	options.SetReceiveTTL(true)
	options.SetReceivePacketInfo(true)
	options.SetBroadcast(true)
	if err := endpoint.Bind(address); err != nil {
		endpoint.Close()
		expect(err)
	}
	return endpoint
}

func (h *host) udpBind(r request) string {
	r.takes("port", "addr")
	wanted := full(r.address("addr"), r.number("port", 65535, 0))
	for _, each := range h.socks {
		if each.kind == udp.ProtocolNumber && each.bound == wanted {
			panic(failure("EADDRINUSE"))
		}
	}
	endpoint := h.bind(udp.ProtocolNumber, wanted)
	bound, err := endpoint.GetLocalAddress()
	expect(err)
	added := h.add(udp.ProtocolNumber, bound, endpoint)
	added.tell = func(h *host, data []byte, told tcpip.ReadResult) {
		cm, from := told.ControlMessages, told.RemoteAddr
		h.tell("* udp.recv sock=%d src=%s sport=%d dst=%s dport=%d ttl=%d tos=%d data=%x", added.number, from.Addr, from.Port,
			cm.PacketInfo.DestinationAddr, bound.Port, cm.TTL, cm.TOS, data)
	}
	if wanted.Port == 0 {
		return fmt.Sprintf(" sock=%d port=%d", added.number, bound.Port)
	}
	return fmt.Sprintf(" sock=%d", added.number)
}

func (h *host) find(r request, kind tcpip.TransportProtocolNumber) int {
	number := r.number("sock", 1<<32-1, 0)
	for n, each := range h.socks {
		if each.kind == kind && each.number == number && number != 0 {
			return n
		}
	}
	panic(failure("EBADF"))
}

// means sets what the user may choose. A time to live of 0 stands for the stack's own here; gVisor's own callers refuse it, and so do we.
func means(r request, endpoint tcpip.Endpoint) {
	ttl, strategy := r.number("ttl", 255, -1), tcpip.PMTUDiscoveryWant // as an endpoint has it that nobody has asked
	if ttl == 0 {
		panic(failure("EINVAL"))
	}
	if r.has("df") {
		asked := [...]tcpip.PMTUDStrategy{tcpip.PMTUDiscoveryDont, tcpip.PMTUDiscoveryDo, tcpip.PMTUDiscoveryProbe}
		strategy = asked[r.number("df", 2, 0)]
	}
	expect(endpoint.SetSockOptInt(tcpip.IPv4TTLOption, max(ttl, 0)))
	if ttl > 0 {
		expect(endpoint.SetSockOptInt(tcpip.MulticastTTLOption, ttl))
	}
	expect(endpoint.SetSockOptInt(tcpip.IPv4TOSOption, r.number("tos", 255, 0)))
	expect(endpoint.SetSockOptInt(tcpip.MTUDiscoverOption, int(strategy)))
}

// send sends, with what this one datagram is to have.
func send(r request, endpoint tcpip.Endpoint, data []byte, to tcpip.FullAddress) string {
	usual, err := endpoint.GetSockOptInt(tcpip.MulticastTTLOption)
	expect(err)
	means(r, endpoint)
	_, err = endpoint.Write(bytes.NewReader(data), tcpip.WriteOptions{To: &to})
	endpoint.SetSockOptInt(tcpip.MulticastTTLOption, usual)
	expect(err)
	return ""
}

// udpSend sends from another address than the socket's by a second one that is bound to it, as a user would.
func (h *host) udpSend(r request) string {
	r.takes("sock dst dport data", sending)
	data, to := r.octets("data"), full(r.address("dst"), r.number("dport", 65535, 0))
	if len(r.octets("options")) != 0 {
		panic(failure("EOPNOTSUPP"))
	}
	from := h.socks[h.find(r, udp.ProtocolNumber)]
	endpoint := from.endpoint
	if src := full(r.address("src"), int(from.bound.Port)); r.has("src") && src != from.bound {
		endpoint = h.bind(udp.ProtocolNumber, src)
		defer endpoint.Close()
		likewise(endpoint, from.endpoint)
	}
	return send(r, endpoint, data, to)
}

func (h *host) rawEndpoint(protocol int, receives bool) tcpip.Endpoint {
	endpoint, err := h.stack.NewRawEndpoint(tcpip.TransportProtocolNumber(protocol), ipv4.ProtocolNumber, &waiter.Queue{}, receives)
	expect(err)
	endpoint.SocketOptions().SetBroadcast(true)
	return endpoint
}

func (h *host) ipBind(r request) string {
	r.takes("protocol", "")
	added := h.add(0, tcpip.FullAddress{}, h.rawEndpoint(r.number("protocol", 255, 0), true))
	added.tell = func(h *host, data []byte, told tcpip.ReadResult) {
		ip := header.IPv4(data)
		tos, _ := ip.TOS()
		h.tell("* ip.recv sock=%d src=%s dst=%s protocol=%d ttl=%d tos=%d options=%x data=%x", added.number, ip.SourceAddress(),
			ip.DestinationAddress(), ip.Protocol(), ip.TTL(), tos, []byte(ip.Options()), data[ip.HeaderLength():])
	}
	return fmt.Sprintf(" sock=%d", added.number)
}

// ipSend lets the stack make the header, but where only a header of the user's can say what he asks for.
func (h *host) ipSend(r request) string {
	r.takes("dst protocol data", sending+" id")
	data, to, options := r.octets("data"), full(r.address("dst"), 0), r.octets("options")
	endpoint := h.rawEndpoint(r.number("protocol", 255, 0), false)
	defer endpoint.Close()
	if src := r.address("src"); src != nil {
		expect(endpoint.Bind(full(src, 0)))
	}
	own := r.has("id") || len(options) != 0
	endpoint.SocketOptions().SetHeaderIncluded(own)
	if own {
		size := header.IPv4MinimumSize + len(options)
		ip := make([]byte, size, size+len(data))
		ip[0], ip[1], ip[8], ip[9] = byte(0x40|size/4), byte(r.number("tos", 255, 0)), byte(r.number("ttl", 255, 64)),
			byte(r.number("protocol", 255, 0))
		binary.BigEndian.PutUint16(ip[4:], uint16(r.number("id", 65535, 0)))
		ip[6] = byte(min(r.number("df", 2, 0), 1) << 6)
		copy(ip[12:], r.address("src"))
		copy(ip[16:], r.address("dst"))
		copy(ip[20:], options)
		data = append(ip, data...)
	}
	return send(r, endpoint, data, to)
}

// echoSend uses a socket for each identifier and source, made when it is first asked for.
func (h *host) echoSend(r request) string {
	r.takes("dst id seq data", "src ttl tos")
	data, to, bound := r.octets("data"), full(r.address("dst"), 0), full(r.address("src"), r.number("id", 65535, 0))
	if bound.Port == 0 {
		panic(failure("EOPNOTSUPP")) // 0 asks gVisor to choose one
	}
	message := make([]byte, header.ICMPv4MinimumSize, header.ICMPv4MinimumSize+len(data))
	message[0] = byte(header.ICMPv4Echo)
	binary.BigEndian.PutUint16(message[4:], bound.Port)
	binary.BigEndian.PutUint16(message[6:], uint16(r.number("seq", 65535, 0)))
	at := slices.IndexFunc(h.socks, func(each *sock) bool { return each.kind == icmp.ProtocolNumber4 && each.bound == bound })
	if at < 0 {
		added := h.add(icmp.ProtocolNumber4, bound, h.bind(icmp.ProtocolNumber4, bound))
		added.tell = func(h *host, data []byte, told tcpip.ReadResult) {
			if data[0] == byte(header.ICMPv4EchoReply) {
				seq := binary.BigEndian.Uint16(data[6:])
				h.tell("* echo.recv src=%s id=%d seq=%d data=%x", told.RemoteAddr.Addr, bound.Port, seq, data[8:])
			}
		}
		at = len(h.socks) - 1
	}
	return send(r, h.socks[at].endpoint, append(message, data...), to)
}

func (h *host) udpClose(r request) string { return h.close(r, udp.ProtocolNumber) }

func (h *host) ipClose(r request) string { return h.close(r, 0) }

func (h *host) close(r request, kind tcpip.TransportProtocolNumber) string {
	r.takes("sock", "")
	at := h.find(r, kind)
	h.socks[at].endpoint.Close()
	h.socks = slices.Delete(h.socks, at, at+1)
	return ""
}

// release is the date and the commit of the module's version: 20260905-160fafc42237.
func release() string {
	build, _ := debug.ReadBuildInfo()
	for _, module := range build.Deps {
		if module.Path == "gvisor.dev/gvisor" {
			parts := strings.Split(module.Version, "-")
			return parts[1][:8] + "-" + parts[2]
		}
	}
	return "unknown"
}
