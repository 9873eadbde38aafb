package ai.pancreas.phantom;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The soft organs and vessels of one patient, in painting order: what is painted later lies on top.
 * Positions are in the frame of the standard body: LPS, mm, z = 0 at the disc between the first and
 * the second lumbar vertebra.
 */
final class Organs {
  private final SplittableRandom random;
  private final Patient patient;
  private final Optional<Lesion> lesion;
  private final long seed;
  private final List<Layer> layers = new ArrayList<>();
  private final double[][] pancreasKnots;

  private Organs(SplittableRandom random, Patient patient, Optional<Lesion> lesion) {
    this.random = random;
    this.patient = patient;
    this.lesion = lesion;
    this.seed = random.nextLong();
    this.pancreasKnots = drawPancreas();
  }

  static List<Layer> draw(SplittableRandom random, Patient patient, Optional<Lesion> lesion) {
    Organs organs = new Organs(random, patient, lesion);
    organs.chest();
    organs.backMuscles();
    organs.liver();
    organs.spleen();
    organs.kidney(1, 60, 46, 2);
    organs.kidney(-1, 58, 46, -12);
    organs.mesentery();
    organs.smallBowel();
    organs.colon();
    organs.stomach();
    organs.duodenum();
    organs.greatVessels();
    organs.pancreas();
    organs.portalSystem();
    return List.copyOf(organs.layers);
  }

  private void chest() {
    Shape lungs =
        s -> {
          double mediastinum = ellipse((s.x - 8) / 42, (s.y - 2) / 82) * 42;
          return Math.max(Math.max(2 - s.diaphragm, s.cavity + 3), -mediastinum);
        };
    Box above = new Box(-140, 140, -95, 90, 10, 1e9);
    add(above, lungs, this::lung);
    add(above, s -> Math.max(Math.abs(s.diaphragm) - 1.8, s.cavity + 1), Tissue.of(Hu.MUSCLE));
    Ellipsoid heart = new Ellipsoid(22 + jitter(6), -28 + jitter(4), 128 + jitter(5), 54, 46, 40);
    add(heart.bounds(), heart, Tissue.walled(blood(110), 11, Tissue.of(blood(Hu.HEART + 20))));
    add(
        Tube.through(knot(3, 24, 180, 8), knot(6, 18, 110, 8), knot(26, 8, 88, 8)),
        Tissue.walled(70, 3, Tissue.of(20)));
  }

  private double lung(Site s, double distance) {
    double vessels = Lattice.smooth(seed + 1, s.x / 5, s.y / 5, s.z / 8);
    double hu = Hu.LUNG + 30 * Lattice.smooth(seed + 2, s.x / 30, s.y / 30, s.z / 30);
    return vessels > 0.62 ? hu + Math.min(1, (vessels - 0.62) * 8) * 800 : hu;
  }

  private void backMuscles() {
    for (int side = -1; side <= 1; side += 2) {
      Ellipsoid erector = new Ellipsoid(side * 33, 88, 0, 29, 21, 4000);
      add(new Box(-70, 70, 60, 115, -1e9, 1e9), erector, (s, d) -> streaky(s, d));
      add(
          Tube.through(
              knot(side * 27, 50, 25, 6),
              knot(side * 34, 51, -30, 13),
              knot(side * 44, 45, -100, 20),
              knot(side * 56, 30, -190, 22)),
          Tissue.of(Hu.MUSCLE + 3));
      Ellipsoid quadratus = new Ellipsoid(side * 62, 74, -70, 19, 8, 95);
      add(quadratus.bounds(), quadratus, Tissue.of(Hu.MUSCLE));
      add(
          Tube.through(
              knot(side < 0 ? -7 : 21, 34, 95, 4),
              knot(side < 0 ? -6 : 20, 37, 40, 5),
              knot(side < 0 ? -4 : 17, 38, -8, 3)),
          Tissue.of(Hu.MUSCLE));
    }
  }

  private double streaky(Site s, double distance) {
    double streak = Lattice.smooth(seed + 3, s.x / 5, s.y / 7, s.z / 40);
    double septum = Math.max(0, 1 - Math.abs(distance + 0.8) / 0.8);
    double fat = Math.max(0.7 * septum, Math.max(0, streak - 0.55) * 1.6);
    return Hu.MUSCLE + Math.min(1, fat) * (Hu.FAT - Hu.MUSCLE);
  }

