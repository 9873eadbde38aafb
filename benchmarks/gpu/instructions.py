"""Counts, without a GPU, what the convolutions of half precision cost in instructions of warps.

Compiles them with nvcc for compute capability 9.0 and takes them apart with nvdisasm (of the CUDA
toolkit, or the program that $NVDISASM names). Prints the loops of each kernel, and what the network
(160 slices of 160 x 160, filters 16 to 256) comes to, level by level: loop bodies as often as they
run, all other code once.
"""

import collections
import os
import re
import subprocess
import tempfile
from pathlib import Path

NATIVE = Path(__file__).resolve().parents[2] / "native"
FOLDER = NATIVE / "src/kernels/convolution"
FILTERS = (16, 32, 64, 128, 256)
SLICES = 160
SIDE = 160
# An H200's multiprocessors, what each begins in a cycle, and cycles a second.
ISSUED_A_SECOND = 132 * 4 * 1.75e9

Loop = collections.namedtuple("Loop", "length products copies stores")
Kernel = collections.namedtuple("Kernel", "outside loops")


def kernels(name, pattern):
    """The kernels of a file, by their output channels."""
    with tempfile.TemporaryDirectory() as folder:
        cubin = Path(folder) / "kernel.cubin"
        subprocess.run(
            ["nvcc", "-arch=sm_90", "-std=c++17", "-O2", f"-I{NATIVE}/src", "-cubin", "-o", cubin,
             FOLDER / name], check=True)
        text = subprocess.run(
            [os.environ.get("NVDISASM", "nvdisasm"), "-c", cubin], check=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    code = {}
    current = None
    for line in text.splitlines():
        if line.startswith(".text."):
            found = re.search(pattern, line)
            current = code.setdefault(int(found.group(1)), []) if found else None
        elif current is not None:
            current.append(line)
    return {out: taken_apart(lines) for out, lines in code.items()}


def taken_apart(lines):
    labels = {}
    instructions = []
    for line in lines:
        label = re.match(r"(\.L_x_\d+):", line)
        code = re.match(r"\s+/\*[0-9a-f]+\*/\s+(?:@!?U?P\w+\s+)?([A-Z0-9]+)(.*);", line)
        if label:
            labels[label.group(1)] = len(instructions)
        elif code:
            instructions.append(code.groups())
    loops = []
    for end, (name, arguments) in enumerate(instructions):
        target = re.search(r"`\((\.L_x_\d+)\)", arguments)
        if name == "BRA" and target and labels.get(target.group(1), end) < end:
            body = instructions[labels[target.group(1)]:end + 1]
            count = collections.Counter(name for name, _ in body)
            loops.append(Loop(len(body), count["HMMA"], count["LDGSTS"], count["STG"]))
    used = sum(name != "NOP" for name, _ in instructions)
    return Kernel(used - sum(loop.length for loop in loops), loops)


PRODUCTS = kernels("convolution_gemm.cu", r"Float16MathELi(\d+)E")
TILES = kernels("convolution_tile.cu", r"convolution_tileILi(\d+)E")


def main_loop(kernel):
    return next(loop.length for loop in kernel.loops if loop.products)


def finishing(kernel, groups, pooled):
    """A warp finishes 32 pixels, eight channels of a pixel with each thread."""
    store, pool = [loop.length for loop in kernel.loops if loop.stores]
    return groups * store + (groups / 4 * pool if pooled else 0)


def product(pixels, depth, out, pooled=False):
    """Instructions of warps, and bytes copied to shared memory."""
    width = min(64, max(16, 1 << (out - 1).bit_length()))
    kernel = PRODUCTS[width]
    warps = 8 if width == 64 else 4
    groups = width / 8 / (warps / 4)
    blocks = -(-pixels // 128) * -(-out // width)
    stages = -(-depth // 32)
    a_warp = kernel.outside + stages * main_loop(kernel) + finishing(kernel, groups, pooled)
    return blocks * warps * a_warp, blocks * stages * (128 + width) * 64


def tile(side, inputs, out, pooled):
    kernel = TILES[out]
    pixels, weights = (loop.length / loop.copies for loop in kernel.loops if loop.copies > 1)
    planes = inputs // 16
    blocks = SLICES * -(-side // 16) * -(-side // 8)
    a_warp = (kernel.outside + 360 * planes / 128 * pixels + 9 * inputs * out / 8 / 128 * weights
              + planes * main_loop(kernel) + finishing(kernel, out / 8, pooled))
    return blocks * 4 * a_warp, blocks * (planes * 5760 + 18 * inputs * out)


def same(level, inputs, out, pooled=False):
    """A convolution of 3 x 3: by tiles where they fit into 48 KB."""
    side = SIDE >> level
    if out <= 32 and inputs * (180 + 9 * (out + 8)) * 2 <= 48 << 10:
        return tile(side, inputs, out, pooled)
    return product(SLICES * side * side, 9 * inputs, out, pooled)


def level_costs(level):
    width = FILTERS[level]
    pixels = SLICES * (SIDE >> level) ** 2
    last = level == len(FILTERS) - 1
    costs = [same(level, width, width, not last)]
    if level > 0:
        costs.append(same(level, FILTERS[level - 1], width))
    if not last:
        costs += [product(pixels // 4, 4 * FILTERS[level + 1], width)] * 4
        costs += [same(level, 2 * width, width), same(level, width, width)]
        if level > 0:
            costs.append(product(pixels // 4, 4 * width, width // 2))
    return [sum(column) for column in zip(*costs)]


def main():
    for name, family in (("products", PRODUCTS), ("tiles", TILES)):
        for out, kernel in sorted(family.items()):
            print(f"{name}, {out} channels: {kernel.outside} outside loops; "
                  + ", ".join(f"{loop.length} ({loop.products} products)" for loop in kernel.loops))
    print("| level | instructions of warps | at four in a cycle | copied to shared memory |")
    print("| --- | --- | --- | --- |")
    costs = [level_costs(level) for level in range(len(FILTERS))]
    for name, (count, copied) in [*enumerate(costs), ("all", [sum(c) for c in zip(*costs)])]:
        print(f"| {name} | {count / 1e9:.2f}e9 | {count / ISSUED_A_SECOND * 1e3:.2f} ms "
              f"| {copied / 1e9:.1f} GB |")


if __name__ == "__main__":
    main()
