package example;

import ai.pancreas.Segmentation;
import ai.pancreas.Segmenter;
import java.nio.file.Path;

/** Segments one CT with the built-in CPU engine. */
public final class SegmentSmall {
  public static void main(String[] args) {
    try (Segmenter segmenter = Segmenter.builder().engine("cpu").build()) {
      Segmentation result = segmenter.segment(Path.of(args[0]));
      result.writeMask(Path.of(args[1]));
      System.out.println(result.volumeMl() + " ml of pancreas, by " + result.modelId());
    }
  }
}
