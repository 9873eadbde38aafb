package ai.pancreas.phantom;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A mass in the pancreas that looks as ductal adenocarcinoma usually does in the portal-venous
 * phase, and what it does to the gland on its way to the tail (upstream: the duct drains towards
 * the head).
 *
 * <p>Typical figures: in the portal-venous phase such tumours are 39 +- 16 HU darker than the gland
 * beside them (Lu et al., Radiology 1996;199:697-701, 27 patients); 49 that were darker at all
 * measured 30 +- 9 mm and were darker by 41 +- 23 HU (PubMed 17961951). Of 53, 11 % were not: they
 * showed by the interrupted duct, the atrophy upstream and the bulge alone (PubMed 12202711); no
 * phantom has such a one. About two thirds lie in the head; a duct wider than about 3 mm is
 * dilated.
 *
 * @param place along the knots of the gland's axis: 0 is the uncinate process, 2 the head, 4 the
 *     neck, 8 the tail
 * @param radiusMm of the mass
 * @param darkerHu how much darker than the gland's lean tissue it is
 * @param ductRadiusMm of the dilated duct at the mass
 * @param atrophy what the gland loses of its radius upstream, a fraction
 * @param texture seeds its surface and its grain
 */
record Lesion(
    double place,
    double radiusMm,
    double darkerHu,
    double ductRadiusMm,
    double atrophy,
    long texture) {

  /** A stream of random numbers of its own, so that nothing else of the patient changes. */
  private static final long STREAM = 0x6C6573696F6EL;

  private static final double SHARE_IN_HEAD = 0.65;

  /** The width of the zone in which the mass grows into the gland. */
  private static final double SOFT_EDGE_MM = 3;

  /** The duct ends this far before the last knot. */
  private static final double DUCT_END = 0.4;

  private static final double DUCT_STEP = 0.25;

  static Lesion draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ STREAM);
    boolean inHead = random.nextDouble() < SHARE_IN_HEAD;
    return new Lesion(
        inHead ? random.nextDouble(1.7, 3.3) : random.nextDouble(4.2, 6.2),
        random.nextDouble(7.5, 17.5),
        random.nextDouble(40, 62),
        random.nextDouble(2.2, 4.3),
        random.nextDouble(0, 0.25),
        random.nextLong());
  }

  /** The gland's knots (x, y, z, radius) with those upstream of the mass thinned. */
  double[][] atrophied(double[][] gland) {
    double[][] knots = new double[gland.length][];
    for (int i = 0; i < gland.length; i++) {
      knots[i] = gland[i].clone();
      knots[i][3] *= 1 - atrophy * Math.max(0, Math.min(1, i - place));
    }
    return knots;
  }

  /**
   * The dilated duct and the mass, to be painted over the gland and its normal duct.
   *
   * @param gland the knots of its axis, as they are without atrophy
   * @param parenchyma what the gland is filled with
   * @param leanHu the gland without the fat between its lobules
   */
  List<Layer> layers(double[][] gland, Tissue parenchyma, double leanHu) {
    Tube duct = duct(gland);
    Ellipsoid core = core(gland);
    double hu = leanHu - darkerHu;
    Tissue tumour =
        (s, d) -> {
          double grain = 4 * Lattice.smooth(texture + 2, s.x / 7, s.y / 7, s.z / 7);
          double outside = parenchyma.hu(s, d);
          double depth = Math.max(0, Math.min(1, -d / SOFT_EDGE_MM));
          return outside + depth * (hu + grain - outside);
        };
    return List.of(
        new Layer(Layer.Role.PANCREAS, duct.bounds(), duct, Tissue.of(Hu.WATER)),
        new Layer(
            Layer.Role.LESION,
            core.bounds().grownBy(4),
            new Lobulated(core, texture, 9, 1.2),
            tumour));
  }

  /** From the middle of the mass to the tail, where it is a third narrower. */
  private Tube duct(double[][] gland) {
    double end = gland.length - 1 - DUCT_END;
    List<double[]> knots = new ArrayList<>();
    for (double t = place; t < end; t += DUCT_STEP) {
      double[] knot = Tube.between(gland, t);
      knot[3] = ductRadiusMm * (1 - 0.35 * (t - place) / (end - place));
      knots.add(knot);
    }
    return Tube.through(knots.toArray(double[][]::new));
  }

  /** What is wider than the gland bulges to the front, away from the great vessels. */
  private Ellipsoid core(double[][] gland) {
    double[] centre = Tube.between(gland, place);
    double bulge = Math.max(0, radiusMm - centre[3]);
    return new Ellipsoid(
        centre[0], centre[1] - 0.5 * bulge, centre[2], radiusMm, 0.95 * radiusMm, 1.05 * radiusMm);
  }
}
