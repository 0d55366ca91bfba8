//! NAME, plugged into Postel: frames come and go by one descriptor, lines of the upper tester's protocol by standard input
//! and output. Nothing answers yet: `frame` is where your stack begins, `operate` where its upper interface does.
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd};

const LINE_MAX: usize = 140_000; // octets, with LF

#[allow(dead_code)]
struct Host {
    mac: [u8; 6],
    addr: [u8; 4],
}

/// A frame came in: the frames that go out for it.
fn frame(_host: &Host, _octets: &[u8]) -> Vec<Vec<u8>> {
    Vec::new()
}

/// The answer to an operation; `keys` are there as they came.
fn operate(operation: &str, keys: &[(&str, &str)]) -> &'static str {
    match (operation, keys) {
        // `skeleton` goes when frames are answered; udp, vtime, ... come, and the names that set and add know
        ("hello", [("version", "1")]) => "ok version=1 name=NAME release=0 caps=skeleton",
        ("reset", []) => "ok", // forget sockets, neighbours, fragments, counters
        ("sync", []) => "ok",  // events of what was delivered before go out first
        ("hello" | "reset" | "sync", _) => "err code=EINVAL",
        _ => "err code=ENOSYS",
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|c| c.is_ascii_alphanumeric() || b"._-".contains(&c))
}

/// SEQ, operation and keys of a line that is one.
fn parsed(line: &str) -> Option<(&str, &str, Vec<(&str, &str)>)> {
    let mut words = line.split(' ');
    let (seq, operation) = (words.next()?, words.next()?);
    let keys: Option<Vec<_>> = words.map(|word| word.split_once('=')).collect();
    let keys = keys?;
    let right = (1..=10).contains(&seq.len())
        && seq.bytes().all(|c| c.is_ascii_digit())
        && is_name(operation)
        && keys.iter().all(|(key, value)| is_name(key) && value.bytes().all(|c| c.is_ascii_graphic()));
    (right && line.len() < LINE_MAX).then_some((seq, operation, keys))
}

fn answer(line: &[u8]) -> String {
    match std::str::from_utf8(line).ok().and_then(parsed) {
        Some((seq, operation, keys)) => format!("{seq} {}\n", operate(operation, &keys)),
        None => "0 err code=EPROTO\n".into(),
    }
}

#[repr(C)]
struct Poll {
    fd: i32,
    events: i16,
    revents: i16,
}

extern "C" {
    fn poll(fds: *mut Poll, count: std::ffi::c_ulong, milliseconds: i32) -> i32;
}

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().collect();
    let mut host = Host { mac: [0; 6], addr: words[3].parse::<std::net::Ipv4Addr>().unwrap().octets() };
    for (octet, text) in host.mac.iter_mut().zip(words[2].split(':')) {
        *octet = u8::from_str_radix(text, 16).unwrap();
    }
    // A message is a frame. The descriptors are ours for as long as the process runs.
    let mut link = unsafe { File::from_raw_fd(words[1].parse().unwrap()) };
    let mut input = unsafe { File::from_raw_fd(0) };
    let (mut octets, mut held) = (vec![0; 65_549], Vec::new());
    loop {
        let mut ready = [link.as_raw_fd(), 0].map(|fd| Poll { fd, events: 1, revents: 0 });
        unsafe { poll(ready.as_mut_ptr(), 2, -1) };
        if ready[0].revents != 0 {
            // frames first: what came before a line is then told before its answer
            let n = link.read(&mut octets)?;
            if n == 0 {
                return Ok(());
            }
            for reply in frame(&host, &octets[..n]) {
                link.write_all(&reply)?;
            }
            continue;
        }
        let n = input.read(&mut octets)?;
        if n == 0 {
            return Ok(());
        }
        held.extend_from_slice(&octets[..n]);
        while let Some(end) = held.iter().position(|&c| c == b'\n') {
            let line: Vec<u8> = held.drain(..=end).collect();
            std::io::stdout().write_all(answer(&line[..end]).as_bytes())?;
        }
        std::io::stdout().flush()?;
        held.truncate(LINE_MAX); // of a line that is too long the beginning will do
    }
}
