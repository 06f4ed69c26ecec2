# SPDX-License-Identifier: Apache-2.0
"""What the signed bytes say, and the policy does not take: counter, ids, load address."""
from . import image as i
from .areas import CLASS_ID, VENDOR_ID
from .image import Image, Tlv, signed_by, u32
from .keys import ED
from .rows import Set


def counter(value):
    return Tlv(i.SEC_CNT, u32(value))


def claims():
    cases = Set("claims")
    for floor, least in ((7, 6), (1, 0), (256, 255), (65536, 65535), (2**31, 0), (2**31, 2**31 - 1),
                         (2**31 + 1, 2**31), (2**32 - 1, 2**31 - 1), (2**32 - 1, 2**32 - 2), (2**32 - 1, 0),
                         (0x01000000, 0x00ffffff)):
        policy = f"keys=ed25519,floor={floor}"
        control = f"floor-{floor}"
        if control not in cases.ids:
            made = cases.control(control, Image(signed_by(ED), protected=(counter(floor),)), policy,
                                 f"a counter of {floor}, the least one")
        cases.refuse(made, f"floor-{floor}-counter-{least}", "rollback",
                     f"a counter of {least}, the least is {floor}", at="protected:0",
                     protected=(counter(least),))
    above = cases.control("floor-0", Image(signed_by(ED), protected=(counter(0),)), "keys=ed25519,floor=0",
                          "the least counter is 0")
    for what, protected in (("no-area", None), ("no-tlv", ()),
                            ("vendor-alone", (Tlv(i.BOOT_RECORD, b"\xa0"),))):
        cases.refuse(above, f"floor-0-{what}", "missing-security-counter", f"no counter: {what}", at=0,
                     protected=protected)
    asked = cases.control("counter-asked", Image(signed_by(ED), protected=(counter(0),)),
                          "keys=ed25519,counter", "any counter will do")
    cases.refuse(asked, "counter-asked-missing", "missing-security-counter", "but there is none", at=0,
                 protected=None)
    add_ids(cases)
    add_windows(cases)
    return cases


def add_ids(cases):
    vendor, product = Tlv(i.UUID_VID, VENDOR_ID), Tlv(i.UUID_CID, CLASS_ID)
    policy = f"keys=ed25519,vendor={VENDOR_ID.hex()},class={CLASS_ID.hex()}"
    signed = cases.control("ids", Image(signed_by(ED), protected=(vendor, product)), policy, "both ids")
    cases.twin(signed, "ids-exchanged", "class before vendor", protected=(product, vendor))
    for name, protected in (("vendor", (product,)), ("both", ()), ("area", None)):
        cases.refuse(signed, f"no-{name}", "missing-vendor-id", f"{name} missing", at=0, protected=protected)
    cases.refuse(signed, "no-class", "missing-class-id", "no class id", at=0, protected=(vendor,))
    for place in (0, 1, 8, 14, 15):
        for name, tlv, at in (("vendor", vendor, 0), ("class", product, 1)):
            value = bytearray(tlv.value)
            value[place] ^= 0x80 if place else 0x01
            tlvs = [vendor, product]
            tlvs[at] = Tlv(tlv.type, bytes(value))
            cases.refuse(signed, f"{name}-{place}", f"wrong-{name}", f"a bit of the {name} id's byte {place}",
                         at=f"protected:{at}", protected=tuple(tlvs))
    cases.refuse(signed, "values-exchanged", "wrong-vendor", "each id has the other's value",
                 at="protected:0", protected=(Tlv(i.UUID_VID, CLASS_ID), Tlv(i.UUID_CID, VENDOR_ID)))
    cases.refuse(signed, "class-is-vendor", "wrong-class", "the class id has the vendor's value",
                 at="protected:1", protected=(vendor, Tlv(i.UUID_CID, VENDOR_ID)))
    cases.refuse(signed, "vendor-zeros", "wrong-vendor", "a vendor id of zeros", at="protected:0",
                 protected=(Tlv(i.UUID_VID, bytes(16)), product))


def add_windows(cases):
    first, size = 0x20000000, 236
    for flag, name in ((0x20, "ram"), (0x100, "rom")):
        image = Image(signed_by(ED), flags=flag, load=first)
        policy = f"keys=ed25519,flags=120,load={first:x}-{first + size + 7:x}"
        signed = cases.control(f"{name}-window", image, policy,
                               "the window has eight bytes more than the image")
        cases.twin(signed, f"{name}-window-end", "the image ends with the window", load=first + 8)
        for what, load in (("spills-1", first + 9), ("spills-most", first + size + 7),
                           ("behind", first + size + 8), ("below-1", first - 1), ("below-4", first - 4),
                           ("ends-before", first - size), ("zero", 0), ("top", 0xffffffff),
                           ("wraps", 2**32 - size + first % 16), ("far", first + 2**31)):
            cases.refuse(signed, f"{name}-{what}", "outside-load-window", f"loaded to {load:#x}", at=0,
                         load=load)
        cases.refuse(signed, f"{name}-grown", "outside-load-window", "a payload of nine bytes more", at=0,
                     payload=image.payload + bytes(9))
    cases.control("no-address", Image(signed_by(ED)), policy, "no address is named, so none is judged")
    top = cases.control("top-window", Image(signed_by(ED), flags=0x20, load=2**32 - size),
                        "keys=ed25519,flags=20,load=fffff000-ffffffff",
                        "the image ends with the address space")
    for more in (1, 4, size - 1):
        cases.refuse(top, f"top-spills-{more}", "outside-load-window", f"it ends {more} bytes behind 4 GiB",
                     at=0, load=2**32 - size + more)
    low = cases.control("low-window", Image(signed_by(ED), flags=0x20, load=0),
                        f"keys=ed25519,flags=20,load=0-{size - 1:x}", "a window as large as the image, at 0")
    cases.refuse(low, "low-spills-1", "outside-load-window", "loaded to 1", at=0, load=1)
    cases.refuse(low, "low-below", "outside-load-window", "loaded to the top of the address space", at=0,
                 load=0xffffffff)
