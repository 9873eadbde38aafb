package ai.pancreas.cli;

import ai.pancreas.model.ModelDescription;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Installs a model from a file. */
@Command(
    name = "import",
    description = {
      "Checks a model and copies it to the folder of installed models.",
      "Weights alone get what the reference project's programs do around their networks;"
          + " docs/models.md tells what that is."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models import weights.hdf5 --name reference",
      "  pancreas-ai models import weights.keras --name cancer",
      "  pancreas-ai models import my-model.zip",
      "  pancreas-ai models import my-model --name pancreas-2",
      "",
      "You are responsible for the licence of what you import."
    })
final class ModelsImportCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "A Keras weights file (.keras, .hdf5, .h5), a folder with a model.json, or a zip of one.")
  private Path source;

  @Mixin private InstallOptions installOptions;
  @Mixin private ModelsFolder folder;

  @Override
  public void run() {
    ModelDescription model =
        folder.repository().add(source, installOptions.name(), installOptions.licence());
    InstallOptions.print(model, folder, spec.commandLine().getOut());
  }
}
