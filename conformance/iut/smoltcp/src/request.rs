// SPDX-License-Identifier: BSD-2-Clause
//! One line of the upper tester's protocol: read by its grammar, and by what its operation takes (docs/upper-tester.md).

use smoltcp::wire::Ipv4Address;

const LINE_MAX: usize = 139_999; // without LF

/// An error's code.
pub type Code = &'static str;

pub struct Request<'a> {
    pub sequence: &'a str,
    pub operation: &'a str,
    given: Vec<(&'a str, &'a str)>,
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|octet| octet.is_ascii_alphanumeric() || b"._-".contains(&octet))
}

/// None: not a line of the grammar.
pub fn read(line: &[u8]) -> Option<Request<'_>> {
    if line.len() > LINE_MAX || !line.iter().all(|octet| (b' '..=b'~').contains(octet)) {
        return None;
    }
    let mut words = std::str::from_utf8(line).ok()?.split(' ');
    let (sequence, operation) = (words.next()?, words.next()?);
    let given: Option<Vec<_>> = words.map(|word| word.split_once('=').filter(|(key, _)| is_name(key))).collect();
    let numbered = (1..=10).contains(&sequence.len()) && sequence.bytes().all(|octet| octet.is_ascii_digit());
    (numbered && is_name(operation)).then_some(())?;
    Some(Request { sequence, operation, given: given? })
}

impl<'a> Request<'a> {
    /// Each key of `must` is there, none but those of `must` and `may`, and none twice.
    pub fn has(&self, must: &[&str], may: &[&str]) -> Result<(), Code> {
        let known = |key: &str| must.contains(&key) || may.contains(&key);
        let times = |key: &str| self.given.iter().filter(|(other, _)| *other == key).count();
        let good = must.iter().all(|key| times(key) == 1) && self.given.iter().all(|(key, _)| known(key) && times(key) == 1);
        if good { Ok(()) } else { Err("EINVAL") }
    }

    pub fn word(&self, key: &str) -> Option<&'a str> {
        self.given.iter().find(|(other, _)| *other == key).map(|(_, value)| *value)
    }

    pub fn number(&self, key: &str, most: u64) -> Result<Option<u64>, Code> {
        let Some(text) = self.word(key) else { return Ok(None) };
        let digits = (1..=10).contains(&text.len()) && text.bytes().all(|octet| octet.is_ascii_digit());
        match text.parse() {
            Ok(number) if digits && number <= most => Ok(Some(number)),
            _ => Err("EINVAL"),
        }
    }

    pub fn address(&self, key: &str) -> Result<Option<Ipv4Address>, Code> {
        self.word(key).map(|text| text.parse().map_err(|_| "EINVAL")).transpose()
    }

    pub fn octets(&self, key: &str) -> Result<Vec<u8>, Code> {
        let text = self.word(key).unwrap_or("").as_bytes();
        let digit = |octet: u8| match octet {
            b'0'..=b'9' => Ok(octet - b'0'),
            b'a'..=b'f' => Ok(octet - b'a' + 10),
            _ => Err("EINVAL"),
        };
        if text.len() % 2 == 1 {
            return Err("EINVAL");
        }
        text.chunks(2).map(|pair| Ok(digit(pair[0])? << 4 | digit(pair[1])?)).collect()
    }
}

pub fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