  private void liver() {
    double size = 1 + jitter(0.06);
    Ellipsoid right = new Ellipsoid(-62, -2 + jitter(3), 28, 74 * size, 86 * size, 88 * size);
    double reach = jitter(12);
    Ellipsoid left =
        new Ellipsoid(4 + reach, -48, 54 + jitter(5), 64 + reach, 34 * size, 36 * size);
    Ellipsoid caudate = new Ellipsoid(-16, 8, 58, 19, 15, 22);
    Ellipsoid hilum = new Ellipsoid(-6, 8, 4, 48, 50, 46);
    Ellipsoid kidneyBed = new Ellipsoid(-56, 48, -10, 33, 33, 62);
    double tilt = 0.85 + jitter(0.08);
    double floor = 14 + jitter(6);
    double steep = Math.sqrt(1 + tilt * tilt);
    Shape whole =
        s -> {
          double lobes = smoothMin(right.distance(s), left.distance(s), 16);
          double slope = s.x < 0 ? tilt * Math.max(s.x, -110) : 0.4 * s.x;
          double under = (floor + slope - s.z) / steep;
          double carved = smoothMin(hilum.distance(s), kidneyBed.distance(s), 6);
          double body = -smoothMin(-Math.max(lobes, under), carved, 8);
          return Math.min(body, caudate.distance(s));
        };
    double value = organ(Hu.LIVER);
    add(
        right.bounds().and(left.bounds()),
        new Clipped(whole, 2.5),
        (s, d) -> value + 3 * Lattice.smooth(seed + 4, s.x / 9, s.y / 9, s.z / 9));
    // The fissure of the round ligament.
    Ellipsoid fissure = new Ellipsoid(-10, -62, 36, 3, 22, 22);
    add(fissure.bounds(), fissure, Tissue.of(Hu.FAT));

    vessel(
        blood(Hu.PORTAL),
        knot(-30, -6, 34, 6.5),
        knot(-52, -8, 42, 5),
        knot(-82, 0, 48, 3.4),
        knot(-108, 12, 52, 1.6));
    vessel(
        blood(Hu.PORTAL), knot(-52, -8, 42, 4.5), knot(-72, -34, 52, 3), knot(-92, -52, 60, 1.4));
    vessel(blood(Hu.PORTAL), knot(-62, -4, 44, 3.8), knot(-80, 28, 30, 2.8), knot(-94, 44, 8, 1.4));
    vessel(
        blood(Hu.PORTAL),
        knot(-66, -6, 43, 3.5),
        knot(-84, -20, 20, 2.6),
        knot(-98, -28, -12, 1.3));
    vessel(
        blood(Hu.PORTAL),
        knot(-34, -8, 36, 5),
        knot(-20, -36, 48, 4.2),
        knot(2, -50, 56, 3),
        knot(30, -54, 58, 1.4));
    double veins = blood(Hu.LIVER_VEIN);
    vessel(
        veins,
        knot(-20, 12, 100, 5.5),
        knot(-58, 14, 88, 4.2),
        knot(-98, 22, 62, 2),
        knot(-112, 26, 40, 1.2));
    vessel(
        veins,
        knot(-19, 8, 100, 5),
        knot(-44, -22, 86, 4),
        knot(-66, -52, 60, 2.2),
        knot(-74, -60, 30, 1.2));
    vessel(veins, knot(-17, 6, 100, 4.6), knot(-6, -26, 82, 3.4), knot(14, -50, 68, 1.6));
    for (int i = 0; i < 14; i++) {
      double x = random.nextDouble(-105, -45);
      double y = random.nextDouble(-55, 45);
      double z = random.nextDouble(0, 80);
      vessel(
          veins,
          knot(x, y, z, 1.8),
          knot(x - 12, y + jitter(14), z + jitter(16), 1.4),
          knot(x - 22, y + jitter(22), z + jitter(22), 0.8));
    }
    Ellipsoid gallbladder =
        new Ellipsoid(-50 + jitter(5), -48 + jitter(5), 0 + jitter(6), 14 + jitter(3), 25, 17);
    add(gallbladder.bounds(), gallbladder, Tissue.walled(75, 1.6, Tissue.of(Hu.BILE)));
  }

