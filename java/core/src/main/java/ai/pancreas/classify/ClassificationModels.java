package ai.pancreas.classify;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import java.util.List;

/** Finds the model for those who name none. Stateless and thread-safe. */
public final class ClassificationModels {
  private ClassificationModels() {}

  /**
   * The id of the only classification model of a repository.
   *
   * @throws PancreasException {@code MODEL} if there is none, {@code USAGE} if there are several
   */
  public static String only(ModelRepository repository) {
    List<String> ids =
        repository.list().stream()
            .filter(model -> model.task() instanceof ClassificationTask)
            .map(ModelDescription::id)
            .toList();
    if (ids.isEmpty()) {
      throw new PancreasException(
          ErrorCode.MODEL,
          "no classification model is installed, and none comes with the program; get one by models"
              + " fetch or models import, or train one by train classification");
    }
    if (ids.size() > 1) {
      throw new PancreasException(
          ErrorCode.USAGE,
          "several classification models are installed: %s; choose one with --model"
              .formatted(String.join(", ", ids)));
    }
    return ids.get(0);
  }
}
