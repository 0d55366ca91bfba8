# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1122 section 3.2.2.7: Information request and reply."""

from postel.kit import *


@case("RFC1122-3.2.2.7-a", violator=answers("information-reply"))
def information_request(lt):
    """The information messages are not implemented."""
    lt.send(one_fault(echo(data=b""), type=15))
    lt.expect_silence(after="an information request")
