package ai.pancreas.phantom;

import java.util.SplittableRandom;

/**
 * What differs from patient to patient beside the shapes of single organs.
 *
 * @param scaleX width against the standard body
 * @param scaleY depth against the standard body
 * @param scaleZ height against the standard body
 * @param frontFatMm fat under the skin of the belly, in the standard body
 * @param backFatMm fat under the skin of the back
 * @param sideFatMm fat under the skin of the flanks
 * @param pancreasFat how much fat lies between the pancreas's lobules, 0 to 1
 * @param enhancement factor on what contrast agent adds to blood and organs
 */
record Patient(
    double scaleX,
    double scaleY,
    double scaleZ,
    double frontFatMm,
    double backFatMm,
    double sideFatMm,
    double pancreasFat,
    double enhancement) {

  static Patient draw(SplittableRandom random) {
    double size = random.nextDouble(0.93, 1.07);
    double fat = random.nextDouble();
    double fatness = fat * fat;
    double girth = size * (1 + 0.05 * fatness);
    return new Patient(
        girth * random.nextDouble(0.97, 1.03),
        girth * random.nextDouble(0.96, 1.04),
        size * random.nextDouble(0.96, 1.04),
        7 + 26 * fatness + random.nextDouble(4),
        10 + 14 * fatness + random.nextDouble(4),
        6 + 16 * fatness + random.nextDouble(3),
        random.nextDouble(),
        random.nextDouble(0.9, 1.12));
  }
}
