func checksum(octets []byte) uint16 {
	var sum uint32
	for i, octet := range octets {
		sum += uint32(octet) << (8 - 8*(uint(i)%2))
	}
	for sum>>16 != 0 {
		sum = sum&0xffff + sum>>16
	}
	return ^uint16(sum)
}

func put(at []byte, sum uint16) { at[0], at[1] = byte(sum>>8), byte(sum) }

func frame(octets []byte) [][]byte {
	if len(octets) < 42 {
		return nil
	}
	reply := append(append(append([]byte{}, octets[6:12]...), mac...), octets[12:]...)
	p := reply[14:]
	total := int(p[2])<<8 | int(p[3])
	if octets[13] == 6 && p[7] == 1 && bytes.Equal(p[24:28], addr) {
		copy(p[18:28], p[8:18])
		p[7] = 2
		copy(p[8:], mac)
		copy(p[14:], addr)
		return [][]byte{reply[:42]}
	}
	if octets[13] != 0 || total < 28 || total > len(p) || p[0] != 0x45 || p[6]&0x3f != 0 || p[7] != 0 ||
		p[9] != 1 || p[20] != 8 || !bytes.Equal(p[16:20], addr) || checksum(p[:20]) != 0 {
		return nil
	}
	copy(p[16:20], p[12:16])
	copy(p[12:16], addr)
	p[20] = 0
	put(p[22:], 0)
	put(p[22:], checksum(p[20:total]))
	put(p[10:], 0)
	put(p[10:], checksum(p[:20]))
	return [][]byte{reply[:14+total]}
}
