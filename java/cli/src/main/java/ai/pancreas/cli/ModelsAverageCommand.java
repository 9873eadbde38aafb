package ai.pancreas.cli;

import ai.pancreas.io.AtomicFolder;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.WeightAverage;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes one model of several. */
@Command(
    name = "average",
    description =
        "Makes a model whose weights are the mean of those of several models that end one training,"
            + " or continue one model, in different ways. Often better than each of them.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models average end-1 end-2 -o my-model",
      "",
      "Networks that started from different random weights have no mean of use:",
      "measure the result with models evaluate."
    })
final class ModelsAverageCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", arity = "2..*", description = ModelsCommand.MODEL)
  private List<String> models;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "The model's folder to make.")
  private Path output;

  @Mixin private ModelsFolder folder;

  @Override
  public void run() {
    OutputFiles.requireNewFolder(output);
    ModelRepository repository = folder.repository();
    List<Model> loaded = models.stream().map(repository::find).toList();
    Model mean = WeightAverage.of(loaded);
    try (AtomicFolder whole = new AtomicFolder(output)) {
      ModelFolder.write(whole.path(), mean.description(), mean.weights());
      whole.commit();
    }
    new Summary()
        .add("model", output)
        .add("id", mean.description().id())
        .add("mean of", models.size() + " models")
        .print(spec.commandLine().getOut());
    spec.commandLine().getOut().println("Research use only, not a medical device.");
  }
}
