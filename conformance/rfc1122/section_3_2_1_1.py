# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.1: Version."""

from postel.kit import *


@case("RFC1122-3.2.1.1-a", violator=answers("echo-reply"))
def version_not_4(lt):
    """Only version 4 is processed; anything else is silently discarded."""
    for version in (0, 5, 6, 15):
        lt.send(one_fault(echo(), version=version))
        lt.expect_silence(after=f"version {version}")


@case("RFC1122-3.2.1.1-a", violator=answers("echo-reply", nth=9))
def version_not_4_with_options(lt):
    """So it is behind a header of any length: the version is four bits of the octet that it shares with that length."""
    for options in (NOP * 4, NOP * 16, NOP * 40):
        for version in (*range(4), *range(5, 16)):
            lt.send(one_fault(probe(ping(), options=options), version=version))
            lt.expect_silence(after=f"version {version} and {len(options)} octets of options")
