// SPDX-License-Identifier: BSD-2-Clause
//! Groups by the calls of smoltcp's interface. Those know neither sockets nor how many have joined: who has joined what is kept here, so
//! that the last who leaves, or is closed, has the interface leave.

use crate::Stack;
use crate::request::{Code, Request};
use smoltcp::iface::MulticastError;
use smoltcp::wire::Ipv4Address;

const ALL_HOSTS: Ipv4Address = Ipv4Address::new(224, 0, 0, 1);

#[derive(Default)]
pub struct Groups {
    joined: Vec<(u64, Ipv4Address)>, // socket and group
}

impl Groups {
    pub fn any(&self) -> bool {
        !self.joined.is_empty()
    }
}

impl Stack {
    /// The verbs, of which smoltcp has groups alone.
    pub fn configure(&mut self, request: &Request) -> Result<(), Code> {
        let of = if matches!(request.operation, "set" | "get") { "name" } else { "kind" };
        match (request.operation, request.word(of)) {
            (_, None) => Err("EINVAL"),
            ("add", Some("group")) => self.join(request),
            ("del", Some("group")) => self.leave(request),
            ("list", Some("group")) => self.list_groups(request),
            _ => Err("EOPNOTSUPP"),
        }
    }

    fn group_item(&self, request: &Request) -> Result<(u64, Ipv4Address), Code> {
        request.has(&["kind", "sock", "addr"], &["iface"])?;
        request.number("iface", 0)?;
        let sock = request.number("sock", u32::MAX.into())?.filter(|sock| self.upper.has_sock(*sock));
        let group = request.address("addr")?.ok_or("EINVAL")?;
        Ok((sock.ok_or("EBADF")?, group))
    }

    fn join(&mut self, request: &Request) -> Result<(), Code> {
        let item = self.group_item(request)?;
        if self.groups.joined.contains(&item) {
            return Err("EEXIST");
        }
        self.iface.join_multicast_group(item.1).map_err(|error| match error {
            MulticastError::GroupTableFull => "ENOBUFS",
            MulticastError::Unaddressable => "EINVAL",
        })?;
        self.groups.joined.push(item);
        self.settle();
        Ok(())
    }

    fn leave(&mut self, request: &Request) -> Result<(), Code> {
        let item = self.group_item(request)?;
        let at = self.groups.joined.iter().position(|each| *each == item).ok_or("ENOENT")?;
        self.forget(at);
        Ok(())
    }

    /// Leaves all that a socket is in.
    pub fn leave_all(&mut self, sock: u64) {
        while let Some(at) = self.groups.joined.iter().position(|each| each.0 == sock) {
            self.forget(at);
        }
    }

    fn forget(&mut self, at: usize) {
        let (_, group) = self.groups.joined.remove(at);
        if self.groups.joined.iter().all(|each| each.1 != group) {
            let _ = self.iface.leave_multicast_group(group); // refuses what is no group, which nobody is in
        }
        self.settle();
    }

    /// smoltcp lists nothing, but says of each group whether the interface is in it.
    fn list_groups(&mut self, request: &Request) -> Result<(), Code> {
        request.has(&["kind"], &["iface"])?;
        request.number("iface", 0)?;
        let mut groups: Vec<_> = self.groups.joined.iter().map(|each| each.1).chain([ALL_HOSTS]).collect();
        groups.sort();
        groups.dedup();
        for group in groups.into_iter().filter(|group| self.iface.has_multicast_group(*group)) {
            self.upper.tell(format!("* group iface=0 addr={group} mode=exclude sources="));
        }
        Ok(())
    }
}
