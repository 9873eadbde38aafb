package ai.pancreas.evaluation;

import ai.pancreas.PancreasException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Predictions as a table. */
public final class Predictions {
  private Predictions() {}

  /**
   * Writes {@code patient,label,probability} as CSV (RFC 4180), a line a patient, sorted by
   * patient; whole or not at all. The file names patients as the data set does.
   *
   * @throws PancreasException {@code OUTPUT} if it cannot be written
   */
  public static void writeCsv(Collection<Prediction> predictions, Path file) {
    CsvTable table = new CsvTable(List.of("patient", "label", "probability"));
    predictions.stream()
        .sorted(Comparator.comparing(Prediction::patient))
        .forEach(each -> table.add(each.patient(), each.label(), each.probability()));
    table.write(file);
  }
}
