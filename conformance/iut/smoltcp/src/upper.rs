// SPDX-License-Identifier: BSD-2-Clause
//! The upper tester: what smoltcp's sockets offer their user, no more. They tell a user who sent, to which address, and the data; they let
//! him choose the source (UDP) and the time to live. Type of service, options, DF and identification are nowhere in smoltcp's interface:
//! its header has no place for the first two, and fixes the others.

use crate::Stack;
use crate::request::{Code, Request, hex, read};
use smoltcp::iface::{SocketHandle, SocketSet};
use smoltcp::phy::ChecksumCapabilities;
use smoltcp::socket::{icmp, raw, udp};
use smoltcp::storage::PacketMetadata;
use smoltcp::wire::{
    Icmpv4Packet, Icmpv4Repr, IpAddress, IpListenEndpoint, IpProtocol, IpVersion, Ipv4Address, Ipv4Packet, Ipv4Repr,
};

const DATA_MAX: usize = 65_535 - 20;
const BUFFER: usize = 4 * 65_536;
const SENDING: [&str; 5] = ["src", "ttl", "tos", "df", "options"];

/// A socket of the user; the number is his name for it.
enum Sock {
    Udp { number: u64, handle: SocketHandle, errors: SocketHandle },
    Raw { number: u64, handle: SocketHandle },
    Ping { ident: u16, handle: SocketHandle },
    Once { handle: SocketHandle }, // a raw socket that sends one datagram, and goes
}

#[derive(Default)]
pub struct Upper {
    socks: Vec<Sock>,
    last_number: u64,
    events: Vec<String>,
}

macro_rules! buffer {
    ($kind:ident, $size:expr) => {
        $kind::PacketBuffer::new(vec![PacketMetadata::EMPTY; 256], vec![0; $size])
    };
}

impl Upper {
    pub fn take_events(&mut self) -> Vec<String> {
        std::mem::take(&mut self.events)
    }

    pub fn tell(&mut self, event: String) {
        self.events.push(event);
    }

    pub fn has_sock(&self, wanted: u64) -> bool {
        self.socks.iter().any(|sock| matches!(sock, Sock::Udp { number, .. } | Sock::Raw { number, .. } if *number == wanted))
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// Takes from the sockets what has been delivered to them.
    pub fn collect(&mut self, sockets: &mut SocketSet) {
        for sock in &self.socks {
            match sock {
                Sock::Udp { number, handle, errors } => {
                    let port = sockets.get::<udp::Socket>(*handle).endpoint().port;
                    while let Ok((data, told)) = sockets.get_mut::<udp::Socket>(*handle).recv() {
                        let (src, sport) = (told.endpoint.addr, told.endpoint.port);
                        let dst = told.local_address.expect("set on receipt");
                        let data = hex(data);
                        self.events.push(format!("* udp.recv sock={number} src={src} sport={sport} dst={dst} dport={port} data={data}"));
                    }
                    while let Ok((message, src)) = sockets.get_mut::<icmp::Socket>(*errors).recv() {
                        let (kind, code, rest, data) = (message[0], message[1], hex(&message[4..8]), hex(&message[8..]));
                        self.events.push(format!("* icmp.error type={kind} code={code} src={src} rest={rest} sock={number} data={data}"));
                    }
                }
                Sock::Raw { number, handle } => {
                    while let Ok(datagram) = sockets.get_mut::<raw::Socket>(*handle).recv() {
                        let ip = Ipv4Packet::new_unchecked(datagram);
                        let (src, dst, ttl) = (ip.src_addr(), ip.dst_addr(), ip.hop_limit());
                        let (protocol, data) = (u8::from(ip.next_header()), hex(ip.payload()));
                        self.events.push(format!(
                            "* ip.recv sock={number} src={src} dst={dst} protocol={protocol} ttl={ttl} data={data}"
                        ));
                    }
                }
                Sock::Ping { handle, .. } => {
                    while let Ok((message, src)) = sockets.get_mut::<icmp::Socket>(*handle).recv() {
                        let message = Icmpv4Packet::new_unchecked(message);
                        if u8::from(message.msg_type()) == 0 {
                            let (id, seq, data) = (message.echo_ident(), message.echo_seq_no(), hex(message.data()));
                            self.events.push(format!("* echo.recv src={src} id={id} seq={seq} data={data}"));
                        }
                    }
                }
                Sock::Once { .. } => {}
            }
        }
        self.socks.retain(|sock| match sock {
            Sock::Once { handle } if sockets.get::<raw::Socket>(*handle).send_queue() == 0 => {
                sockets.remove(*handle);
                false
            }
            _ => true,
        });
    }
}

impl Stack {
    pub fn perform(&mut self, line: &[u8]) -> String {
        let Some(request) = read(line) else { return "0 err code=EPROTO".into() };
        let result = self.operate(&request);
        match result {
            Ok(extra) => format!("{} ok{extra}", request.sequence),
            Err(code) => format!("{} err code={code}", request.sequence),
        }
    }

