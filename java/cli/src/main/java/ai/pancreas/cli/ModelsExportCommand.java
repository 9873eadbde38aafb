package ai.pancreas.cli;

import ai.pancreas.model.KerasWriter;
import ai.pancreas.model.Model;
import ai.pancreas.model.ModelRepository;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes a model for others to use. */
@Command(
    name = "export",
    description = "Writes a model as a zip to be imported elsewhere, or its weights for Keras.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models export pancreas-ct -o initial.zip",
      "  pancreas-ai models export my-model -o weights.hdf5 --format keras",
      "",
      "Who passes a model on has to keep its licence and credits (models show tells them): they",
      "are in the zip, and not in bare weights."
    })
final class ModelsExportCommand implements Runnable {
  /** What is written. */
  enum Format {
    ZIP,
    KERAS
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "MODEL", description = ModelsCommand.MODEL)
  private String model;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      required = true,
      description = "The file to write.")
  private Path output;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "zip",
      description =
          "zip: model.json and weights; keras: the weights alone as HDF5, with the layers and names"
              + " of the reference project, whose code loads them (model.load_weights). Default:"
              + " ${DEFAULT-VALUE}.")
  private Format format;

  @Mixin private ModelsFolder folder;

  @Override
  public void run() {
    OutputFiles.requireOther(output, model);
    ModelRepository repository = folder.repository();
    if (format == Format.ZIP) {
      repository.exportZip(model, output);
    } else {
      Model loaded = repository.find(model);
      KerasWriter.write(loaded.weights(), loaded.description().network(), output);
    }
    new Summary().add("written", output).print(spec.commandLine().getOut());
  }
}
