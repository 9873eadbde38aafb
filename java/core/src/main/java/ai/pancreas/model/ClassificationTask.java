package ai.pancreas.model;

import java.util.Optional;

/**
 * From a CT and a mask of the pancreas to the probability of cancer.
 *
 * @param preprocessing how CT and mask become the network's input
 * @param distribution what the patients were like whom the network learned from; empty where nobody
 *     stated it
 */
public record ClassificationTask(
    RegionPreprocessing preprocessing, Optional<TrainingDistribution> distribution)
    implements Task {

  @Override
  public String name() {
    return "classification";
  }
}
