package ai.pancreas.engine;

/** How an engine for GPUs multiplies. Sums are float32 always. */
public enum Precision {
  /** As on the CPU. */
  FLOAT32,
  /** Factors are rounded to 10 bits by tensor cores; as {@link #FLOAT32} on GPUs without it. */
  TF32,
  /** Half precision, also for what lies between layers. */
  FLOAT16
}
