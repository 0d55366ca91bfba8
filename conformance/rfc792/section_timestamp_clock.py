# SPDX-License-Identifier: BSD-2-Clause
"""RFC 792 and RFC 1122 3.2.2.8: the clock behind timestamps."""

from postel.kit import *

DAY = 86_400_000
STOOD = {"data": lambda data: data[:4] + bytes(8)}  # for violators: midnight


def moved(lt, read, seconds=1):
    """A clock that is read, and read again a second later, has gone on by that."""
    begun, first, read_at = lt.now(), read(), lt.now()  # each reading may take a while, if answers are limited
    if first >> 31:
        lt.not_applicable("the IUT says that its time is none of the day")
    lt.advance(seconds=seconds)
    again, gone = lt.now(), (read() - first) % DAY
    least, most = round((again - read_at) * 1000), round((lt.now() - begun) * 1000)
    at_least, most = least - 67, most + 67 if lt.timers.virtual else 60_000  # 15 times a second it is brought up to date at least
    lt.check(f"milliseconds of {least}", gone, saying(f"{at_least} to {most}", lambda ms: at_least <= ms <= most))


@case("RFC1122-3.2.2.8-i", violator=changes("timestamp-reply", nth=1, **STOOD))
def timestamps_go_on(lt):
    """The receive and the transmit timestamp of a reply go on with the clock."""
    for at in (4, 8):
        moved(lt, lambda at=at: int.from_bytes(timestamp_answer(lt, timestamp_request())["data"][at : at + 4], "big"))


@case("RFC1122-3.2.2.8-i", violator=changes("timestamp-reply", nth=3, **STOOD))
def timestamps_go_on_within_a_second(lt):
    """Nor does the clock of a host that is asked several times a second jump from one second to the next."""
    for _ in range(5):
        moved(lt, lambda: int.from_bytes(timestamp_answer(lt, timestamp_request())["data"][4:8], "big"), seconds=0.19)


@case("RFC1122-3.2.2.8-j", violator=changes("timestamp-reply", data=lambda data: data[:4] + b"\0\x80\0\0" + data[8:]))
def time_is_that_of_the_day(lt):
    """The standard value is right to within a few minutes of the time that the host was set to."""
    told = lt.time_of_day()
    said = int.from_bytes(timestamp_answer(lt, timestamp_request())["data"][4:8], "big")
    if told is None or said >> 31:
        lt.not_applicable("nobody knows what time the IUT was set to, or it says that its own is none of the day")
    apart = abs(said - round(told * 1000))
    lt.check("milliseconds from the time of the day", min(apart, DAY - apart), at_most(5 * 60 * 1000))


@case("RFC792-timestamp-a", violator=changes("timestamp-reply", data=lambda data: data[:8] + bytes(4)))
def transmitted_after_it_was_received(lt):
    """A request is received before its reply is sent, and not long before."""
    data = timestamp_answer(lt, timestamp_request())["data"]
    received, sent = (int.from_bytes(data[at : at + 4], "big") for at in (4, 8))
    lt.check("milliseconds between both", (sent - received) % DAY, at_most(2000))


@case("RFC1122-3.2.1.8e-d", violator=changes("echo-reply", where={"seq": 9}, options=lambda octets: octets[:4] + bytes(4) + octets[8:]))
def timestamps_of_the_option_go_on(lt):
    """The time in a timestamp option goes on as well: it follows the same rules."""
    seqs = iter((3, 9))

    def read():
        lt.send(probe(echo(seq=next(seqs)), options=timestamp(bytes(8))))
        return int.from_bytes(returned(lt, lt.expect(echo_reply()), 68)[4:8], "big")

    echoed(lt, timestamp(bytes(8)), 68)
    moved(lt, read)


@case("RFC792-echo-a", violator=changes("echo-reply", where={"seq": 700}, data=lambda data: data[:630] + b"\0" + data[631:]))
def data_of_many_sizes(lt):
    """Data of any size comes back octet by octet."""
    sizes = (*range(min(70, lt.room - 7)), *range(70, lt.room - 7, 10), *range(lt.room - 7, lt.room + 1))
    lt.send(*(ping(seq=size, data=counting(size, start=size)) for size in sizes))
    for size in sizes:
        lt.expect(echo_reply(ident=7, seq=size, data=counting(size, start=size)))


@case("RFC792-echo-a", violator=answers("echo-reply"))
def only_requests_are_replied_to(lt):
    """A message that is no request, an echo reply above all, is not replied to: two hosts that did would never end."""
    lt.send(echo())
    lt.expect(echo_reply())
    lt.send(*(message(type_, code, rest=bytes([0, 7, 0, 1]), data=counting(28)) for type_ in (0, 9, 14, 16, 18) for code in (0, 1)))
    lt.expect_silence(after="replies that nobody has asked for")