  private void spleen() {
    double size = 1 + jitter(0.12);
    Ellipsoid outer = new Ellipsoid(102, 38, 44 + jitter(6), 30 * size, 46 * size, 52 * size);
    Ellipsoid hollow = new Ellipsoid(64, 14, 48, 32, 40, 46);
    double value = organ(Hu.SPLEEN);
    add(
        outer.bounds(),
        new Clipped(s -> -smoothMin(-outer.distance(s), hollow.distance(s), 8), 3),
        Tissue.of(value));
  }

  /** Side: 1 is left, -1 right. The lower pole lies farther out; the hilum opens to the middle. */
  private void kidney(int side, double distanceFromMiddle, double y, double z) {
    double cx = distanceFromMiddle + jitter(3);
    double cz = z + jitter(8);
    double size = 1 + jitter(0.08);
    double rx = 27 * size;
    double ry = 25 * size;
    double rz = 55 * size;
    Shape outer =
        s -> {
          double u = (side * s.x - cx + 0.18 * (s.z - cz)) / rx;
          double v = (s.y - y) / ry;
          double w = (s.z - cz) / rz;
          double hilum =
              ellipse3((side * s.x - cx + 30) / 20, (s.y - y + 9) / 8, (s.z - cz) / 17) * 8;
          return Math.max(ellipse3(u, v, w) * (ry + 4), -hilum);
        };
    double cortex = organ(Hu.KIDNEY_CORTEX);
    double medulla = organ(Hu.KIDNEY_MEDULLA);
    Tissue parenchyma =
        (s, d) -> {
          double u = side * s.x - cx + 10;
          double v = s.y - y;
          // Pyramids: wedges around the sinus, with columns of cortex between them.
          double wedge = Lattice.smooth(seed + 7 + side, u / 9, v / 9, (s.z - cz) / 9);
          double deep = Math.min(1, Math.max(0, (-d - 5.5) / 1.5));
          double pyramid = deep * Math.min(1, Math.max(0, 0.7 + 2.2 * wedge));
          return cortex + pyramid * (medulla - cortex);
        };
    add(Box.around(side * cx, y, cz, rx + 14, ry + 3, rz + 3), outer, parenchyma);
    Ellipsoid sinus = new Ellipsoid(side * (cx - 8), y - 4, cz, 11, 8, 24);
    add(
        sinus.bounds().grownBy(5),
        new Lobulated(sinus, seed + 9 + side, 9, 3),
        Tissue.of(Hu.FAT * 0.75));
    Ellipsoid pelvis = new Ellipsoid(side * (cx - 15), y - 5, cz - 4, 10, 4.5, 9);
    add(pelvis.bounds(), pelvis, Tissue.of(Hu.WATER + 10));
    double middle = side > 0 ? 8 : -22;
    double front = side > 0 ? 14.5 : 28;
    vessel(
        blood(Hu.CAVA + 15),
        knot(side * (cx - 12), y - 8, cz + 3, 4),
        knot(side * (cx - 28), y - 18, cz + 1, 4.6),
        knot(middle, front, cz - 4, 4.6),
        knot(-16, 27, cz - 4, 5));
    vessel(
        blood(Hu.AORTA), knot(side * (cx - 12), y - 2, cz + 4, 2.4),
        knot(side * 26, 34, cz + 3, 2.6), knot(8, 30, cz + 4, 2.8));
    double top = 44 + jitter(4);
    Tissue adrenal = Tissue.of(Hu.ADRENAL);
    double ax = side > 0 ? 36 : -31;
    add(Tube.through(knot(ax, 30, top, 2.6), knot(ax + side * 5, 46, top - 10, 2)), adrenal);
    add(Tube.through(knot(ax, 32, top, 2.4), knot(ax - side * 4, 45, top - 8, 1.8)), adrenal);
  }

  private void mesentery() {
    for (int i = 0; i < 24; i++) {
      double x = random.nextDouble(-70, 85);
      double y = random.nextDouble(-50, -15);
      double z = random.nextDouble(-150, -40);
      vessel(
          blood(Hu.PORTAL - 10), knot(-4 + jitter(6), -10, -40 + 0.3 * z + jitter(12), 2.1),
          knot(x * 0.5, (y - 12) / 2 + jitter(6), z * 0.75 - 10, 1.8), knot(x, y, z, 1.1));
    }
  }

