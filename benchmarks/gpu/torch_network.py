"""The full segmentation network in PyTorch, for comparison of its forward pass with the GPU engine's.

Arguments: rounds, a file for JSON. 160 slices of 160 x 160 at once, random weights, channels last, a
CUDA graph, cuDNN's own choice of algorithms; in half precision by autocast and in TF32.
"""

import json
import statistics
import sys

import torch
from torch import nn
from torch.nn import functional

FILTERS = (16, 32, 64, 128, 256)
PARAMETERS = 2_575_741
SLICES = 160
SIDE = 160


def pair(inputs, filters):
    return nn.Sequential(
        nn.Conv2d(inputs, filters, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(filters, filters, 3, padding=1),
        nn.ReLU(inplace=True),
    )


class Gate(nn.Module):
    def __init__(self, filters, gating):
        super().__init__()
        self.theta = nn.Conv2d(filters, filters // 2, 2, stride=2, bias=False)
        self.phi = nn.Conv2d(gating, filters // 2, 1)
        self.psi = nn.Conv2d(filters // 2, 1, 1)
        self.w = nn.Conv2d(filters, filters, 1)

    def forward(self, skip, gating):
        theta = self.theta(skip)
        phi = functional.interpolate(self.phi(gating), size=theta.shape[2:], mode="nearest")
        attention = torch.sigmoid(self.psi(functional.relu(theta + phi)))
        return self.w(skip * functional.interpolate(attention, scale_factor=2, mode="nearest"))


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        deepest = len(FILTERS) - 2
        self.encoder = nn.ModuleList(
            pair(inputs, filters) for inputs, filters in zip((1, *FILTERS), FILTERS)
        )
        self.gating = nn.Conv2d(FILTERS[-1], FILTERS[deepest], 1)
        levels = range(deepest, -1, -1)
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(FILTERS[level + 1], FILTERS[level], 4, 2, padding=1)
            for level in levels
        )
        self.gates = nn.ModuleList(
            Gate(FILTERS[level], FILTERS[deepest]) for level in levels if level > 0
        )
        self.decoder = nn.ModuleList(pair(2 * FILTERS[level], FILTERS[level]) for level in levels)
        self.maps = nn.ModuleList(nn.Conv2d(FILTERS[level], 2, 1) for level in levels)
        self.head = nn.Conv2d(2 * len(levels), 2, 1)

    def forward(self, x):
        size = x.shape[2:]
        skips = []
        for level, block in enumerate(self.encoder):
            x = block(functional.max_pool2d(x, 2) if level else x)
            skips.append(x)
        gating = self.gating(x)
        maps = []
        for i, up in enumerate(self.up):
            skip = skips[len(self.up) - 1 - i]
            if i < len(self.gates):
                skip = self.gates[i](skip, gating)
            x = self.decoder[i](torch.cat([up(x), skip], 1))
            maps.append(functional.interpolate(self.maps[i](x), size=size, mode="nearest"))
        return torch.softmax(self.head(torch.cat(maps, 1)), 1)[:, 1]


def milliseconds(half, rounds):
    torch.manual_seed(1)
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cuda.matmul.allow_tf32 = True
    network = Network().cuda().eval().to(memory_format=torch.channels_last)
    count = sum(parameter.numel() for parameter in network.parameters())
    assert count == PARAMETERS, count
    x = torch.rand(SLICES, 1, SIDE, SIDE, device="cuda").to(memory_format=torch.channels_last)
    with torch.inference_mode(), torch.autocast("cuda", torch.float16, enabled=half):
        stream = torch.cuda.Stream()
        with torch.cuda.stream(stream):
            for _ in range(3):
                network(x)
        torch.cuda.synchronize()
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            network(x)
    times = []
    for round_number in range(-3, rounds):
        start = torch.cuda.Event(enable_timing=True)
        end = torch.cuda.Event(enable_timing=True)
        start.record()
        graph.replay()
        end.record()
        end.synchronize()
        if round_number >= 0:
            times.append(start.elapsed_time(end))
    return statistics.median(times)


def main(rounds, file):
    results = {
        "torch": torch.__version__,
        "device": torch.cuda.get_device_name(),
        "float16": milliseconds(True, rounds),
        "tf32": milliseconds(False, rounds),
    }
    print(f"PyTorch {results['torch']}: float16 {results['float16']:.2f} ms, "
          f"tf32 {results['tf32']:.2f} ms")
    with open(file, "w", encoding="utf-8") as out:
        json.dump(results, out)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