    fn operate(&mut self, request: &Request) -> Result<String, Code> {
        match request.operation {
            "hello" => self.hello(request),
            "reset" => request.has(&[], &[]).map(|()| self.reset())?.told(),
            "sync" => request.has(&[], &[])?.told(),
            "udp.bind" => self.udp_bind(request),
            "udp.send" => self.udp_send(request),
            "udp.close" | "ip.close" => self.close(request),
            "ip.bind" => self.ip_bind(request),
            "ip.send" => self.ip_send(request),
            "echo.send" => self.echo_send(request),
            "set" | "get" | "add" | "del" | "list" => self.configure(request)?.told(),
            _ => Err("ENOSYS"),
        }
    }

    fn hello(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["version"], &[])?;
        if request.number("version", 1)? != Some(1) {
            return Err("EINVAL");
        }
        let vtime = if self.settings.real_clock { "" } else { ",vtime" };
        Ok(format!(" version=1 name=smoltcp release={} caps=udp,ip,echo,icmp-errors,group{vtime}", env!("POSTEL_RELEASE")))
    }

    fn udp_bind(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["port"], &["addr"])?;
        let port = request.number("port", 65_535)?.unwrap_or(0) as u16;
        let addr = request.address("addr")?.filter(|addr| !addr.is_unspecified()).map(IpAddress::Ipv4);
        if port == 0 {
            return Err("EOPNOTSUPP"); // smoltcp chooses no port
        }
        let endpoint = IpListenEndpoint { addr, port };
        let mut socket = udp::Socket::new(buffer!(udp, BUFFER), buffer!(udp, BUFFER));
        socket.bind(endpoint).map_err(|_| "EINVAL")?;
        let mut errors = icmp::Socket::new(buffer!(icmp, BUFFER), buffer!(icmp, 0));
        errors.bind(icmp::Endpoint::Udp(endpoint)).map_err(|_| "EINVAL")?;
        let (handle, errors) = (self.sockets.add(socket), self.sockets.add(errors));
        let number = self.upper.next_number();
        self.upper.socks.push(Sock::Udp { number, handle, errors });
        Ok(format!(" sock={number}"))
    }

    fn udp_send(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["sock", "dst", "dport", "data"], &SENDING)?;
        let wanted = request.number("sock", u32::MAX.into())?;
        let (data, src, ttl) = (request.octets("data")?, request.address("src")?, self.means(request)?);
        let dst = request.address("dst")?.map(IpAddress::Ipv4).ok_or("EINVAL")?;
        let dport = request.number("dport", 65_535)?.unwrap_or(0) as u16;
        let handle = self.upper.socks.iter().find_map(|sock| match sock {
            Sock::Udp { number, handle, .. } if Some(*number) == wanted => Some(*handle),
            _ => None,
        });
        let socket = self.sockets.get_mut::<udp::Socket>(handle.ok_or("EBADF")?);
        if data.len() > DATA_MAX - 8 {
            return Err("EMSGSIZE");
        }
        let mut to = udp::UdpMetadata::from((dst, dport));
        to.local_address = src.map(IpAddress::Ipv4);
        socket.set_hop_limit(ttl);
        socket.send_slice(&data, to).map_err(|error| match error {
            udp::SendError::Unaddressable => "EINVAL",
            udp::SendError::BufferFull => "ENOBUFS",
        })?;
        self.settle();
        ().told()
    }

    fn ip_bind(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["protocol"], &[])?;
        let protocol = request.number("protocol", 255)?.unwrap_or(0) as u8;
        let handle = self.raw_socket(protocol, BUFFER, 0);
        let number = self.upper.next_number();
        self.upper.socks.push(Sock::Raw { number, handle });
        Ok(format!(" sock={number}"))
    }

    fn raw_socket(&mut self, protocol: u8, receive: usize, send: usize) -> SocketHandle {
        let protocol = Some(IpProtocol::from(protocol));
        self.sockets.add(raw::Socket::new(Some(IpVersion::Ipv4), protocol, buffer!(raw, receive), buffer!(raw, send)))
    }

    /// Who sends by a raw socket is its receiver too, so this one is kept no longer than it takes to resolve.
    fn ip_send(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["dst", "protocol", "data"], &["src", "ttl", "tos", "df", "id", "options"])?;
        let (data, dst) = (request.octets("data")?, request.address("dst")?.ok_or("EINVAL")?);
        let (src, ttl) = (request.address("src")?, self.means(request)?.unwrap_or(64));
        let protocol = request.number("protocol", 255)?.unwrap_or(0) as u8;
        if request.number("id", 65_535)?.is_some() {
            return Err("EOPNOTSUPP");
        }
        if data.len() > DATA_MAX {
            return Err("EMSGSIZE");
        }
        let src_addr = src.or_else(|| self.iface.get_source_address_ipv4(&dst)).ok_or("EADDRNOTAVAIL")?;
        let header = Ipv4Repr { src_addr, dst_addr: dst, next_header: protocol.into(), payload_len: data.len(), hop_limit: ttl };
        let mut datagram = vec![0; header.buffer_len()];
        header.emit(&mut Ipv4Packet::new_unchecked(&mut datagram), &ChecksumCapabilities::default());
        datagram.extend(data);
        let handle = self.raw_socket(protocol, 0, datagram.len());
        self.sockets.get_mut::<raw::Socket>(handle).send_slice(&datagram).map_err(|_| "ENOBUFS")?;
        self.upper.socks.push(Sock::Once { handle });
        self.settle();
        ().told()
    }

    fn echo_send(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["dst", "id", "seq", "data"], &["src", "ttl", "tos"])?;
        let (data, dst, ttl) = (request.octets("data")?, request.address("dst")?.ok_or("EINVAL")?, self.means(request)?);
        let (ident, seq_no) = (request.number("id", 65_535)?.unwrap_or(0) as u16, request.number("seq", 65_535)?.unwrap_or(0) as u16);
        if request.address("src")?.is_some_and(|src: Ipv4Address| IpAddress::Ipv4(src) != self.settings.address.address()) {
            return Err("EOPNOTSUPP");
        }
        if data.len() > DATA_MAX - 8 {
            return Err("EMSGSIZE");
        }
        let echo = Icmpv4Repr::EchoRequest { ident, seq_no, data: &data };
        let mut message = vec![0; echo.buffer_len()];
        echo.emit(&mut Icmpv4Packet::new_unchecked(&mut message), &ChecksumCapabilities::default());
        let handle = self.ping(ident)?;
        let socket = self.sockets.get_mut::<icmp::Socket>(handle);
        socket.set_hop_limit(ttl);
        socket.send_slice(&message, dst.into()).map_err(|error| match error {
            icmp::SendError::Unaddressable => "EINVAL",
            icmp::SendError::BufferFull => "ENOBUFS",
        })?;
        self.settle();
        ().told()
    }

    /// The socket that is bound to this identifier.
    fn ping(&mut self, wanted: u16) -> Result<SocketHandle, Code> {
        for sock in &self.upper.socks {
            if let Sock::Ping { ident, handle } = sock && *ident == wanted {
                return Ok(*handle);
            }
        }
        let mut socket = icmp::Socket::new(buffer!(icmp, BUFFER), buffer!(icmp, BUFFER));
        socket.bind(icmp::Endpoint::Ident(wanted)).map_err(|_| "EINVAL")?;
        let handle = self.sockets.add(socket);
        self.upper.socks.push(Sock::Ping { ident: wanted, handle });
        Ok(handle)
    }

    fn close(&mut self, request: &Request) -> Result<String, Code> {
        request.has(&["sock"], &[])?;
        let wanted = request.number("sock", u32::MAX.into())?;
        let udp = request.operation == "udp.close";
        let at = self.upper.socks.iter().position(|sock| match sock {
            Sock::Udp { number, .. } => udp && Some(*number) == wanted,
            Sock::Raw { number, .. } => !udp && Some(*number) == wanted,
            _ => false,
        });
        match self.upper.socks.remove(at.ok_or("EBADF")?) {
            Sock::Udp { number, handle, errors } => {
                self.sockets.remove(handle);
                self.sockets.remove(errors);
                self.leave_all(number);
            }
            Sock::Raw { number, handle } => {
                self.sockets.remove(handle);
                self.leave_all(number);
            }
            Sock::Ping { handle, .. } | Sock::Once { handle } => {
                self.sockets.remove(handle);
            }
        }
        ().told()
    }

    /// The time to live that is asked for. smoltcp lets nobody send with 0: it panics, which is its way to refuse.
    fn means(&self, request: &Request) -> Result<Option<u8>, Code> {
        let unreachable = request.number("tos", 255)?.is_some_and(|tos| tos != 0)
            || request.number("df", 2)?.is_some() // set in what goes whole, clear in fragments, whoever asks for what
            || !request.octets("options")?.is_empty();
        match request.number("ttl", 255)? {
            Some(0) => Err("EINVAL"),
            _ if unreachable => Err("EOPNOTSUPP"),
            ttl => Ok(ttl.map(|ttl| ttl as u8)),
        }
    }
}

trait Told {
    fn told(self) -> Result<String, Code>;
}

impl Told for () {
    fn told(self) -> Result<String, Code> {
        Ok(String::new())
    }
}
