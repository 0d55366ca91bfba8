# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.1.1: Version."""

from postel.kit import *


@case("RFC1122-3.2.1.1-a", violator=answers("echo-reply"))
def version_not_4(lt):
    """Only version 4 is processed; anything else is silently discarded."""
    for version in (0, 5, 6, 15):
        lt.send(one_fault(echo(), version=version))
        lt.expect_silence(after=f"version {version}")
