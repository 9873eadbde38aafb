package ai.pancreas.cli;

import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.ModelDescription;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a model is installed. */
final class InstallOptions {
  @Option(
      names = "--name",
      paramLabel = "ID",
      description =
          "What the model shall be called. Default: as its description says, or as the weights"
              + " file.")
  private Optional<String> name;

  @Option(
      names = "--licence",
      paramLabel = "TEXT",
      description =
          "The licence of weights that come without a description, as SPDX spells it. Default:"
              + " NOASSERTION, nobody stated one.")
  private Optional<String> licence;

  Optional<String> name() {
    return name;
  }

  Optional<String> licence() {
    return licence;
  }

  /** Tells what was installed. */
  static void print(ModelDescription model, ModelsFolder folder, PrintWriter out) {
    new Summary()
        .add("installed", model.id())
        .add("folder", folder.path().resolve(model.id()))
        .add("sha-256", model.weightsSha256())
        .add("licence", model.licence())
        .add("for", model.task().name())
        .add("use it", "pancreas-ai %s INPUT --model %s".formatted(command(model), model.id()))
        .print(out);
  }

  private static String command(ModelDescription model) {
    return model.task() instanceof ClassificationTask ? "classify" : "segment";
  }
}
