package ai.pancreas;

/** A part of the work that can take long enough to be worth showing. */
public enum Stage {
  /** A phantom is made; counted in slices. */
  GENERATE("making phantom"),
  /** A model is fetched; counted in bytes. */
  FETCH("fetching"),
  /** Files are looked at. */
  SCAN("scanning files"),
  /** The CT is read and decoded. */
  READ("reading CT"),
  /** The network runs; counted in slices. */
  NETWORK("segmenting"),
  /** A network is trained; counted in steps. */
  TRAIN("training"),
  /** The mask is made on the CT's own grid. */
  MASK("making mask"),
  /** The region around the pancreas is made; counted in slices. */
  REGION("preparing region"),
  /** A network judges a region. */
  CLASSIFY("classifying"),
  /** Training data are made; counted in cases. */
  PREPARE("preparing"),
  /** Masks are compared; counted in pairs. */
  EVALUATE("comparing"),
  /** Results are written. */
  WRITE("writing");

  private final String label;

  Stage(String label) {
    this.label = label;
  }

  /** A few words for people. */
  public String label() {
    return label;
  }
}
