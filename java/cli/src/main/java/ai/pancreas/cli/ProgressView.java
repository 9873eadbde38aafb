package ai.pancreas.cli;

/** Shows how a stage of the work gets on. Called by one thread at a time. */
interface ProgressView {

  /** Shows nothing. */
  ProgressView NONE =
      new ProgressView() {
        @Override
        public void update(StageProgress progress) {}

        @Override
        public void end(StageProgress progress) {}
      };

  /** The stage is under way. */
  void update(StageProgress progress);

  /** The stage has ended. */
  void end(StageProgress progress);
}
