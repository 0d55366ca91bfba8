// SPDX-License-Identifier: BSD-2-Clause
// gVisor's netstack with our glue as one program (docs/third-party.md). `./postel iut setup gvisor` builds it.
module postel/gvisor_iut

go 1.26.3

require (
	golang.org/x/sys v0.43.0
	golang.org/x/time v0.15.0
	gvisor.dev/gvisor v0.0.0-20260905035102-160fafc42237
)

require golang.org/x/exp v0.0.0-20250711185948-6ae5c78190dc // indirect
