package ai.pancreas.phantom;

/**
 * Typical values in the portal-venous phase (about 70 s after the injection), HU.
 *
 * <p>Fat, bone, air and fluids are textbook values. The pancreas follows the collection Pancreas-CT
 * (Roth et al. 2016, doi 10.7937/K9/TCIA.2016.tNB1kqBU): within its masks, one slice from each of
 * 41 patients, values cut to 0 to 255 HU, the patients' medians lie around 93 HU (10th to 90th
 * percentile: 63 to 111); the value below is that of the gland without the fat between its lobules.
 * The other enhanced organs are chosen to look right beside it and are not measured; single
 * patients differ by tens of HU (see {@link Patient#enhancement()}).
 */
final class Hu {
  static final double AIR = -1000;
  static final double LUNG = -850;
  static final double GAS = -970;
  static final double FAT = -102;
  static final double WATER = 8;
  static final double BILE = 10;
  static final double BOWEL_CONTENT = 25;
  static final double SKIN = 15;
  static final double MUSCLE = 60;
  static final double CORD = 35;
  static final double DISC = 85;
  static final double CARTILAGE = 110;
  static final double SPONGY_BONE = 190;
  static final double CORTICAL_BONE = 700;
  static final double LIVER = 112;
  static final double SPLEEN = 122;
  static final double PANCREAS = 103;
  static final double BOWEL_WALL = 92;
  static final double STOMACH_WALL = 88;
  static final double HEART = 135;
  static final double KIDNEY_CORTEX = 195;
  static final double KIDNEY_MEDULLA = 150;
  static final double ADRENAL = 85;
  static final double AORTA = 155;
  static final double CAVA = 135;
  static final double PORTAL = 168;
  static final double LIVER_VEIN = 150;
  static final double TABLE_SHELL = 120;
  static final double TABLE_FOAM = -920;

  private Hu() {}
}
