package ai.pancreas.dataset;

/**
 * A picture of a slice at its own size.
 *
 * @param rows they count from front to back of the patient
 * @param columns they count from right to left of the patient
 * @param hu [row][column], row-major
 * @param mask [row][column], row-major: 1 in the pancreas, 0 elsewhere
 */
record PictureSlice(int rows, int columns, float[] hu, byte[] mask) {}