  private void smallBowel() {
    for (int level = 0; level < 5; level++) {
      double[] rows = level == 0 ? new double[] {-34, -10} : new double[] {-60, -36, -12};
      double[][] path = new double[rows.length * 6][];
      for (int row = 0; row < rows.length; row++) {
        for (int i = 0; i < 6; i++) {
          double along = row % 2 == 0 ? i : 5 - i;
          // The highest loops lie on the left only.
          double x = level == 0 ? 42 + along * 9 : -70 + along * 32;
          double z = -18 - level * 29 - (level > 0 ? 14 : 0);
          path[row * 6 + i] =
              knot(
                  x + jitter(6),
                  rows[row] + jitter(6),
                  z + jitter(8),
                  random.nextDouble(9.5, 14.5));
        }
      }
      long texture = seed + 20 + level;
      double gas = random.nextDouble(0, 0.6);
      Tissue content =
          (s, d) -> {
            double here = Lattice.smooth(texture, s.tubeAlong / 45, 0, 0);
            if (here > 0.35 && s.tubeOffset < -gas) {
              return Hu.GAS;
            }
            return Hu.BOWEL_CONTENT
                + 12
                + 40 * here
                + 14 * Lattice.smooth(texture, s.x / 4, s.y / 4, s.z / 4);
          };
      add(Tube.through(path), Tissue.walled(blood(Hu.BOWEL_WALL), 2.1, content));
    }
  }

  private void colon() {
    Tissue stool =
        (s, d) -> {
          double filling = Lattice.smooth(seed + 30, s.tubeAlong / 60, 0, 0);
          if (s.tubeOffset < -0.15 - 0.7 * filling) {
            return Hu.GAS;
          }
          double crumbs =
              Lattice.smooth(seed + 31, (s.x + s.y) / 6, (s.y - s.x) / 6, (s.z + s.x) / 5);
          double bubble = Math.min(1, Math.max(0, (crumbs - 0.35) * 5));
          return 25 + 50 * crumbs - 330 * bubble;
        };
    double sag = random.nextDouble(10, 34);
    Tube tube =
        Tube.through(
            knot(-106, 12, -190, 24),
            knot(-106, 8, -120, 24),
            knot(-104, 2, -70, 21),
            knot(-96, -26, -38, 19),
            knot(-62, -58, -24 - sag / 3, 17),
            knot(-15, -68, -18 - sag, 16),
            knot(40, -68, -16 - sag, 16),
            knot(82, -52, -2, 16),
            knot(110, -6, 16, 17),
            knot(113, 24, -2, 16),
            knot(112, 28, -50, 14),
            knot(110, 26, -110, 14),
            knot(100, 20, -190, 13));
    add(tube.bounds().grownBy(3), new Haustra(tube), Tissue.walled(Hu.BOWEL_WALL - 15, 2, stool));
  }

  /** Pouches along the colon. */
  private record Haustra(Shape tube) implements Shape {
    @Override
    public Shape near(Box box) {
      return new Haustra(tube.near(box));
    }

    @Override
    public double distance(Site s) {
      double distance = tube.distance(s);
      return Math.abs(distance) > 12 ? distance : distance + 1.6 * Lattice.wave(s.tubeAlong / 27);
    }
  }

  private void stomach() {
    double full = 1 + jitter(0.14);
    Tube tube =
        Tube.through(
            knot(60, 14, 92, 33 * full),
            knot(74, -20, 66, 31 * full),
            knot(60, -50, 28, 25 * full),
            knot(26, -60, 6, 20 * full),
            knot(-6, -50, 4, 14),
            knot(-26, -38, 2, 9));
    double gasLevel = -42 + jitter(14);
    Tissue content =
        (s, d) -> {
          if (s.patientY < gasLevel) {
            return Hu.GAS;
          }
          return Hu.WATER + 14 + 16 * Lattice.smooth(seed + 40, s.x / 7, s.y / 7, s.z / 7);
        };
    add(
        tube.bounds().grownBy(3),
        new Clipped(new Lobulated(tube, seed + 41, 22, 2), 2.5),
        Tissue.walled(organ(Hu.STOMACH_WALL), 3.2, content));
  }

