package ai.pancreas.cli;

import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/**
 * Where a user's own models are: a folder that is named by option, or else by the environment, or
 * else in the user's home. It is made when a model is installed and never before.
 */
final class ModelsFolder {
  private static final String VARIABLE = "PANCREAS_MODELS";

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description =
          "The folder of installed models. Default: the environment variable PANCREAS_MODELS, else"
              + " ~/.pancreas-ai/models.")
  private Path folder;

  /** The models that are built in and those of the folder. */
  ModelRepository repository() {
    return new ModelRepository(path());
  }

  /**
   * A model that segments, loaded; see {@link ModelRepository#find}.
   *
   * @throws ai.pancreas.PancreasException {@code MODEL} if there is none, or it is for something
   *     else
   */
  Model findSegmentation(String idOrPath) {
    Model model = repository().find(idOrPath);
    model.description().segmentation();
    return model;
  }

  Path path() {
    return folder == null ? usual() : folder;
  }

  /** The models that commands without the option find. */
  static ModelRepository usualRepository() {
    return new ModelRepository(usual());
  }

  private static Path usual() {
    String named = System.getenv(VARIABLE);
    return named == null || named.isBlank()
        ? Path.of(System.getProperty("user.home"), ".pancreas-ai", "models")
        : Path.of(named);
  }
}
