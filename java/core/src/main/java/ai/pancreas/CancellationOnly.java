package ai.pancreas;

/** Passes cancellation on, but no progress. */
record CancellationOnly(Monitor monitor) implements Monitor {
  @Override
  public void progress(Stage stage, long done, long total) {}

  @Override
  public boolean isCancelled() {
    return monitor.isCancelled();
  }
}
