package ai.pancreas.cli;

import ai.pancreas.ErrorCode;
import ai.pancreas.PancreasException;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks that models are whole. */
@Command(
    name = "verify",
    description =
        "Checks models: the description, the SHA-256 of the weights, their shapes, and that all"
            + " values are finite.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models verify",
      "  pancreas-ai models verify pancreas-ct my-model",
      "",
      "Exit code 6 if one of them cannot be used."
    })
final class ModelsVerifyCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "MODEL",
      arity = "0..*",
      description = ModelsCommand.MODEL + " Default: all built-in and installed models.")
  private List<String> models = List.of();

  @Mixin private ModelsFolder folder;

  @Override
  public void run() {
    ModelRepository repository = folder.repository();
    List<String> failed = new ArrayList<>();
    List<String> asked = models.isEmpty() ? repository.ids() : models;
    PrintWriter out = spec.commandLine().getOut();
    for (String model : asked) {
      try {
        out.println(model + ": ok, " + describe(repository.find(model)));
      } catch (PancreasException e) {
        if (e.code() != ErrorCode.MODEL) {
          throw e;
        }
        failed.add(model);
        out.println(model + ": FAILED, " + e.getMessage());
      }
    }
    if (!failed.isEmpty()) {
      throw new PancreasException(
          ErrorCode.MODEL,
          "%d of %d models cannot be used: %s"
              .formatted(failed.size(), asked.size(), String.join(", ", failed)));
    }
  }

  private static String describe(Model model) {
    long parameters =
        model.weights().tensors().stream().mapToLong(tensor -> tensor.values().length).sum();
    return "%s, filters %s, %d parameters, SHA-256 %s"
        .formatted(
            model.description().network().type(),
            model.description().network().filters(),
            parameters,
            model.description().weightsSha256());
  }
}
