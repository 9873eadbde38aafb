package ai.pancreas.dataset;

import ai.pancreas.Monitor;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.CaseDescription.Kind;
import ai.pancreas.kernel.AxisWeights;
import ai.pancreas.kernel.Filter;
import ai.pancreas.volume.Grid;
import java.util.List;
import java.util.function.IntFunction;

/** Loads a CT with its label and brings its slices to their final size. */
final class VolumeLoader {
  private final PrepareOptions options;
  private final Monitor monitor;

  VolumeLoader(PrepareOptions options, Monitor monitor) {
    this.options = options;
    this.monitor = monitor;
  }

  /**
   * Loads a case.
   *
   * @param id the name that the case gets
   * @throws PancreasException if it cannot be read, or does not pass its checks
   */
  LoadedCase load(FoundCase.Volume found, String id) {
    LabelledVolume volume =
        new VolumeReader(options.labels(), options.allowUneven(), options.emptyLabels(), monitor)
            .read(found);
    Grid grid = volume.ct().grid();
    int slices = options.slices() == 0 ? grid.nz() : options.slices();
    CaseDescription about =
        new CaseDescription(
            id,
            found.patient(),
            Kind.VOLUME,
            List.of(
                grid.spacingMm(2) * grid.nz() / slices,
                grid.spacingMm(1) * grid.ny() / options.size(),
                grid.spacingMm(0) * grid.nx() / options.size()),
            Short.MIN_VALUE,
            Short.MAX_VALUE,
            true);
    return new LoadedCase(about, slices, source(volume, slices), volume.notes());
  }

  private IntFunction<LabelledSlice> source(LabelledVolume volume, int slices) {
    Grid grid = volume.ct().grid();
    AxisWeights order = AxisWeights.of(Filter.NEAREST, grid.nz(), slices);
    SliceResampler resampler = new SliceResampler(grid.ny(), grid.nx(), options.size());
    float[] hu = new float[grid.sliceSize()];
    byte[] mask = new byte[grid.sliceSize()];
    return slice -> {
      monitor.throwIfCancelled();
      int z = order.first(slice);
      volume.ct().readSlice(z, hu);
      volume.mask().readSlice(z, mask);
      return resampler.resample(hu, mask);
    };
  }
}
