package ai.pancreas.train;

import java.util.List;

/**
 * How training slices are varied. Each amount is drawn anew for each sample; an amount of 0 leaves
 * that step out.
 *
 * @param flipRows probability of a flip top to bottom
 * @param flipColumns probability of a flip left to right
 * @param rotationDegrees largest rotation, either way
 * @param minWindow smallest side of what the network sees, as a share of the frame's side;
 *     inference sees 1, the whole frame
 * @param maxWindow largest side of what the network sees; above 1, air surrounds the frame
 * @param shift largest shift, either way, along rows and along columns, as a share of the frame's
 *     side. A window that is smaller than the frame is also placed at random within the frame.
 * @param elasticPixels largest standard deviation of the elastic displacement's nodes, in pixels of
 *     the network
 * @param elasticCells cells of the displacement's grid along each axis
 * @param contrast largest change of contrast, either way, as a share: HU times 1 - contrast to 1 +
 *     contrast
 * @param offsetHu largest offset, either way, in HU
 * @param gamma largest exponent, at least 1, by which soft tissue ({@link #SOFT_TISSUE_MIN_HU} to
 *     {@link #SOFT_TISSUE_MAX_HU}) is bent; its inverse is the smallest
 * @param noiseHu largest standard deviation of white noise, in HU
 * @param unenhanced the share of slices that are shown as if no contrast agent had been given, with
 *     no pancreas to find: for a network that knows it by its contrast and is to say nothing where
 *     there is none
 */
public record AugmentationOptions(
    double flipRows,
    double flipColumns,
    double rotationDegrees,
    double minWindow,
    double maxWindow,
    double shift,
    double elasticPixels,
    int elasticCells,
    double contrast,
    double offsetHu,
    double gamma,
    double noiseHu,
    double unenhanced) {

  /** Lower end of the range that gamma bends. */
  public static final double SOFT_TISSUE_MIN_HU = -160;

  /** Upper end of the range that gamma bends. */
  public static final double SOFT_TISSUE_MAX_HU = 240;

  private static final int MAX_CELLS = 64;

  /**
   * @throws IllegalArgumentException naming the amount that is out of range
   */
  public AugmentationOptions {
    require("flipRows", flipRows, 0, 1);
    require("flipColumns", flipColumns, 0, 1);
    require("rotationDegrees", rotationDegrees, 0, 180);
    require("minWindow", minWindow, 0.1, 4);
    require("maxWindow", maxWindow, minWindow, 4);
    require("shift", shift, 0, 1);
    require("elasticPixels", elasticPixels, 0, 100);
    require("elasticCells", elasticCells, 1, MAX_CELLS);
    require("contrast", contrast, 0, 0.9);
    require("offsetHu", offsetHu, 0, 1000);
    require("gamma", gamma, 1, 10);
    require("noiseHu", noiseHu, 0, 1000);
    require("unenhanced", unenhanced, 0, 1);
  }

  private static void require(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          "augmentation %s must be %s to %s, not %s".formatted(name, min, max, value));
    }
  }

  /** No variation: the whole frame, as at inference. */
  public static AugmentationOptions off() {
    return new AugmentationOptions(0, 0, 0, 1, 1, 0, 0, 8, 0, 0, 1, 0, 0);
  }

  /**
   * What the reference project does: frames of 1.1 times the network's size, cropped at random to
   * the network's size and flipped at random along each axis. (A flip along the slices is none to a
   * network that sees one slice at a time.)
   */
  public static AugmentationOptions reference() {
    return new AugmentationOptions(0.5, 0.5, 0, 1 / 1.1, 1 / 1.1, 0, 0, 8, 0, 0, 1, 0, 0);
  }

  /**
   * Moderate variation of everything but flips: the network always sees slices in one orientation,
   * and the liver is always on the same side.
   */
  public static AugmentationOptions usual() {
    return new AugmentationOptions(0, 0, 10, 0.8, 1.1, 0.05, 2, 8, 0.1, 20, 1.25, 12, 0);
  }

  /**
   * The same for a part of the network's grid: a window of so much smaller sides, placed at random.
   *
   * @param share the part's side, as a share of the grid's, up to 1
   */
  AugmentationOptions ofPart(double share) {
    return new AugmentationOptions(
        flipRows,
        flipColumns,
        rotationDegrees,
        share * minWindow,
        share * maxWindow,
        shift,
        elasticPixels,
        elasticCells,
        contrast,
        offsetHu,
        gamma,
        noiseHu,
        unenhanced);
  }

  /** The names of {@link #named}. */
  public static List<String> names() {
    return List.of("usual", "reference", "off");
  }

  /**
   * Options by name.
   *
   * @throws IllegalArgumentException if the name is none of {@link #names}
   */
  public static AugmentationOptions named(String name) {
    return switch (name) {
      case "usual" -> usual();
      case "reference" -> reference();
      case "off" -> off();
      default ->
          throw new IllegalArgumentException(
              "no augmentation is called " + name + "; there are " + String.join(", ", names()));
    };
  }
}
