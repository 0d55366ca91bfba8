# SPDX-License-Identifier: BSD-2-Clause
"""Whether an IUT, as it is plugged in, keeps to the rules that every verdict rests on (`postel iut check`)."""
