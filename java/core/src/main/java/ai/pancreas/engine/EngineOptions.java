package ai.pancreas.engine;

/**
 * How an engine should use the machine.
 *
 * @param threads threads of one run, at least 1
 */
public record EngineOptions(int threads) {
  public EngineOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("at least one thread is needed: " + threads);
    }
  }
}