  private void duodenum() {
    Tube tube =
        Tube.through(
            knot(-26, -38, 2, 9),
            knot(-44, -24, 2, 12),
            knot(-54, -2, -8, 11.5),
            knot(-54, 4, -38, 11.5),
            knot(-44, 6, -60, 11),
            knot(-14, 6, -66, 9.5),
            knot(14, 4, -60, 9.5),
            knot(36, 4, -42, 10),
            knot(44, -8, -22, 10));
    Tissue content =
        (s, d) ->
            s.tubeAlong < 26 && s.tubeOffset < -0.1
                ? Hu.GAS
                : Hu.BOWEL_CONTENT + 25 * Lattice.smooth(seed + 42, s.x / 4, s.y / 4, s.z / 4);
    add(tube, Tissue.walled(organ(Hu.BOWEL_WALL), 2.8, content));
  }

  private void greatVessels() {
    double aorta = blood(Hu.AORTA);
    double calcium = random.nextDouble();
    add(
        Tube.through(
            knot(4, 30, -190, 8),
            knot(5, 28, -100, 8.5),
            knot(8, 29, -10, 9.5),
            knot(9, 31, 60, 10.5),
            knot(10, 37, 180, 12)),
        (s, d) -> {
          boolean plaque =
              d > -1.6
                  && Lattice.smooth(seed + 50, s.x / 5, s.y / 5, s.z / 9) > 1.15 - 0.6 * calcium;
          return plaque ? 480 : aorta;
        });
    vessel(blood(Hu.CAVA - 10), knot(-16, 31, -190, 10), knot(-19, 30, -40, 10.5));
    vessel(
        blood(Hu.CAVA + 8),
        knot(-19, 30, -40, 10.5),
        knot(-20, 29, 20, 11),
        knot(-20, 22, 70, 12),
        knot(-16, 10, 108, 13),
        knot(-12, -4, 126, 13));
    // Coeliac trunk with the arteries to liver and spleen; superior mesenteric artery.
    vessel(aorta, knot(8, 22, 20, 3.6), knot(8, 8, 24, 3.6), knot(5, 3, 25, 3.2));
    vessel(aorta, knot(5, 3, 25, 2.6), knot(-12, -8, 22, 2.5), knot(-26, -12, 28, 2.2));
    vessel(
        aorta,
        knot(8, 20, 6, 3.8),
        knot(6, 6, -4, 3.8),
        knot(4, -6, -30, 3.6),
        knot(1, -14, -80, 3),
        knot(-4, -20, -150, 2));
  }

  private double[][] drawPancreas() {
    double thick = 1.06 + jitter(0.09);
    double tailZ = random.nextDouble(16, 48);
    double tailX = random.nextDouble(74, 88);
    double arch = jitter(4);
    double neckZ = 7 + jitter(4);
    double sag = jitter(6);
    return new double[][] {
      knot(-16 + jitter(3), 7, -36 + jitter(4), 5.5 * thick),
      knot(-26 + jitter(2), 2, -26, 11 * thick),
      knot(-29 + jitter(2), -7 + jitter(2), -9, 12.5 * thick),
      knot(-20, -17, neckZ - 3, 9.5 * thick),
      knot(-5, -20 + arch / 2, neckZ, 7.6 * thick),
      knot(16, -20 + arch, neckZ + 5 + sag, 9.2 * thick),
      knot(38, -10 + arch, (neckZ + tailZ) / 2 + sag, 9.6 * thick),
      knot(60, 7, tailZ - 4 + sag / 2, 9.6 * thick * (1 + jitter(0.1))),
      knot(tailX, 24 + jitter(3), tailZ + jitter(4), 7.2 * thick)
    };
  }

