package ai.pancreas.cli;

import ai.pancreas.model.ModelDescription;
import ai.pancreas.model.ModelFetcher;
import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Installs a model from the network. */
@Command(
    name = "fetch",
    description = {
      "Fetches a model and installs it: a Keras weights file, or a zip that models export wrote.",
      "Without --sha256 nothing is installed: the SHA-256 found is told, to be compared with what"
          + " the model's author states. What was fetched in part is continued by the same command."
    },
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    sortOptions = false,
    footerHeading = "%nExamples:%n",
    footer = {
      "  pancreas-ai models fetch https://example.org/weights.hdf5",
      "  pancreas-ai models fetch https://example.org/weights.hdf5 --name reference \\",
      "      --sha256 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b",
      "",
      "A proxy: JDK_JAVA_OPTIONS='-Dhttps.proxyHost=proxy -Dhttps.proxyPort=3128' (and http.).",
      "You are responsible for the licence of what you fetch."
    })
final class ModelsFetchCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "URL", description = "The address, https or http.")
  private URI url;

  @Option(
      names = "--sha256",
      paramLabel = "H",
      description = "What the file's SHA-256 must be, 64 hexadecimal digits.")
  private Optional<String> sha256;

  @Mixin private InstallOptions installOptions;
  @Mixin private ModelsFolder folder;
  @Mixin private ProgressOptions progressOptions;

  @Override
  public void run() {
    ModelDescription model;
    try (Progress progress = progressOptions.start()) {
      model =
          new ModelFetcher(folder.repository())
              .fetch(url, sha256, installOptions.name(), installOptions.licence(), progress);
    }
    InstallOptions.print(model, folder, spec.commandLine().getOut());
  }
}
