package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.dataset.LabelledCts;
import ai.pancreas.evaluation.Calibration;
import ai.pancreas.evaluation.ModelCalibration;
import ai.pancreas.evaluation.ModelEvaluator;
import ai.pancreas.evaluation.TemperatureScaling;
import ai.pancreas.io.AtomicFolder;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFolder;
import ai.pancreas.model.ModelId;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a model's probabilities fit labelled CTs. */
@Command(
    name = "calibrate",
    description =
        "Makes a model whose probabilities can be taken at their word: fits one temperature on"
            + " labelled CTs and puts it into the network's last layer. The threshold moves along, so"
            + " that masks stay the same.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models calibrate runs/1/best validation -o calibrated",
      "  pancreas-ai models calibrate my-model slices --patients FILE -o calibrated",
      "  pancreas-ai models calibrate my-model cases --threshold 0.7 -o calibrated",
      "",
      "Fit it on patients who did not train the model, and measure it on others:",
      "models evaluate prints a reliability table."
    })
final class ModelsCalibrateCommand implements Runnable {
  private static final Logger LOG = System.getLogger(ModelsCalibrateCommand.class.getName());

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", index = "0", description = ModelsCommand.MODEL)
  private String model;

  @Parameters(
      paramLabel = "INPUT",
      index = "1..*",
      arity = "1..*",
      description = LabelledInputs.INPUT)
  private List<Path> inputs;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FOLDER",
      required = true,
      description = "The model's folder to make.")
  private Path output;

  @Mixin private LabelledInputs labelledInputs;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description =
          "A voxel is pancreas above this probability of the model as it is; the calibrated model"
              + " gets the probability that this becomes. Default: the model's own.")
  private Double threshold;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "What the calibrated model is called. Default: as the model.")
  private String id;

  @Option(
      names = "--title",
      paramLabel = "TEXT",
      description = "One line about the calibrated model. Default: the model's.")
  private String title;

  @Mixin private EvaluatorOptions evaluatorOptions;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ModelsFolder folder;

  @Mixin private ProgressOptions progressOptions;

  /**
   * The same calibration, what the calibrated model gives over all voxels of the same cases, and
   * the threshold before and after.
   */
  private record Result(
      String folder,
      String id,
      ModelCalibration calibration,
      Calibration after,
      double thresholdBefore,
      double thresholdAfter) {}

  @Override
  public void run() {
    check();
    OutputFiles.requireNewFolder(output);
    Model loaded = folder.findSegmentation(model);
    ModelCalibration calibration;
    Model calibrated;
    Calibration after;
    double before =
        threshold == null ? loaded.description().postprocessing().threshold() : threshold;
    try (Progress progress = progressOptions.start()) {
      LabelledCts cts = labelledInputs.find(inputs, progress);
      try (ModelEvaluator evaluator = evaluatorOptions.open(loaded)) {
        calibration = evaluator.calibrate(cts, progress);
      }
      calibrated = TemperatureScaling.apply(loaded, calibration, before);
      progress.nextTask();
      try (ModelEvaluator evaluator = evaluatorOptions.open(calibrated)) {
        after = evaluator.evaluate(cts, progress).calibrationOfAllSlices();
      }
    }
    ModelDescription description = named(calibrated.description());
    try (AtomicFolder whole = new AtomicFolder(output)) {
      ModelFolder.write(whole.path(), description, calibrated.weights());
      whole.commit();
    }
    print(
        new Result(
            output.toString(),
            description.id(),
            calibration,
            after,
            before,
            description.postprocessing().threshold()));
    if (after.negativeLogLikelihood() >= calibration.before().negativeLogLikelihood()) {
      LOG.log(
          Level.WARNING,
          "the calibrated model is no better: the probability is resampled after the network, and"
              + " that outweighs the temperature; keep the model as it was");
    }
    AllUsed.require(calibration.dropped());
  }

  private void check() {
    evaluatorOptions.check();
    if (threshold != null && !(threshold > 0 && threshold < 1)) {
      throw new PancreasException(
          ErrorCode.USAGE, "--threshold is a probability between 0 and 1, not " + threshold);
    }
    if (id != null) {
      try {
        ModelId.check(id);
      } catch (IllegalArgumentException e) {
        throw new PancreasException(ErrorCode.USAGE, e.getMessage(), e);
      }
    }
  }

  private ModelDescription named(ModelDescription description) {
    ModelDescription identified = id == null ? description : description.withId(id);
    return title == null ? identified : identified.withTitle(title);
  }

  private void print(Result result) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(result));
      out.flush();
      return;
    }
    ModelCalibration calibration = result.calibration();
    Summary summary =
        new Summary()
            .add("model", result.folder())
            .add("id", result.id())
            .add("temperature", "%.4f", calibration.temperature())
            .add("fitted on", calibration.fittedOn())
            .add(
                "negative log-likelihood",
                change(
                    calibration.before().negativeLogLikelihood(),
                    result.after().negativeLogLikelihood()))
            .add(
                "expected calibration error",
                change(
                    calibration.before().expectedCalibrationError(),
                    result.after().expectedCalibrationError()))
            .add(
                "threshold",
                String.format(
                    Locale.ROOT,
                    "%.4f, before %.4f",
                    result.thresholdAfter(),
                    result.thresholdBefore()));
    calibration
        .dropped()
        .forEach(each -> summary.add("dropped", each.name() + ": " + each.reason()));
    summary.print(out);
    out.println("Research use only, not a medical device.");
    out.flush();
  }

  private static String change(double before, double after) {
    return String.format(Locale.ROOT, "%.6f, before %.6f", after, before);
  }
}
