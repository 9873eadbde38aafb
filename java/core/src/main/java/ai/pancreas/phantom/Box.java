package ai.pancreas.phantom;

/** A box along the axes of the standard body, LPS, mm. */
record Box(double minX, double maxX, double minY, double maxY, double minZ, double maxZ) {

  static final Box EVERYWHERE = new Box(-1e9, 1e9, -1e9, 1e9, -1e9, 1e9);

  static Box around(double x, double y, double z, double rx, double ry, double rz) {
    return new Box(x - rx, x + rx, y - ry, y + ry, z - rz, z + rz);
  }

  boolean touches(Box other) {
    return minX <= other.maxX
        && other.minX <= maxX
        && minY <= other.maxY
        && other.minY <= maxY
        && minZ <= other.maxZ
        && other.minZ <= maxZ;
  }

  Box grownBy(double margin) {
    return new Box(
        minX - margin, maxX + margin, minY - margin, maxY + margin, minZ - margin, maxZ + margin);
  }

  Box and(Box other) {
    return new Box(
        Math.min(minX, other.minX),
        Math.max(maxX, other.maxX),
        Math.min(minY, other.minY),
        Math.max(maxY, other.maxY),
        Math.min(minZ, other.minZ),
        Math.max(maxZ, other.maxZ));
  }
}
