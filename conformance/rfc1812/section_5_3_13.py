# SPDX-License-Identifier: BSD-2-Clause
"""RFC 1812 section 5.3.13: options of what a router passes on."""

from postel.kit import *

FAR = "192.0.2.9"
STRANGE = {  # of no RFC, and none of RFC 4727's, which are for experiments
    "not copied": bytes([29, 4, 1, 2]), "copied": bytes([157, 6, 1, 2, 3, 4]), "of debugging": bytes([93, 3, 9]), "without data": bytes([221, 2]),
    "two and what fills up": NOP + bytes([29, 4, 1, 2]) + NOP * 2 + bytes([157, 2]) + EOL * 3, "as long as there is room": bytes([93, 40]) + bytes(range(38)),
}  # fmt: skip
SECRET = 2
LABEL = bytes([130, 4, 0b01011010, 0b10000000])  # secret, of the first authority (RFC 1108)




def options_of(lt, options, *, to="", **how):
    """The options of an echo request as they are when the IUT has passed it on."""
    passed_on = crosses(lt, transit(options=options + bytes(-len(options) % 4), **how), options=anything, **({"dst": to} if to else {}))
    return passed_on["options"]


@case("RFC1812-5.3.13.1-a", role="router", violator=changes("echo-request", nth=1, options=patched(2, 9)))
def unknown_options_stay_as_they_are(lt):
    """Options that the router does not know are passed through, every octet and in its place."""
    for options in lt.each(STRANGE):
        lt.check("options", options_of(lt, options), options + bytes(-len(options) % 4))


@case("RFC1812-5.3.13.3-a", role="router", violator=changes("echo-request", options=patched(3, 8)))
def stream_identifier_is_passed_through(lt):
    """A Stream Identifier is ignored, and passed through as it was."""
    lt.check("options", options_of(lt, STREAM_ID), STREAM_ID)


@case("RFC1812-5.3.13.2-a", role="router", needs=["security-low", "security-high"], demands="security", violator=passes())
def labels_of_security(lt):
    """A router heeds the revised security option: what has a label in its range passes with it, and what has another does not."""
    lt.set("security", 1)
    for low, high in (0, 3), (2, 2), (3, 3):
        lt.set("security-high", high)
        lt.set("security-low", low)
        if low <= SECRET:
            lt.check("options", options_of(lt, LABEL), LABEL)
    stays(lt, transit(options=LABEL), after="a label that is too low")


@case("RFC1812-5.3.13-a", kind=characteristic, role="router", violator=changes("echo-request", options=patched(2, 12)))
def options_without_a_slot(lt):
    """What becomes of options that have no slot left for the router."""
    found = []
    for name, option in {"a record route": record_route(FAR, pointer=8) + EOL, "timestamps": timestamp(bytes(4), pointer=9)}.items():
        processes(lt, option[0])
        lt.send(transit(options=option))
        left = lt.answer("echo-request")
        lt.forget()
        found.append(f"{name}: " + ("not passed on" if not left else "as it was" if left["options"] == option else left["options"].hex()))
    return ", ".join(found)


# Source routes


@case("RFC1812-5.3.13.4-a", role="router", demands="source-route", violator=changes("echo-request", nth=1, options=patched(2, 4)))
def source_routes_are_followed(lt):
    """A router follows a source route that names it, and passes on what has one for others, which it leaves as it is."""
    lt.set("source-route", 1)
    processes(lt, 131, 137)
    for route in lt.each({"loose": lsrr, "strict": ssrr}):
        lt.check("route", options_of(lt, route(lt.right.lt), dst=lt.iut, to=lt.right.lt), route(lt.right.iut, pointer=8) + EOL)
    lt.check("route", options_of(lt, lsrr(FAR)), lsrr(FAR) + EOL)


@case("RFC1812-5.3.13.4-b", role="router", violator=drops("echo-request"))
def source_routes_are_followed_at_first(lt):
    """As long as nobody has told it otherwise a router drops nothing for its source route."""
    for route in lt.each({"loose": lsrr, "strict": ssrr}):
        lt.check("route", options_of(lt, route(lt.right.lt), dst=lt.iut, to=lt.right.lt), route(lt.right.iut, pointer=8) + EOL)


@case("RFC1812-5.3.13.4-c", kind=characteristic, role="router", needs="drop-source-routed", violator=passes())
def source_routes_that_are_dropped(lt):
    """What is still passed on of source routes where they are to be dropped."""
    lt.set("drop-source-routed", 1)
    found = []
    for name, options, dst in ("one that names it", lsrr(lt.right.lt), lt.iut), ("one of others", lsrr(FAR), lt.right.lt):
        lt.send(transit(dst=dst, options=options + EOL))
        found += [name] if lt.answer("echo-request") else []
        lt.forget()
    return ", ".join(found) or "none"
