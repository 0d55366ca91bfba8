// SPDX-License-Identifier: BSD-2-Clause
//! smoltcp behind the eight calls of ../postel_iut.h: one interface, a clock that the caller moves, and an upper tester over smoltcp's
//! own sockets.

mod groups;
mod request;
mod upper;

use smoltcp::iface::{Config, Interface, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{EthernetAddress, IpCidr, Ipv4Address};
use std::collections::VecDeque;
use std::ffi::{CStr, CString, c_char, c_void};

const FRAME_MAX: usize = 1514; // what smoltcp calls the MTU counts the Ethernet header
const LOOK: Duration = Duration::from_millis(10);

/// The frame that has arrived, and those that wait for postel_iut_output().
#[derive(Default)]
struct Link {
    arrived: Option<Vec<u8>>,
    leaving: VecDeque<Vec<u8>>,
}

struct Received(Vec<u8>);

impl RxToken for Received {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

struct Sending<'a>(&'a mut VecDeque<Vec<u8>>);

impl TxToken for Sending<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut frame = vec![0; len];
        let result = write(&mut frame);
        self.0.push_back(frame);
        result
    }
}

impl Device for Link {
    type RxToken<'a> = Received;
    type TxToken<'a> = Sending<'a>;

    fn receive(&mut self, _: Instant) -> Option<(Received, Sending<'_>)> {
        Some((Received(self.arrived.take()?), Sending(&mut self.leaving)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Sending<'_>> {
        Some(Sending(&mut self.leaving))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ethernet;
        capabilities.max_transmission_unit = FRAME_MAX;
        capabilities
    }
}

#[derive(Clone)]
struct Settings {
    mac: EthernetAddress,
    address: IpCidr,
    gateway: Option<Ipv4Address>,
    seed: u64,
    real_clock: bool,
}

fn read_settings(text: &str) -> Option<Settings> {
    let value = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
    let mut own = value("if0")?.split(',');
    let (mac, address, prefix) = (own.next()?, own.next()?, own.next()?);
    Some(Settings {
        mac: mac.parse().ok()?,
        address: IpCidr::Ipv4(format!("{address}/{prefix}").parse().ok()?),
        gateway: value("gateway").and_then(|address| address.parse().ok()),
        seed: value("seed").and_then(|seed| seed.parse().ok()).unwrap_or(1),
        real_clock: value("clock") == Some("real"),
    })
}

/// `postel_iut` of the header.
pub struct Stack {
    settings: Settings,
    now: Instant,
    link: Link,
    iface: Interface,
    sockets: SocketSet<'static>,
    upper: upper::Upper,
    groups: groups::Groups,
}

impl Stack {
    fn new(settings: Settings, now: Instant) -> Stack {
        let mut link = Link::default();
        let mut config = Config::new(settings.mac.into());
        config.random_seed = settings.seed;
        let mut iface = Interface::new(config, &mut link, now);
        iface.update_ip_addrs(|addresses| addresses.push(settings.address).expect("it holds two"));
        if let Some(gateway) = settings.gateway {
            iface.routes_mut().add_default_ipv4_route(gateway).expect("it holds two");
        }
        let (upper, groups) = Default::default();
        Stack { settings, now, link, iface, sockets: SocketSet::new(vec![]), upper, groups }
    }

    /// Lets smoltcp do all that it can do now. One call of poll() sends at most one further fragment.
    fn settle(&mut self) {
        loop {
            self.iface.poll(self.now, &mut self.link, &mut self.sockets);
            if self.iface.poll_delay(self.now, &self.sockets) != Some(Duration::ZERO) {
                break;
            }
        }
        self.upper.collect(&mut self.sockets);
    }

    /// When smoltcp wants to be polled. What it has to report to a querier is not in that, so while there may be something it is polled
    /// every now and then, which it calls harmless.
    fn next_poll(&mut self) -> Option<Instant> {
        let look = self.groups.any().then(|| self.now + LOOK);
        let due = self.iface.poll_at(self.now, &self.sockets).map(|at| at.max(self.now));
        look.into_iter().chain(due).min()
    }

    fn move_clock(&mut self, nanoseconds: u64) {
        self.now = Instant::from_micros((nanoseconds / 1000) as i64);
    }

    fn reset(&mut self) {
        *self = Stack::new(self.settings.clone(), self.now);
    }
}

/// # Safety
/// As the header says, here and below.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_open(settings: *const c_char) -> *mut Stack {
    let text = unsafe { CStr::from_ptr(settings) }.to_string_lossy();
    match read_settings(&text) {
        Some(settings) => Box::into_raw(Box::new(Stack::new(settings, Instant::ZERO))),
        None => std::ptr::null_mut(),
    }
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_input(iut: *mut Stack, iface: u32, frame: *const u8, len: usize, now: u64) {
    let stack = unsafe { &mut *iut };
    stack.move_clock(now);
    if iface == 0 && len > 0 {
        stack.link.arrived = Some(unsafe { std::slice::from_raw_parts(frame, len) }.to_vec());
    }
    stack.settle();
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_output(iut: *mut Stack, ret_iface: *mut u32, frame: *mut u8) -> usize {
    let stack = unsafe { &mut *iut };
    let Some(first) = stack.link.leaving.pop_front() else { return 0 };
    unsafe {
        *ret_iface = 0;
        std::ptr::copy_nonoverlapping(first.as_ptr(), frame, first.len());
    }
    first.len()
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_next_timeout(iut: *mut Stack) -> u64 {
    match unsafe { &mut *iut }.next_poll() {
        Some(at) => at.total_micros() as u64 * 1000,
        None => u64::MAX,
    }
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_tick(iut: *mut Stack, now: u64) {
    let stack = unsafe { &mut *iut };
    stack.move_clock(now);
    stack.settle();
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_line(
    iut: *mut Stack,
    line: *const c_char,
    now: u64,
    emit: unsafe extern "C" fn(*mut c_void, *const c_char),
    context: *mut c_void,
) {
    let stack = unsafe { &mut *iut };
    stack.move_clock(now);
    let reply = stack.perform(unsafe { CStr::from_ptr(line) }.to_bytes());
    for line in stack.upper.take_events().into_iter().chain([reply]) {
        let line = CString::new(line).expect("no NUL in it");
        unsafe { emit(context, line.as_ptr()) };
    }
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_reset(iut: *mut Stack) {
    unsafe { &mut *iut }.reset();
}

/// # Safety
#[unsafe(no_mangle)]
pub unsafe extern "C" fn postel_iut_close(iut: *mut Stack) {
    drop(unsafe { Box::from_raw(iut) });
}
