package ai.pancreas.kernel;

/** The filters of the axes of a [z][y][x] array. */
public record Filters3(Filter z, Filter y, Filter x) {}
