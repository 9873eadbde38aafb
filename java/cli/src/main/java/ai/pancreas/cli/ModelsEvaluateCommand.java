package ai.pancreas.cli;

import ai.pancreas.dataset.LabelledCts;
import ai.pancreas.evaluation.EvaluationPictures;
import ai.pancreas.evaluation.ModelEvaluation;
import ai.pancreas.evaluation.ModelEvaluator;
import ai.pancreas.model.Model;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures a model on labelled CTs. */
@Command(
    name = "evaluate",
    description =
        "Runs a model over labelled CTs and compares it with the labels at the CTs' own resolution:"
            + " overlap by patient, false findings in slices without pancreas, other thresholds, and"
            + " how far the probabilities can be taken at their word.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models evaluate my-model Pancreas-CT --labels pancreas_labels",
      "  pancreas-ai models evaluate my-model slices --spine top --patients FILE",
      "  pancreas-ai models evaluate runs/1/best validation --pictures pictures",
      "  pancreas-ai models evaluate pancreas-ct validation --json",
      "",
      "INPUT is what prepare takes. A picture counts as a CT of one slice; pictures",
      "that were cut out of a frame are left out."
    })
final class ModelsEvaluateCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", index = "0", description = ModelsCommand.MODEL)
  private String model;

  @Parameters(
      paramLabel = "INPUT",
      index = "1..*",
      arity = "1..*",
      description = LabelledInputs.INPUT)
  private List<Path> inputs;

  @Mixin private LabelledInputs labelledInputs;

  @Mixin private EvaluatorOptions evaluatorOptions;

  @Option(
      names = "--pictures",
      paramLabel = "DIR",
      description =
          "Also draw the patients with the best, the median and the worst Dice: the slice with the"
              + " most pancreas, with the contours of truth and prediction, as PNG.")
  private Path pictures;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Mixin private ModelsFolder folder;

  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    evaluatorOptions.check();
    if (pictures != null) {
      OutputFiles.requireNewFolder(pictures);
    }
    Model loaded = folder.findSegmentation(model);
    ModelEvaluation evaluation;
    try (Progress progress = progressOptions.start()) {
      LabelledCts cts = labelledInputs.find(inputs, progress);
      try (ModelEvaluator evaluator = evaluatorOptions.open(loaded)) {
        evaluation = evaluator.evaluate(cts, progress);
        if (pictures != null) {
          new EvaluationPictures(evaluator, loaded.description())
              .write(evaluation, cts, pictures, progress);
        }
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(Json.of(evaluation));
    } else {
      new ModelEvaluationText(evaluation).print(out);
      out.println("Research use only, not a medical device.");
    }
    out.flush();
    AllUsed.require(evaluation.dropped());
  }
}
