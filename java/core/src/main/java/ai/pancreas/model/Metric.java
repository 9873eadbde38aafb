package ai.pancreas.model;

/**
 * One number that was measured of a model.
 *
 * @param name what was measured, such as {@code Dice}
 * @param value the number, in the unit that the name gives
 * @param data on what it was measured, and how
 */
public record Metric(String name, double value, String data) {}
