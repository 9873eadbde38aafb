package ai.pancreas.phantom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * One patient: which tissue lies where. Immutable and safe to use from many threads; a {@link
 * Probe} belongs to one.
 *
 * <p>A point of the patient is taken to the frame of a standard body by the patient's scale and a
 * gentle warp of all organs together; there, layers are painted over each other.
 */
final class Anatomy {
  /** The width of an edge: about the resolution of a CT scanner, mm. */
  private static final double EDGE_MM = 1.4;

  /** Shapes must be right this far around a point: bumps and blurred edges. */
  private static final double MARGIN_MM = 14;

  private static final double WARP_MM = 3.5;
  private static final double TABLE_RADIUS_MM = 520;
  private static final double TABLE_HALF_WIDTH_MM = 205;
  private static final double TABLE_THICKNESS_MM = 22;

  private final Patient patient;
  private final Trunk trunk;
  private final List<Layer> layers;
  private final double[] phases;
  private final double tableTop;
  private final Box bounds;

  /** A patient without a lesion, or with one: all else is the same. */
  Anatomy(long seed, Optional<Lesion> lesion) {
    SplittableRandom random = new SplittableRandom(seed);
    this.patient = Patient.draw(random);
    this.trunk = new Trunk(patient);
    this.phases = new double[6];
    for (int i = 0; i < phases.length; i++) {
      phases[i] = random.nextDouble();
    }
    List<Layer> all = new ArrayList<>();
    List<Layer> soft = Organs.draw(random, patient, lesion);
    all.addAll(soft);
    all.addAll(new Spine(random.nextLong()).layers());
    this.layers = List.copyOf(all);
    this.tableTop = trunk.backY() * patient.scaleY() + 6;
    Box body = trunk.bounds().grownBy(WARP_MM + EDGE_MM);
    this.bounds =
        new Box(
            Math.min(body.minX() * patient.scaleX(), -TABLE_HALF_WIDTH_MM - 2),
            Math.max(body.maxX() * patient.scaleX(), TABLE_HALF_WIDTH_MM + 2),
            body.minY() * patient.scaleY(),
            tableTop + TABLE_THICKNESS_MM + 2,
            -1e9,
            1e9);
  }

  private Anatomy(Anatomy whole, List<Layer> layers) {
    this.patient = whole.patient;
    this.trunk = whole.trunk;
    this.layers = layers;
    this.phases = whole.phases;
    this.tableTop = whole.tableTop;
    this.bounds = whole.bounds;
  }

  /** How much of a point with a blurred edge lies inside, 0 to 1. */
  static double coverage(double distance) {
    return Math.max(0, Math.min(1, 0.5 - distance / EDGE_MM));
  }

  /** One value inside a distance, another outside, with a blurred edge. */
  static double blend(double inside, double outside, double distance) {
    return outside + coverage(distance) * (inside - outside);
  }

  /** The part that matters to points within a box of patient space (LPS, mm); the same there. */
  Anatomy near(Box box) {
    Box standard =
        new Box(
                box.minX() / patient.scaleX(),
                box.maxX() / patient.scaleX(),
                box.minY() / patient.scaleY(),
                box.maxY() / patient.scaleY(),
                box.minZ() / patient.scaleZ(),
                box.maxZ() / patient.scaleZ())
            .grownBy(WARP_MM);
    Box touching = standard.grownBy(EDGE_MM);
    Box around = standard.grownBy(MARGIN_MM);
    List<Layer> close = new ArrayList<>();
    if (box.touches(bounds)) {
      for (Layer layer : layers) {
        if (layer.bounds().touches(touching)) {
          close.add(
              new Layer(layer.role(), layer.bounds(), layer.shape().near(around), layer.tissue()));
        }
      }
    }
    return new Anatomy(this, close);
  }

  /** A view for one thread, to be asked point by point. */
  Probe probe() {
    return new Probe();
  }

  /** Looks points up, one after the other. For one thread. */
  final class Probe {
    private final Layer[] close = layers.toArray(Layer[]::new);
    private final Site site = new Site();
    private double hu;
    private double pancreas;
    private double lesion;

    /** Looks a point up: patient space, LPS, mm. */
    void look(double x, double y, double z) {
      hu = Hu.AIR;
      pancreas = 0;
      lesion = 0;
      if (x < bounds.minX() || x > bounds.maxX() || y < bounds.minY() || y > bounds.maxY()) {
        return;
      }
      double sx = x / patient.scaleX();
      double sy = y / patient.scaleY();
      double sz = z / patient.scaleZ();
      Site s = site;
      s.patientY = y;
      s.x = sx + WARP_MM / 2 * (wave(sz / 190, 0) + wave(sy / 150, 1));
      s.y = sy + WARP_MM / 2 * (wave(sz / 170, 2) + wave(sx / 160, 3));
      s.z = sz + WARP_MM / 2 * (wave(sx / 180, 4) + wave(sy / 140, 5));
      double skin = trunk.skinDistance(s);
      double inBody = coverage(skin);
      if (inBody == 0) {
        hu = table(x, y);
        return;
      }
      s.cavity = trunk.cavityDistance(s);
      s.diaphragm = diaphragm(s.x, s.y, s.z);
      double value = trunk.hu(s, skin);
      for (Layer layer : close) {
        double distance = layer.shape().distance(s);
        double part = coverage(distance);
        if (part > 0) {
          value += part * (layer.tissue().hu(s, distance) - value);
          double own = layer.role() == Layer.Role.OTHER ? 0 : 1;
          pancreas += part * (own - pancreas);
          lesion += part * ((layer.role() == Layer.Role.LESION ? 1 : 0) - lesion);
        }
      }
      hu = inBody == 1 ? value : Hu.AIR + inBody * (value - Hu.AIR);
    }

    private double wave(double t, int phase) {
      return Lattice.wave(t + phases[phase]);
    }

    /** HU of the last point. */
    double hu() {
      return hu;
    }

    /** How much of the last point is pancreas, 0 to 1. */
    double pancreas() {
      return pancreas;
    }

    /** How much of the last point is lesion, 0 to 1; never more than what is pancreas. */
    double lesion() {
      return lesion;
    }
  }

  /** A curved board with a thin shell. It does not move with the patient. */
  private double table(double x, double y) {
    double inner = Math.sqrt(x * x + square(y - tableTop + TABLE_RADIUS_MM)) - TABLE_RADIUS_MM;
    // Below the patient only: the rest of the circle is not there.
    double board =
        Math.max(
            Math.max(
                -inner, inner - TABLE_THICKNESS_MM * (1 - square(x / TABLE_HALF_WIDTH_MM) * 0.7)),
            Math.abs(x) - TABLE_HALF_WIDTH_MM);
    if (y < tableTop - 60 || board > EDGE_MM) {
      return Hu.AIR;
    }
    double shell = blend(Hu.TABLE_FOAM, Hu.TABLE_SHELL, board + 1.8);
    return blend(shell, Hu.AIR, board);
  }

  /** Two domes, the right one higher; distance above is positive. */
  private static double diaphragm(double x, double y, double z) {
    return Math.min(underDome(x + 62, y + 8, z - 116, 120), underDome(x - 62, y + 8, z - 106, 120));
  }

  private static double underDome(double x, double y, double z, double width) {
    double depth = y > 0 ? 105 : 190;
    double slopeX = 2 * x / width;
    double slopeY = 2 * y / depth;
    return (z + x * x / width + y * y / depth) / Math.sqrt(1 + slopeX * slopeX + slopeY * slopeY);
  }

  private static double square(double v) {
    return v * v;
  }
}
