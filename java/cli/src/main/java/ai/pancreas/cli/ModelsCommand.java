package ai.pancreas.cli;

import ai.pancreas.model.ClassificationTask;
import ai.pancreas.model.Metric;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelRepository;
import ai.pancreas.model.NetworkDescription;
import ai.pancreas.model.RegionPreprocessing;
import ai.pancreas.model.TrainingDistribution;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The model zoo. */
@Command(
    name = "models",
    description =
        "Lists, shows, fetches, imports, checks, measures, calibrates and exports" + " models.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    subcommands = {
      ModelsCommand.ListModels.class,
      ModelsCommand.ShowModel.class,
      ModelsFetchCommand.class,
      ModelsImportCommand.class,
      ModelsVerifyCommand.class,
      ModelsEvaluateCommand.class,
      ModelsCalibrateCommand.class,
      ModelsAverageCommand.class,
      ModelsExportCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models list",
      "  pancreas-ai models show pancreas-ct --json",
      "  pancreas-ai models import weights.hdf5 --name reference",
      "  pancreas-ai models verify"
    })
final class ModelsCommand implements Runnable {
  /** What a command that takes a model says of it. */
  static final String MODEL =
      "A model's id, a folder with a model.json, a zip of one, or a Keras weights file.";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "Missing command: list, show, fetch, import, verify, evaluate, calibrate or export");
  }

  @Command(
      name = "list",
      description = "Lists the models that are built in and those that were installed.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionText.class,
      footerHeading = "%nExamples:%n",
      footer = {"  pancreas-ai models list", "  pancreas-ai models list --json"})
  static final class ListModels implements Runnable {
    private record Entry(
        String id,
        String title,
        String task,
        String licence,
        boolean isDefault,
        boolean installed) {
      String label() {
        return "%s (%s%s)"
            .formatted(title, task, isDefault ? ", default" : installed ? ", installed" : "");
      }
    }

    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin private ModelsFolder folder;

    @Override
    public void run() {
      ModelRepository repository = folder.repository();
      List<Entry> entries =
          repository.list().stream()
              .map(
                  model ->
                      new Entry(
                          model.id(),
                          model.title(),
                          model.task().name(),
                          model.licence(),
                          model.id().equals(ModelRepository.DEFAULT_ID),
                          repository.isInstalled(model.id())))
              .toList();
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.of(entries));
        return;
      }
      Summary summary = new Summary();
      entries.forEach(entry -> summary.add(entry.id(), entry.label()));
      summary.print(out);
    }
  }

  @Command(
      name = "show",
      description = "Shows a model's network, licence, credits and what was measured of it.",
      mixinStandardHelpOptions = true,
      versionProvider = VersionText.class,
      footerHeading = "%nExamples:%n",
      footer = {
        "  pancreas-ai models show pancreas-ct",
        "  pancreas-ai models show weights.keras --json"
      })
  static final class ShowModel implements Runnable {
    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "MODEL", description = MODEL)
    private String model;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Mixin private ModelsFolder folder;

    @Override
    public void run() {
      ModelDescription description = folder.repository().describe(model);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        out.println(Json.of(ModelJsonView.of(description)));
      } else {
        summary(description).print(out);
      }
    }

    private static Summary summary(ModelDescription model) {
      Summary summary =
          new Summary()
              .add("id", model.id())
              .add("title", model.title())
              .add("for", model.task().name())
              .add("network", model.network().type() + ", filters " + model.network().filters());
      if (model.task() instanceof ClassificationTask task) {
        addClassification(summary, model.network(), task);
      } else {
        summary
            .add("network size", networkSize(model))
            .add("threshold", model.postprocessing().threshold())
            .add("labels", labels(model.labels()));
      }
      summary
          .add("weights", model.weightsFile())
          .add("sha-256", model.weightsSha256())
          .add("licence", model.licence().isEmpty() ? "unknown" : model.licence());
      model.training().forEach((name, value) -> summary.add("training", name + ": " + value));
      model.credits().forEach(credit -> summary.add("credit", credit));
      for (Metric metric : model.metrics()) {
        summary.add("metric", metric.name() + " " + metric.value() + ": " + metric.data());
      }
      return summary;
    }

    private static void addClassification(
        Summary summary, NetworkDescription network, ClassificationTask task) {
      List<Integer> size = network.inputSize();
      String crop =
          task.preprocessing() instanceof RegionPreprocessing.Corrected corrected
              ? ", crop " + corrected.crop()
              : "";
      summary
          .add("network size", size(size.get(0), size.get(1), size.get(2)))
          .add("preprocessing", task.preprocessing().name() + crop);
      task.distribution()
          .ifPresent(
              known ->
                  summary
                      .add(
                          "learned from", interval("pancreas of %s to %s ml", known.maskVolumeMl()))
                      .add("learned from", interval("mean of %s to %s HU", known.meanHu())));
    }

    private static String interval(String format, TrainingDistribution.Interval interval) {
      return format.formatted(interval.min(), interval.max());
    }

    private static String networkSize(ModelDescription model) {
      int slices = model.preprocessing().slices();
      return size(
          slices == 0 ? "any number of" : slices,
          model.preprocessing().rows(),
          model.preprocessing().columns());
    }

    private static String size(Object slices, int rows, int columns) {
      return "%s slices of %d x %d".formatted(slices, rows, columns);
    }

    private static String labels(Map<Integer, String> labels) {
      return new TreeMap<>(labels)
          .entrySet().stream()
              .map(label -> label.getKey() + " " + label.getValue())
              .collect(Collectors.joining(", "));
    }
  }
}
