package ai.pancreas.train;

/**
 * Whether a network's activations are normalised while it trains. The network that comes out has no
 * normalisation either way.
 */
public enum Normalization {
  /** Not at all. */
  NONE,
  /** Per channel over each batch, see {@link BatchNormalization}; needs random first weights. */
  BATCH
}