  private void pancreas() {
    double lean = organ(Hu.PANCREAS);
    double fat = patient.pancreasFat();
    double[][] knots = lesion.map(l -> l.atrophied(pancreasKnots)).orElse(pancreasKnots);
    Tube tube = Tube.stretched(1.28, knots);
    double[][] ductKnots = new double[pancreasKnots.length - 2][];
    for (int i = 0; i < ductKnots.length; i++) {
      double[] k = pancreasKnots[i + 2];
      ductKnots[i] = knot(k[0], k[1], k[2], i < 2 ? 1.3 : 0.9);
    }
    Tissue gland =
        (s, d) -> {
          double cleft = Lattice.smooth(seed + 60, s.x / 4.5, s.y / 4.5, s.z / 5);
          double fatty = Math.max(0, Math.abs(cleft) < 0.12 ? 1 - Math.abs(cleft) / 0.12 : 0);
          return lean - fat * 75 * fatty + 5 * Lattice.smooth(seed + 61, s.x / 9, s.y / 9, s.z / 9);
        };
    layers.add(
        new Layer(
            Layer.Role.PANCREAS,
            tube.bounds().grownBy(4),
            new Lobulated(tube, seed + 62, 8, 1.5 + fat),
            gland));
    // Ducts belong to the gland.
    Tube duct = Tube.through(ductKnots);
    layers.add(new Layer(Layer.Role.PANCREAS, duct.bounds(), duct, Tissue.of(40)));
    lesion.ifPresent(l -> layers.addAll(l.layers(pancreasKnots, gland, lean)));
    double[] head = pancreasKnots[2];
    Tube bileDuct =
        Tube.through(
            knot(head[0] - 6, head[1] + 5, head[2] - 12, 2.4),
                knot(head[0] - 3, head[1] + 7, 4, 2.8),
            knot(-32, 0, 22, 3.2), knot(-38, -8, 36, 3));
    add(bileDuct, Tissue.of(Hu.BILE));
  }

  private void portalSystem() {
    double portal = blood(Hu.PORTAL);
    double[] neck = pancreasKnots[4];
    double[] confluence = knot(neck[0] - 1, neck[1] + neck[3] + 7, neck[2] - 1, 6.6);
    // The splenic vein runs in a groove along the back of the gland.
    double[][] splenic = new double[6][];
    splenic[0] = knot(confluence[0], confluence[1], confluence[2], 5);
    for (int i = 5; i < pancreasKnots.length; i++) {
      double[] k = pancreasKnots[i];
      splenic[i - 4] = knot(k[0] - 3, k[1] + k[3] + 2.6, k[2] + 3, 4.3);
    }
    splenic[5] = knot(96, 36, 46, 3.4);
    vessel(portal, splenic);
    vessel(portal, confluence, knot(-18, -1, 20, 6.8), knot(-30, -6, 34, 6.6));
    vessel(
        portal, confluence, knot(-8, -9, -20, 5.6), knot(-9, -14, -70, 5), knot(-14, -20, -140, 3));
    double[][] artery = new double[splenic.length][];
    artery[0] = knot(5, 3, 25, 2.5);
    for (int i = 1; i < artery.length; i++) {
      double[] k = splenic[i];
      artery[i] = knot(k[0] - 6 + jitter(4), k[1] - 2 + jitter(2), k[2] + 9 + jitter(5), 2.3);
    }
    vessel(blood(Hu.AORTA), artery);
  }

  private void vessel(double hu, double[]... knots) {
    add(Tube.through(knots), Tissue.of(hu));
  }

  private void add(Tube tube, Tissue tissue) {
    layers.add(Layer.of(tube, tissue));
  }

  private void add(Box bounds, Shape shape, Tissue tissue) {
    layers.add(Layer.of(bounds, shape, tissue));
  }

  /** Blood takes up the contrast agent of one patient more than that of another. */
  private double blood(double hu) {
    return 40 + (hu - 40) * patient.enhancement();
  }

  private double organ(double hu) {
    return 45 + (hu - 45) * (1 + (patient.enhancement() - 1) * 0.7) + jitter(3);
  }

  private double jitter(double amount) {
    return random.nextDouble(-amount, amount);
  }

  private static double[] knot(double x, double y, double z, double r) {
    return new double[] {x, y, z, r};
  }

  private static double ellipse(double u, double v) {
    return Math.sqrt(u * u + v * v) - 1;
  }

  private static double ellipse3(double u, double v, double w) {
    return Math.sqrt(u * u + v * v + w * w) - 1;
  }

  /** The smaller of two distances with a rounded seam of about k mm (a polynomial blend). */
  private static double smoothMin(double a, double b, double k) {
    double h = Math.max(0, k - Math.abs(a - b)) / k;
    return Math.min(a, b) - h * h * k / 4;
  }
}
