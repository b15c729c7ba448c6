"""Files that runs give: plots, called variants, texts. The same path gives the same file."""

import struct
import zlib

from dashboard.demo.harbor.chances import seeded

WIDTH, HEIGHT = 480, 240
WHITE, GREY, BLUE, GREEN = b"\xff\xff\xff", b"\xd0\xd0\xd0", b"\x1f\x77\xb4", b"\x2c\xa0\x2c"
VCF_HEAD = (
    "##fileformat=VCFv4.2\n"
    '##FILTER=<ID=PASS,Description="All filters passed">\n'
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">\n'
    "##contig=<ID=chr20,length=64444167>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
)
BASES = "ACGT"


def draw_plot(path: str) -> bytes:
    """Two rising curves over a grid, as a PNG (RGB, 480 x 240 pixels)."""
    rng = seeded(path)
    bends = [(colour, rng.uniform(1.5, 4)) for colour in (BLUE, GREEN)]
    return encode_png([draw_row(y, bends) for y in range(HEIGHT)])


def draw_row(y: int, bends: list[tuple[bytes, float]]) -> bytes:
    """One row of pixels, from the top."""
    level = 1 - y / HEIGHT
    pixels = [GREY if y % 40 == 0 or x % 60 == 0 else WHITE for x in range(WIDTH)]
    for colour, bend in bends:
        # 1 - (1 - x)^bend = level, solved for x.
        at = int(WIDTH * (1 - (1 - level) ** (1 / bend)))
        slope = 3 + int(6 * level)
        pixels[max(0, at - slope) : at] = [colour] * min(slope, at)
    return b"".join(pixels[:WIDTH])


def encode_png(rows: list[bytes]) -> bytes:
    """A PNG of 8 bits a channel from its rows."""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    """A piece of a PNG with its length and checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def write_variants(path: str) -> bytes:
    """Some called variants, as VCF 4.2."""
    rng = seeded(path)
    positions = sorted(rng.sample(range(60_000, 64_000_000), 60))
    lines = []
    for position in positions:
        ref, alt = rng.sample(BASES, 2)
        quality, depth = rng.uniform(30, 900), rng.randint(12, 60)
        lines.append(f"chr20\t{position}\t.\t{ref}\t{alt}\t{quality:.2f}\tPASS\tDP={depth}\n")
    return (VCF_HEAD + "".join(lines)).encode()


def write_text(path: str) -> bytes:
    """A few lines of a log."""
    rng = seeded(path)
    return "".join(
        f"[{second:6.1f} s] step {second // 12} done\n" for second in range(0, rng.randint(60, 240), 12)
    ).encode()
