package ai.pancreas.phantom;

/**
 * One point of the phantom while its tissue is looked up: filled by {@link Anatomy}, read by the
 * shapes and tissues. One per thread, reused from point to point.
 */
final class Site {
  /** Position in the frame of the standard body, LPS, mm. */
  double x;

  double y;
  double z;

  /** Front-back position in the patient, mm: fluids find their level here. */
  double patientY;

  /** Signed distance to the wall of the abdominal cavity, mm; negative inside. */
  double cavity;

  /** Signed distance to the diaphragm, mm; negative below it. */
  double diaphragm;

  /** Of the tube that was measured last: front-back offset from its axis, in radii. */
  double tubeOffset;

  /** Of the tube that was measured last: how far along its axis, mm. */
  double tubeAlong;
}
