# SPDX-License-Identifier: BSD-2-Clause
"""The lab: private network namespaces, TAPs and the processes that live in them.

`child` is the small helper process that makes them; `client` is the harness's side of it; the rest is shared by both.
Only `client` and `addresses` are for use outside this package."""
