package ai.pancreas.cli;

import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Metric;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.Postprocessing;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.TrainingDistribution;
import java.util.List;
import java.util.Map;

/**
 * What {@code models show --json} prints of a model. What models of its task do not have is null.
 *
 * @param task what it is for
 * @param preprocessing of a segmentation model that of {@code model.json}, of a classification
 *     model {@link Region}
 */
record ModelJsonView(
    String id,
    String title,
    String task,
    NetworkDescription network,
    Object preprocessing,
    Postprocessing postprocessing,
    Map<Integer, String> labels,
    TrainingDistribution distribution,
    String weightsFile,
    String weightsSha256,
    String licence,
    List<String> credits,
    List<Metric> metrics,
    Map<String, String> training) {

  /** How CT and mask become the input of a classification network. */
  record Region(String region, Double crop) {
    static Region of(RegionPreprocessing preprocessing) {
      return new Region(
          preprocessing.name(),
          preprocessing instanceof RegionPreprocessing.Corrected corrected
              ? corrected.crop()
              : null);
    }
  }

  static ModelJsonView of(ModelDescription model) {
    boolean classifies = model.task() instanceof ClassificationTask;
    return new ModelJsonView(
        model.id(),
        model.title(),
        model.task().name(),
        model.network(),
        classifies ? Region.of(model.classification().preprocessing()) : model.preprocessing(),
        classifies ? null : model.postprocessing(),
        classifies ? null : model.labels(),
        classifies ? model.classification().distribution().orElse(null) : null,
        model.weightsFile(),
        model.weightsSha256(),
        model.licence(),
        model.credits(),
        model.metrics(),
        model.training());
  }
}
