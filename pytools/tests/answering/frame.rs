fn checksum(octets: &[u8]) -> [u8; 2] {
    let mut sum: u32 = octets.iter().enumerate().map(|(i, &o)| u32::from(o) << (8 - 8 * (i % 2))).sum();
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    (!(sum as u16)).to_be_bytes()
}

fn frame(host: &Host, octets: &[u8]) -> Vec<Vec<u8>> {
    if octets.len() < 42 {
        return Vec::new();
    }
    let mut reply = [&octets[6..12], &host.mac, &octets[12..]].concat();
    let p = &mut reply[14..];
    let total = usize::from(p[2]) << 8 | usize::from(p[3]);
    if octets[13] == 6 && p[7] == 1 && p[24..28] == host.addr {
        p.copy_within(8..18, 18);
        p[7] = 2;
        p[8..14].copy_from_slice(&host.mac);
        p[14..18].copy_from_slice(&host.addr);
        reply.truncate(42);
        return vec![reply];
    }
    let ours = octets[13] == 0 && (28..=p.len()).contains(&total) && p[0] == 0x45 && p[16..20] == host.addr;
    if !ours || p[6] & 0x3f != 0 || p[7] != 0 || p[9] != 1 || p[20] != 8 || checksum(&p[..20]) != [0, 0] {
        return Vec::new();
    }
    p.copy_within(12..16, 16);
    p[12..16].copy_from_slice(&host.addr);
    p[20] = 0;
    for (at, begin, end) in [(22, 20, total), (10, 0, 20)] {
        p[at..at + 2].fill(0);
        let sum = checksum(&p[begin..end]);
        p[at..at + 2].copy_from_slice(&sum);
    }
    reply.truncate(14 + total);
    vec![reply]
}
