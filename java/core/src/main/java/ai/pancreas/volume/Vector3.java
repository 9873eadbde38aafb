package ai.pancreas.volume;

/**
 * A point or a direction in patient space (LPS: x to the left, y to the back, z to the head), in
 * millimetres.
 */
public record Vector3(double x, double y, double z) {

  public Vector3 plus(Vector3 other) {
    return new Vector3(x + other.x, y + other.y, z + other.z);
  }

  public Vector3 minus(Vector3 other) {
    return new Vector3(x - other.x, y - other.y, z - other.z);
  }

  public Vector3 times(double factor) {
    return new Vector3(x * factor, y * factor, z * factor);
  }

  public double dot(Vector3 other) {
    return x * other.x + y * other.y + z * other.z;
  }

  public Vector3 cross(Vector3 other) {
    return new Vector3(
        y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x);
  }

  public double norm() {
    return Math.sqrt(dot(this));
  }

  /** The same direction with length 1. */
  public Vector3 normalized() {
    double norm = norm();
    return new Vector3(x / norm, y / norm, z / norm);
  }

  /** The component along an axis: 0 is x, 1 is y, 2 is z. */
  public double component(int axis) {
    return switch (axis) {
      case 0 -> x;
      case 1 -> y;
      case 2 -> z;
      default -> throw new IndexOutOfBoundsException("axis " + axis);
    };
  }

  /** Whether all three numbers are finite. */
  public boolean isFinite() {
    return Double.isFinite(x) && Double.isFinite(y) && Double.isFinite(z);
  }
}
