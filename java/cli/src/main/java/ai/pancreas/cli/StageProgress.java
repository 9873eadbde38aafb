package ai.pancreas.cli;

import ai.pancreas.Stage;

/**
 * How far a stage is.
 *
 * @param done finished units
 * @param total all units, or 0 where that is not known
 * @param seconds since the stage began
 */
record StageProgress(Stage stage, long done, long total, double seconds) {}
